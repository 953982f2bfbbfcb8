"""The roster: 782 subjects at the end and nine that have left; kinds, sectors, names, villages, dates (seed 6, 7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, apportion_total, each_row, shipped_table
from etl.demo.invented import People, make_uscc, office_phone
from etl.demo.land import Land
from geodata.vocabulary import Risk, Sector, SubjectKind, UnitKind

K = SubjectKind
URBAN_TOWN_SERIAL = 7
"""Streets of a lower serial number have no farmland (domain §9)."""


def is_urban(town: str) -> bool:
    """Whether a town or street code is one of the six without farmland.

    Parameters
    ----------
    town
        Twelve-digit code of a town or street.

    Returns
    -------
    urban
        True for a street whose serial number (digits 7 to 9) is below 007 (domain §9).
    """
    return int(town[6:9]) < URBAN_TOWN_SERIAL


def _places(land: Land, span: Span) -> pd.DataFrame:
    """One row per subject: its village; columns ``town village seat`` (a community in a farming town)."""
    rng, rows = span.rng("places"), []
    for town in land.towns:
        villages = land.villages[land.villages["parent_code"] == town]
        weights = rng.gamma(3.0, size=len(villages)) + 0.6
        if is_urban(town) and len(villages) == 7:
            # a community without any subject: the map must show 0/0 somewhere
            weights[int(rng.integers(len(villages)))] = 0.0
        for code, kind, count in zip(
            villages["code"],
            villages["kind"],
            apportion_total(weights, shipped_table("district")["towns"][town]["subjects"]),
            strict=True,
        ):
            rows += [(town, code, kind == UnitKind.COMMUNITY)] * int(count)
    return pd.DataFrame(rows, columns=["town", "village", "seat"])


def _kinds(places: pd.DataFrame, span: Span) -> list[str]:
    """The primary kind of each place: exact totals, shops and markets rather in the town seats."""
    rng, plan = span.rng("kinds"), shipped_table("district")["kinds"]
    kinds = np.empty(len(places), dtype=object)
    urban = places["town"].map(is_urban).to_numpy()
    for side, mask in (("urban", urban), ("rural", ~urban)):
        pool = [(kind, row["seat"]) for kind, row in plan.items() for _ in range(row[side])]
        pull = np.array([seat for _, seat in pool]) + rng.normal(0, 0.18, len(pool))
        slot = places["seat"].to_numpy()[mask] * 0.8 + rng.normal(0, 0.35, int(mask.sum()))
        chosen = np.empty(len(pool), dtype=object)
        chosen[np.argsort(-slot)] = np.array([kind for kind, _ in pool], dtype=object)[np.argsort(-pull)]
        kinds[mask] = chosen
    return list(kinds)


def _sectors(kinds: list[str], places: pd.DataFrame, span: Span) -> list[list[str]]:
    """One to three sectors each; a village's producers lean to what the village is known for."""
    rng, plan = span.rng("sectors"), shipped_table("district")["sectors"]
    names = [name for name, row in plan.items() if row["share"] > 0]
    share = np.array([plan[name]["share"] for name in names])
    known_for = {village: str(rng.choice(names, p=share)) for village in places["village"].unique()}
    found = []
    for kind, village in zip(kinds, places["village"], strict=True):
        if kind == K.INPUT_DEALER:
            found.append([Sector.INPUT.value])
        elif kind == K.SLAUGHTERHOUSE:
            found.append([Sector.LIVESTOCK.value])
        else:
            several = kind in (K.MARKET, K.SALES_FIRM, K.BUYER_STORAGE, K.BROKER)
            count = int(rng.integers(2, 4)) if kind == K.MARKET else int(rng.integers(1, 3)) if several else 1
            drawn = list(rng.choice(names, count, replace=False, p=share))
            if not several and rng.random() < 0.45:
                drawn[0] = known_for[village]
            found.append([str(name) for name in drawn])
    return found


def _named(kind: str, **parts: str) -> str:
    words = shipped_table("words")["subjects"]
    form: str = words["forms"][kind]
    return str(words["mark"]) + form.format(**parts)


def _identity(frame: pd.DataFrame, people: People, land: Land, span: Span) -> pd.DataFrame:
    """Names, credit codes, phones, addresses and the responsible person's number."""
    rng, words, plan = span.rng("identity"), shipped_table("words")["subjects"], shipped_table("district")
    taken: set[str] = set()
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(each_row(frame), start=1):
        products = [str(rng.choice(plan["sectors"][sector]["products"])) for sector in row.sectors]
        person = people.add_person(phone=bool(rng.random() < 0.5), consent=bool(rng.random() < 0.3))
        prefix = plan["kinds"][row.kind]["uscc"]
        place = land.name_of(row.village)
        for suffix in words["suffixes"]:
            place = place.removesuffix(suffix)
        parts = {"product": products[0], "person": people.name_of(person), "place": place}
        name = _named(row.kind, stem=str(rng.choice(words["stems"])), **parts)
        while name in taken:
            # two stems beside each other, when one is used up
            name = _named(row.kind, stem="".join(rng.choice(words["stems"], 2, replace=False)), **parts)
        taken.add(name)
        rows.append(
            {
                "subject_id": f"S{number:04d}",
                "name": name,
                "uscc": make_uscc(prefix, land.units.index[0][:6], number) if prefix else None,
                "products": "、".join(products),
                "office_phone": office_phone(number) if prefix and rng.random() < 0.7 else None,
                "address": words["address"].format(
                    town=land.name_of(row.town), village=land.name_of(row.village), number=int(rng.integers(1, 300))
                ),
                "responsible": person,
            }
        )
    return pd.DataFrame(rows)


def _dates(frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Entry, platform and commitment days as ordinals (NaN: none)."""
    rng, plan = span.rng("dates"), shipped_table("district")
    count, shift = len(frame), span.first - plan["first_day"].toordinal()
    low, high = plan["roster_from"].toordinal() + shift, plan["roster_to"].toordinal() + shift
    entry = rng.integers(low, high, count, endpoint=True)
    natural = frame["kind"].isin([K.GROWER, K.BROKER, K.SALES_FIRM, K.FAMILY_FARM, K.COOPERATIVE]).to_numpy()
    new = rng.choice(np.flatnonzero(natural), plan["newcomers"], replace=False)
    entry[new] = rng.integers(span.first + 10, span.last - 75, len(new))
    entry[new[: plan["fresh_newcomers"]]] = rng.integers(span.last - 45, span.last - 2, plan["fresh_newcomers"])
    forgotten = new[plan["fresh_newcomers"] :][: plan["forgotten"]]
    entry[forgotten] = rng.integers(span.last - 420, span.last - 240, len(forgotten))
    firm = frame["kind"].isin([K.ENTERPRISE, K.COOPERATIVE, K.FAMILY_FARM]).to_numpy() & (entry < span.last - 75)
    order = rng.permutation(np.flatnonzero(firm))
    on_platform = order[: plan["platform"]]
    committed = order[plan["platform"] - plan["both"] :][: plan["commitment"]]
    found = pd.DataFrame({"entry_on": entry, "platform_on": np.nan, "commitment_on": np.nan, "never_met": False})
    found.loc[[*forgotten, *new[: plan["fresh_newcomers"] - 1]], "never_met"] = True
    for column, chosen in (("platform_on", on_platform), ("commitment_on", committed)):
        later = entry[chosen] + rng.integers(5, 420, len(chosen))
        found.loc[chosen, column] = np.minimum(later, span.last - rng.integers(3, 60, len(chosen)))
    return found


def make_roster(land: Land, people: People, span: Span) -> pd.DataFrame:
    """The subjects without points: the columns of their file, and ``kind town responsible`` for the rest of the making.

    Days are ordinals; ``kinds`` and ``sectors`` are lists of vocabulary words.

    Parameters
    ----------
    land
        Units and villages the subjects stand in.
    people
        Gets a responsible person for each subject.
    span
        The days told and the seed.

    Returns
    -------
    roster
        One row per subject, index 0, 1, …; ``entry_on platform_on commitment_on`` are ordinals, NaN for none.
    """
    rng, plan = span.rng("roster"), shipped_table("district")
    frame = _places(land, span)
    frame["kind"] = _kinds(frame, span)
    frame["sectors"] = _sectors(list(frame["kind"]), frame, span)
    frame["kinds"] = [
        [kind, *(other for other, share in plan["kinds"][kind]["also"].items() if rng.random() < share)]
        for kind in frame["kind"]
    ]
    chance = np.array([plan["kinds"][kind]["risk"] for kind in frame["kind"]])
    draw = rng.random(len(frame))
    frame["risk"] = np.where(
        draw < chance[:, 0], Risk.HIGH.value, np.where(draw < chance.sum(axis=1), Risk.MEDIUM.value, Risk.LOW.value)
    )
    frame = pd.concat([frame, _identity(frame, people, land, span), _dates(frame, span)], axis=1)
    frame["village_name"] = [land.name_of(code) for code in frame["village"]]
    return frame.rename(columns={"village": "village_code"}).drop(columns="seat")


def date_of_ordinal(ordinal: float) -> date | None:
    """The date of an ordinal; None for NaN.

    Parameters
    ----------
    ordinal
        Day 1 is 0001-01-01 (``date.fromordinal``); decimals are cut off, NaN is no day.

    Returns
    -------
    day
        The date, or None.
    """
    return None if ordinal != ordinal else date.fromordinal(int(ordinal))
