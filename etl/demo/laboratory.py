"""Quantitative tests by contract and rapid tests of the town labs: in season, few failures, re-tests by law."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, each_row, shipped_table
from etl.demo.land import Land
from etl.demo.sampling import ANIMALS, Sampler, analyte_panel, standard_version
from etl.demo.staff import Posts
from geodata.vocabulary import Judgement, Purpose, Role, Sector, Stream

FAILURE_SHARE = 0.015
ANALYTES_A_SAMPLE = 5


def _told(frame: pd.DataFrame, span: Span) -> dict[int, dict[str, Any]]:
    """The samples (by place) in which something is told to have been found: the plants nearest to the told day."""
    found: dict[int, dict[str, Any]] = {}
    plants = ~frame["sector"].isin([*ANIMALS, Sector.FISH]).to_numpy()
    purposes = frame["purpose"].to_numpy()
    for told in shipped_table("analytes")["told"]:
        goal = span.last - told["before_days"]
        if goal >= max(told["not_before"].toordinal(), span.first):
            may_be = plants & (frame["sampled_on"] >= told["not_before"].toordinal()).to_numpy()
            may_be &= purposes == told.get("purpose", purposes)
            gap = np.where(may_be, abs(frame["sampled_on"] - goal), 10**6)
            gap[list(found)] = 10**6
            found[int(np.argmin(gap))] = told
    return found


def _judge(frame: pd.DataFrame, span: Span, rng: np.random.Generator) -> pd.DataFrame:
    """Results of quantitative samples (those ready in time); failures by chance and as told."""
    told = _told(frame, span)
    fails = rng.random(len(frame)) < FAILURE_SHARE
    rows: list[dict[str, Any]] = []
    for place, sample in enumerate(each_row(frame)):
        of = analyte_panel(sample.sector)
        judged = int(sample.sampled_on) + told.get(place, {}).get("judged_after", int(rng.integers(4, 12)))
        received = judged + int(rng.integers(1, 3))
        names = list(of["limits"])
        chosen = [str(name) for name in rng.choice(names, min(ANALYTES_A_SAMPLE, len(names)), replace=False)]
        bad = (
            str(rng.choice(list(of["fail"]), p=np.array(list(of["fail"].values())) / sum(of["fail"].values())))
            if fails[place]
            else None
        )
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
                Judgement.NOT_DETECTED
                if value is None
                else Judgement.UNQUALIFIED
                if over
                else Judgement.DETECTED_WITHIN_LIMIT
            )
            rows.append(
                {
                    "sample_no": sample.sample_no,
                    "analyte": analyte,
                    "value": value,
                    "unit": "mg/kg",
                    "limit_value": of["limits"][analyte],
                    "standard": of["standard"],
                    "standard_version": standard_version(of, judged),
                    "judgement": judgement.value,
                    "judged_on": judged,
                    "received_on": received,
                }
            )
    return pd.DataFrame(rows)


def _retests(
    first: pd.DataFrame, results: pd.DataFrame, share: float, overturned: float, span: Span, topic: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Re-tests asked for within five working days: another lab, never rapid; some overturn the first result."""
    rng, words = span.rng(topic), shipped_table("words")["laboratory"]
    failed = results[results["judgement"].eq(Judgement.UNQUALIFIED)].drop_duplicates("sample_no")
    again = failed.merge(first, on="sample_no")
    samples: list[dict[str, Any]] = []
    judged_rows: list[dict[str, Any]] = []
    for place, row in enumerate(each_row(again)):
        on, newest = int(row.received_on) + int(rng.integers(0, 4)), place == len(again) - 1
        if (rng.random() > share and not newest) or on > span.last:
            continue
        of = analyte_panel(row.sector)
        analyte = row.analyte if row.analyte in of["limits"] else next(iter(of["limits"]))
        number = f"{row.sample_no}-F"
        samples.append(
            {
                **{
                    name: getattr(row, name)
                    for name in ("subject_id", "village_code", "town", "product", "sector", "purpose", "batch_code")
                },
                "sample_no": number,
                "stream": Stream.QUANTITATIVE.value,
                "sampled_on": on,
                "lab": words["city"] if row.stream == Stream.RAPID else words["province"],
                "retest_of": row.sample_no,
            }
        )
        # the other lab has seven working days from receiving the sample; the newest re-test takes all of them
        judged = on + (9 if newest else int(rng.integers(5, 10)))
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
                "standard_version": standard_version(of, judged),
                "judgement": (Judgement.DETECTED_WITHIN_LIMIT if passed else Judgement.UNQUALIFIED).value,
                "judged_on": judged,
                "received_on": judged + 1,
            }
        )
    return pd.DataFrame(samples), pd.DataFrame(judged_rows)


def _quantitative(sampler: Sampler, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng, plan = span.rng("quantitative"), shipped_table("district")
    years = []
    for year in range(span.start.year, span.until.year + 1):
        least, most = plan["quantitative_a_year"]
        days = sampler.year_days(year, int(rng.integers(least, most, endpoint=True)), rng)
        if len(days):
            part = sampler.draw_subjects(days, np.ones(len(sampler.rows), dtype=bool), rng)
            part["sample_no"] = [f"D{year}-{number:04d}" for number in range(1, len(part) + 1)]
            years.append(part)
    frame = pd.concat(years, ignore_index=True)
    purposes = [Purpose.ROUTINE.value, Purpose.RISK_MONITORING.value, Purpose.SUPERVISION.value]
    frame["purpose"] = rng.choice(purposes, len(frame), p=[0.62, 0.24, 0.14])
    frame["stream"], frame["lab"] = Stream.QUANTITATIVE.value, shipped_table("words")["laboratory"]["city"]
    return frame, _judge(frame, span, rng)


def _rapid(sampler: Sampler, land: Land, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng, plan, kit = span.rng("rapid"), shipped_table("district"), shipped_table("analytes")["rapid"]
    parts = []
    for number, town in enumerate(plan["labs"], start=1):
        # a lab tests its own town, and the neighbour streets that have none
        near = [town] if number > 1 else [town, "220602007000", "220602008000"]
        mask = sampler.rows["town"].isin(near).to_numpy()
        for year in range(span.start.year, span.until.year + 1):
            days = sampler.year_days(year, int(plan["rapid_a_year"] * rng.uniform(0.9, 1.1)), rng)
            if len(days):
                part = sampler.draw_subjects(days, mask, rng)
                part["sample_no"] = [f"K{number}-{year}-{serial:04d}" for serial in range(1, len(part) + 1)]
                part["lab"] = shipped_table("words")["laboratory"]["town"].format(town=land.name_of(town))
                parts.append(part.assign(lab_town=town))
    frame = pd.concat(parts, ignore_index=True)
    frame["purpose"] = np.where(rng.random(len(frame)) < 0.8, Purpose.ROUTINE.value, Purpose.SELF_CHECK.value)
    frame["stream"] = Stream.RAPID.value
    animal = frame["sector"].isin([*ANIMALS, Sector.FISH]).to_numpy()
    positive, spoilt = rng.random(len(frame)) < 0.006, rng.random(len(frame)) < 0.004
    inhibition = np.where(positive, rng.uniform(51, 88, len(frame)), rng.uniform(2, 41, len(frame))).round(1)
    verdict = np.where(
        positive, Judgement.UNQUALIFIED.value, np.where(animal, Judgement.NOT_DETECTED.value, Judgement.QUALIFIED.value)
    )
    of = {
        side: np.array([kit[side].get(key) for key in ("analyte", "standard", "version")], dtype=object)
        for side in ("plant", "animal")
    }
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
    rng, takers = span.rng("samplers"), []
    for row in each_row(samples):
        rapid = row.stream == Stream.RAPID
        roles = (
            [(Role.LAB_TESTER, row.lab_town)] if rapid else [(Role.SUPERVISOR, row.town), (Role.STATION_HEAD, row.town)]
        )
        there = [posts.holders_on(role, place, int(row.sampled_on)) for role, place in roles]
        holders = next((each for each in there if each), None)
        takers.append(holders[int(rng.integers(len(holders)))] if holders else None)
    return takers


def make_tests(roster: pd.DataFrame, land: Land, posts: Posts, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples and results of both streams with their re-tests; columns as in the files, days as ordinals.

    ``received_on`` is the day the subject received the result; samples of the last days have no result yet.

    Parameters
    ----------
    roster
        The subjects, as ``make_roster`` gives them.
    land
        Names of the towns that have a lab.
    posts
        Who held which post when: the samplers.
    span
        The days told and the seed.

    Returns
    -------
    samples
        Columns of the file of samples, with ``town sector lab_town`` beside them for the rest of the making.
    results
        One row per sample and analyte, columns of the file of results but ``received_at``, for which ``received_on``
        stands.
    """
    sampler = Sampler(roster, span)
    quantitative, its_results = _quantitative(sampler, span)
    rapid, its_rapid = _rapid(sampler, land, span)
    for frame in (quantitative, rapid):
        frame["batch_code"] = [
            f"P{date.fromordinal(int(on)):%Y%m%d}" if number % 3 else None
            for number, on in enumerate(frame["sampled_on"])
        ]
    again, again_results = _retests(quantitative, its_results, 0.5, 0.35, span, "retests")
    confirmed, confirmed_results = _retests(rapid, its_rapid, 0.92, 0.6, span, "confirmations")
    samples = pd.concat([quantitative, rapid, again, confirmed], ignore_index=True)
    samples["person_no"] = _samplers(samples, posts, span)
    results = pd.concat([its_results, its_rapid, again_results, confirmed_results], ignore_index=True)
    return samples, results


def failed_samples(samples: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Failed quantitative samples that no re-test overturned: columns ``subject_id known_on`` (ordinal).

    Parameters
    ----------
    samples
        Columns ``sample_no subject_id stream retest_of`` at least.
    results
        Columns ``sample_no judgement received_on`` at least; days as ordinals.

    Returns
    -------
    failures
        Each pair of subject and day once.
    """
    bad = results[results["judgement"].eq(Judgement.UNQUALIFIED)].merge(samples, on="sample_no")
    bad = bad[bad["stream"].eq(Stream.QUANTITATIVE)]
    again = samples.loc[samples["retest_of"].notna(), ["sample_no", "retest_of"]]
    cleared = again[~again["sample_no"].isin(bad["sample_no"])]["retest_of"]
    bad = bad[~bad["sample_no"].isin(cleared)]
    return bad.rename(columns={"received_on": "known_on"})[["subject_id", "known_on"]].drop_duplicates()
