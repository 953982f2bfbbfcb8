"""Quantitative tests by contract and rapid tests of the town labs: products in season, few failures, re-tests by law."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.land import Land
from etl.demo.plan import Span, WorkDays, table
from etl.demo.staff import Posts
from geodata.vocabulary import Judgement, Purpose, Role, Sector, Stream, SubjectKind

FAILURE_SHARE = 0.015
ANALYTES_A_SAMPLE = 5
ANIMALS = (Sector.EGG, Sector.LIVESTOCK, Sector.POULTRY)
WEIGHT = {SubjectKind.ENTERPRISE: 5.0, SubjectKind.COOPERATIVE: 4.0, SubjectKind.FAMILY_FARM: 3.0, SubjectKind.GROWER: 1.0}


def panel(sector: str) -> dict[str, Any]:
    """The analytes, limits and standard for a sector's products."""
    name = "fish" if sector == Sector.FISH else "animal" if sector in ANIMALS else "plant"
    found: dict[str, Any] = table("analytes")[name]
    return found


def version(of: dict[str, Any], on: int) -> str:
    """The version of a panel's standard in force on an ordinal day."""
    return str(max((since, name) for name, since in of["versions"].items() if since.toordinal() <= on)[1])


class Sampler:
    """Draws who is sampled: producers in season, by month, among those on the roster that day."""

    def __init__(self, roster: pd.DataFrame, span: Span) -> None:
        self.span, self.days = span, WorkDays(span)
        exploded = roster.assign(product=roster["products"].str.split("、")).explode(["sectors", "product"])
        self.rows = exploded[exploded["sectors"] != Sector.INPUT].reset_index(drop=True)
        season = table("district")["sectors"]
        self.weight = self.rows["kind"].map(lambda kind: WEIGHT.get(kind, 0.6)).to_numpy()
        self.season = np.array([season[sector]["months"] for sector in self.rows["sectors"]])
        self.entry = self.rows["entry_on"].to_numpy()

    def draw(self, days: np.ndarray[Any, Any], mask: np.ndarray[Any, Any], rng: np.random.Generator) -> pd.DataFrame:
        """One row of the exploded roster per day, chosen among ``mask``."""
        months = np.array([date.fromordinal(int(on)).month for on in days])
        chosen = np.zeros(len(days), dtype=np.int64)
        for month in range(1, 13):
            at = np.flatnonzero(months == month)
            weight = self.weight * self.season[:, month - 1] * mask * (self.entry < (days[at].min() if len(at) else 0))
            if len(at):
                chosen[at] = rng.choice(len(weight), len(at), p=weight / weight.sum())
        drawn = self.rows.iloc[chosen]
        return pd.DataFrame(
            {
                "subject_id": drawn["subject_id"].to_numpy(),
                "village_code": drawn["village_code"].to_numpy(),
                "town": drawn["town"].to_numpy(),
                "product": drawn["product"].to_numpy(),
                "sector": drawn["sectors"].to_numpy(),
                "sampled_on": days,
            }
        )

    def year_days(self, year: int, count: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
        """``count`` days of a year by the season of all products and the weekday; only those within the story."""
        share = (self.season * self.weight[:, None]).sum(axis=0)
        months = rng.choice(12, count, p=share / share.sum())
        days = []
        for month, draw, week in zip(months, rng.random(count), rng.random(count), strict=True):
            first = date(year, int(month) + 1, 1).toordinal() + int(draw * 28)
            # samples are taken on working days
            weekday = (first + 6) % 7
            days.append(first if weekday < 5 else first - 1 - int(week * 4) if date.fromordinal(first).day > 6 else first + 2)
        kept = np.sort(np.array(days))
        return kept[(kept >= self.span.first) & (kept <= self.span.last)]


def _told(frame: pd.DataFrame, span: Span) -> dict[int, dict[str, Any]]:
    """The samples (by place) in which a banned substance is told to have been found: the nearest in time of a sector."""
    found: dict[int, dict[str, Any]] = {}
    plants = ~frame["sector"].isin([*ANIMALS, Sector.FISH]).to_numpy()
    for told in table("analytes")["told"]:
        goal = span.last - told["before_days"]
        if goal >= max(told["not_before"].toordinal(), span.first):
            gap = np.where(plants & (frame["sampled_on"] >= told["not_before"].toordinal()), abs(frame["sampled_on"] - goal), 10**6)
            gap[list(found)] = 10**6
            found[int(np.argmin(gap))] = told
    return found


def _judge(frame: pd.DataFrame, span: Span, rng: np.random.Generator) -> pd.DataFrame:
    """Results of quantitative samples (those ready in time); failures by chance and as told."""
    told = _told(frame, span)
    fails = rng.random(len(frame)) < FAILURE_SHARE
    rows: list[dict[str, Any]] = []
    for place, sample in enumerate(frame.itertuples()):
        of = panel(sample.sector)
        judged = int(sample.sampled_on) + int(rng.integers(4, 12))
        received = judged + int(rng.integers(1, 3))
        names = [name for name in of["limits"]]
        chosen = [str(name) for name in rng.choice(names, min(ANALYTES_A_SAMPLE, len(names)), replace=False)]
        bad = str(rng.choice(list(of["fail"]), p=np.array(list(of["fail"].values())) / sum(of["fail"].values()))) if fails[place] else None
        parts: dict[str, float] = {bad: 1 + rng.exponential(0.8) + 0.05} if bad else {}
        if place in told:
            parts[told[place]["analyte"]] = told[place]["part"]
        if received > span.last:
            continue
        for analyte in sorted({*chosen, *parts}, key=names.index):
            seen = analyte not in of["quiet"] and rng.random() < 0.14
            part = parts.get(analyte, rng.uniform(0.05, 0.7) if seen else None)
            value = None if part is None else float(f"{part * of['limits'][analyte]:.3g}")
            over = value is not None and value > of["limits"][analyte]
            judgement = (
                Judgement.NOT_DETECTED if value is None else Judgement.UNQUALIFIED if over else Judgement.DETECTED_WITHIN_LIMIT
            )
            rows.append(
                {
                    "sample_no": sample.sample_no,
                    "analyte": analyte,
                    "value": value,
                    "unit": "mg/kg",
                    "limit_value": of["limits"][analyte],
                    "standard": of["standard"],
                    "standard_version": version(of, judged),
                    "judgement": judgement.value,
                    "judged_on": judged,
                    "received_on": received,
                }
            )
    return pd.DataFrame(rows)


def _retests(first: pd.DataFrame, results: pd.DataFrame, share: float, overturned: float, span: Span, topic: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Re-tests asked for within five working days: another lab, never rapid; some overturn the first result."""
    rng, words = span.rng(topic), table("words")["laboratory"]
    failed = results[results["judgement"].eq(Judgement.UNQUALIFIED)].drop_duplicates("sample_no")
    again = failed.merge(first, on="sample_no")
    samples: list[dict[str, Any]] = []
    judged_rows: list[dict[str, Any]] = []
    for place, row in enumerate(again.itertuples()):
        on, judged = int(row.received_on) + int(rng.integers(0, 4)), 0
        newest = place == len(again) - 1
        if (rng.random() > share and not newest) or on > span.last:
            continue
        of = panel(row.sector)
        analyte = row.analyte if row.analyte in of["limits"] else next(iter(of["limits"]))
        number = f"{row.sample_no}-F"
        samples.append(
            {
                **{name: getattr(row, name) for name in ("subject_id", "village_code", "town", "product", "sector", "purpose", "batch_code")},
                "sample_no": number,
                "stream": Stream.QUANTITATIVE.value,
                "sampled_on": on,
                "lab": words["city"] if row.stream == Stream.RAPID else words["province"],
                "retest_of": row.sample_no,
            }
        )
        judged = on + int(rng.integers(5, 10))
        if judged + 1 > span.last:
            continue
        passed = rng.random() < overturned
        value = float(f"{of['limits'][analyte] * (rng.uniform(0.3, 0.95) if passed else rng.uniform(1.1, 2.5)):.3g}")
        judged_rows.append(
            {
                "sample_no": number,
                "analyte": analyte,
                "value": value,
                "unit": "mg/kg",
                "limit_value": of["limits"][analyte],
                "standard": of["standard"],
                "standard_version": version(of, judged),
                "judgement": (Judgement.DETECTED_WITHIN_LIMIT if passed else Judgement.UNQUALIFIED).value,
                "judged_on": judged,
                "received_on": judged + 1,
            }
        )
    return pd.DataFrame(samples), pd.DataFrame(judged_rows)


def _quantitative(sampler: Sampler, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng, plan = span.rng("quantitative"), table("district")
    years = []
    for year in range(span.start.year, span.until.year + 1):
        days = sampler.year_days(year, int(rng.integers(*plan["quantitative_a_year"], endpoint=True)), rng)
        if len(days):
            part = sampler.draw(days, np.ones(len(sampler.rows), dtype=bool), rng)
            part["sample_no"] = [f"D{year}-{number:04d}" for number in range(1, len(part) + 1)]
            years.append(part)
    frame = pd.concat(years, ignore_index=True)
    purposes = [Purpose.ROUTINE.value, Purpose.RISK_MONITORING.value, Purpose.SUPERVISION.value]
    frame["purpose"] = rng.choice(purposes, len(frame), p=[0.62, 0.24, 0.14])
    frame["stream"], frame["lab"] = Stream.QUANTITATIVE.value, table("words")["laboratory"]["city"]
    return frame, _judge(frame, span, rng)


def _rapid(sampler: Sampler, land: Land, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng, plan, kit = span.rng("rapid"), table("district"), table("analytes")["rapid"]
    parts = []
    for number, town in enumerate(plan["labs"], start=1):
        # a lab tests its own town, and the neighbour streets that have none
        near = [town] if number > 1 else [town, "220602007000", "220602008000"]
        mask = sampler.rows["town"].isin(near).to_numpy()
        for year in range(span.start.year, span.until.year + 1):
            days = sampler.year_days(year, int(plan["rapid_a_year"] * rng.uniform(0.9, 1.1)), rng)
            if len(days):
                part = sampler.draw(days, mask, rng)
                part["sample_no"] = [f"K{number}-{year}-{serial:04d}" for serial in range(1, len(part) + 1)]
                part["lab"] = table("words")["laboratory"]["town"].format(town=land.name(town))
                parts.append(part.assign(lab_town=town))
    frame = pd.concat(parts, ignore_index=True)
    frame["purpose"] = np.where(rng.random(len(frame)) < 0.8, Purpose.ROUTINE.value, Purpose.SELF_CHECK.value)
    frame["stream"] = Stream.RAPID.value
    animal = frame["sector"].isin([*ANIMALS, Sector.FISH]).to_numpy()
    positive, spoilt = rng.random(len(frame)) < 0.006, rng.random(len(frame)) < 0.004
    inhibition = np.where(positive, rng.uniform(51, 88, len(frame)), rng.uniform(2, 41, len(frame))).round(1)
    verdict = np.where(positive, Judgement.UNQUALIFIED.value, np.where(animal, Judgement.NOT_DETECTED.value, Judgement.QUALIFIED.value))
    of = {side: np.array([kit[side].get(key) for key in ("analyte", "standard", "version")], dtype=object) for side in ("plant", "animal")}
    chosen = np.where(animal[:, None], of["animal"], of["plant"])
    results = pd.DataFrame(
        {
            "sample_no": frame["sample_no"],
            "analyte": chosen[:, 0],
            "value": np.where(animal | spoilt, np.nan, inhibition),
            "unit": np.where(animal | spoilt, None, kit["plant"]["unit"]),
            "limit_value": np.where(animal, np.nan, kit["plant"]["limit"]),
            "standard": chosen[:, 1],
            "standard_version": chosen[:, 2],
            "judgement": np.where(spoilt, Judgement.INVALID.value, verdict),
            "judged_on": frame["sampled_on"],
            "received_on": frame["sampled_on"],
        }
    )
    return frame, results


def _samplers(samples: pd.DataFrame, posts: Posts, span: Span) -> list[str | None]:
    """Who took each sample: a tester of the lab's town for rapid ones, a supervisor or the head for the others."""
    rng, found = span.rng("samplers"), []
    for row in samples.itertuples():
        rapid = row.stream == Stream.RAPID
        roles = [(Role.LAB_TESTER, row.lab_town)] if rapid else [(Role.SUPERVISOR, row.town), (Role.STATION_HEAD, row.town)]
        holders = next((found for role, place in roles if (found := posts.holders(role, place, int(row.sampled_on)))), [])
        found.append(holders[int(rng.integers(len(holders)))] if holders else None)
    return found


def make_tests(roster: pd.DataFrame, land: Land, posts: Posts, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples and results of both streams with their re-tests; columns of the contract, days as ordinals.

    ``received_on`` is the day the subject received the result; samples of the last days have no result yet.
    """
    sampler = Sampler(roster, span)
    quantitative, its_results = _quantitative(sampler, span)
    rapid, its_rapid = _rapid(sampler, land, span)
    for frame in (quantitative, rapid):
        frame["batch_code"] = [f"P{int(on)}" if number % 3 else None for number, on in enumerate(frame["sampled_on"])]
    again, again_results = _retests(quantitative, its_results, 0.5, 0.35, span, "retests")
    confirmed, confirmed_results = _retests(rapid, its_rapid, 0.92, 0.6, span, "confirmations")
    samples = pd.concat([quantitative, rapid, again, confirmed], ignore_index=True)
    samples["person_no"] = _samplers(samples, posts, span)
    results = pd.concat([its_results, its_rapid, again_results, confirmed_results], ignore_index=True)
    return samples, results


def failures(samples: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Failed quantitative samples that no re-test overturned: columns ``subject_id known_on`` (ordinal)."""
    bad = results[results["judgement"].eq(Judgement.UNQUALIFIED)].merge(samples, on="sample_no")
    bad = bad[bad["stream"].eq(Stream.QUANTITATIVE)]
    again = samples.loc[samples["retest_of"].notna(), ["sample_no", "retest_of"]]
    cleared = again[~again["sample_no"].isin(bad["sample_no"])]["retest_of"]
    bad = bad[~bad["sample_no"].isin(cleared)]
    return bad.rename(columns={"received_on": "known_on"})[["subject_id", "known_on"]].drop_duplicates()
