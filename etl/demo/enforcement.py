"""Enforcement cards, second officers of administrative checks and samplers of samples, reports from villages.

All of it draws from streams of its own, so that everybody and everything else is who and what it was without it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import WorkDays, each_row, shipped_table
from etl.demo.demo_roster import date_of_ordinal
from etl.demo.staff import Posts
from geodata.vocabulary import Outcome, Role, SubjectKind, VisitKind
from geodata.words.visit_words import CheckOrigin

CARDED = (Role.SUPERVISOR, Role.STATION_HEAD, Role.SECTION_HEAD)
"""Who carries a card: officials of the stations and the section, never an assistant."""
CAP, CAP_FROM_YEAR = 2, 2025
"""Planned checks of a subject in a year from the year of the cap on (rule ``checks_a_year``)."""
CAUSES = (CheckOrigin.LEAD, CheckOrigin.COMPLAINT, CheckOrigin.TRANSFER)


def make_cards(posts: Posts) -> pd.DataFrame:
    """A card for everybody who ever was one of ``CARDED``, renewed under its number every five years.

    Parameters
    ----------
    posts
        All posts of the units.

    Returns
    -------
    cards
        Columns ``card_no person_no body issued_on expires_on``; days as ordinals, both inclusive.
    """
    words, first = shipped_table("words")["enforcement"], dict[str, int]()
    for post in posts.rows:
        if post["role"] in CARDED:
            first[post["person_no"]] = min(first.get(post["person_no"], post["from_on"]), post["from_on"])
    rows: list[dict[str, Any]] = []
    for number, (person, began) in enumerate(first.items(), start=1):
        issued = began
        while issued <= posts.span.last:
            ends = issued + 5 * 365
            rows.append(
                {
                    "card_no": words["card"].format(number=number),
                    "person_no": person,
                    "body": words["body"],
                    "issued_on": issued,
                    "expires_on": ends,
                }
            )
            issued = ends + 1
    return pd.DataFrame(rows)


def find_companion(posts: Posts, person: str, town: str, district: str, on: int, rng: np.random.Generator) -> str:
    """Somebody else with a card who was there: of the town's station, else of the section.

    Parameters
    ----------
    posts
        Who held which post when.
    person
        Who must not be it.
    town, district
        Codes of the town and of the district.
    on
        The day, an ordinal.
    rng
        Draws among several.

    Returns
    -------
    person_no
        Number of the other one.

    Raises
    ------
    ValueError
        There is nobody.
    """
    for places in (((Role.SUPERVISOR, town), (Role.STATION_HEAD, town)), ((Role.SECTION_HEAD, district),)):
        there = [who for role, place in places for who in posts.holders_on(role, place, on)]
        others = [who for who in dict.fromkeys(there) if who != person]
        if others:
            return others[int(rng.integers(len(others)))]
    raise ValueError(f"nobody goes with {person} in {town} on {date_of_ordinal(on)}")


def complete_checks(
    visits: pd.DataFrame, roster: pd.DataFrame, cards: pd.DataFrame, posts: Posts, district: str
) -> pd.DataFrame:
    """The visits with officers, cards, origin and item where they are administrative checks.

    What comes after the cap of its year has a cause; planned checks keep to it.

    Parameters
    ----------
    visits
        In order of day, with their numbers.
    roster
        Columns ``subject_id town kind``.
    cards
        As ``make_cards`` gives them.
    posts
        Who held which post when; the seed.
    district
        Code of the district.

    Returns
    -------
    visits
        A copy with the columns ``officers card_nos check_origin legal_item``; None for other kinds.
    """
    rng, items = posts.span.rng("officers"), shipped_table("words")["enforcement"]["items"]
    card_of = dict(zip(cards["person_no"], cards["card_no"], strict=True))
    of = {row.subject_id: row for row in each_row(roster)}
    made: dict[tuple[str, int], int] = defaultdict(int)
    told: list[tuple[Any, Any, Any, Any]] = []
    for visit in each_row(visits):
        if visit.kind != VisitKind.ADMINISTRATIVE_CHECK:
            told.append((None, None, None, None))
            continue
        subject, day = of[visit.subject_id], date_of_ordinal(visit.visited_on)
        assert day is not None
        other = find_companion(posts, visit.person_no, subject.town, district, int(visit.visited_on), rng)
        planned, cause = rng.random() < 0.7, CAUSES[int(rng.integers(len(CAUSES)))]
        full = day.year >= CAP_FROM_YEAR and made[visit.subject_id, day.year] >= CAP
        made[visit.subject_id, day.year] += 1
        sort = "dealer" if subject.kind == SubjectKind.INPUT_DEALER else "producer"
        told.append(
            (
                "、".join((visit.person_no, other)),
                "、".join((card_of[visit.person_no], card_of[other])),
                (CheckOrigin.PLAN if planned and not full else cause).value,
                items[sort][int(rng.integers(len(items[sort])))],
            )
        )
    columns = dict(zip(("officers", "card_nos", "check_origin", "legal_item"), zip(*told, strict=True), strict=True))
    return visits.assign(**{name: pd.Series(cells, visits.index, dtype=object) for name, cells in columns.items()})


def second_samplers(samples: pd.DataFrame, posts: Posts, district: str) -> list[str | None]:
    """Who went with the sampler of each sample.

    Parameters
    ----------
    samples
        Columns ``person_no town lab_town sampled_on``, days as ordinals.
    posts
        Who held which post when; the seed.
    district
        Code of the district.

    Returns
    -------
    persons
        Numbers, None where nobody is named as sampler.
    """
    rng, found = posts.span.rng("second samplers"), []
    for row in each_row(samples):
        at = row.lab_town if isinstance(row.lab_town, str) else row.town
        taken = isinstance(row.person_no, str)
        found.append(find_companion(posts, row.person_no, at, district, int(row.sampled_on), rng) if taken else None)
    return found


def make_reports(roster: pd.DataFrame, posts: Posts) -> pd.DataFrame:
    """Information reports by assistants: what they saw and passed on; written down the same evening.

    Parameters
    ----------
    roster
        Columns ``subject_id village_code entry_on``.
    posts
        Who held which post when; the seed.

    Returns
    -------
    reports
        Columns of visits, days as ordinals.
    """
    span, plan = posts.span, shipped_table("district")["visits"]
    rng, days, rows = span.rng("reports"), WorkDays(span), list[dict[str, Any]]()
    for subject in each_row(roster):
        first = max(span.first, int(subject.entry_on) + 10)
        for _ in range(int(rng.poisson(plan["report_a_year"] * max(span.last - first, 0) / 365.25))):
            on = days.pick_day(first, span.last, rng.random())
            there = posts.holders_on(Role.ASSISTANT, subject.village_code, on)
            if not there or not span.first <= on <= span.last:
                continue
            day = date_of_ordinal(on)
            assert day is not None
            rows.append(
                {
                    "visit_no": f"B{len(rows) + 1:05d}",
                    "subject_id": subject.subject_id,
                    "kind": VisitKind.INFORMATION_REPORT.value,
                    "outcome": Outcome.COMPLETED.value,
                    "visited_on": on,
                    "person_no": there[int(rng.integers(len(there)))],
                    "visitor_role": Role.ASSISTANT.value,
                    "recorded_at": datetime.combine(day, time(18, 30)),
                }
            )
    return pd.DataFrame(rows)
