"""What becomes of the subjects over time: seasonal stops, suspensions, closures, and changes of risk."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, each_row, shipped_table
from geodata.vocabulary import PAUSED_STATUSES, Risk, Sector, SubjectKind, SubjectStatus

S = SubjectStatus
LOWERED_AFTER = 210


def _pick(rng: np.random.Generator, words: list[str]) -> str:
    return str(words[int(rng.integers(len(words)))])


def make_statuses(roster: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Changes after entry: columns ``subject_id from_on status reason``; days are ordinals, in order.

    Parameters
    ----------
    roster
        Columns ``subject_id kind sectors entry_on``; the day of entry is an ordinal.
    span
        The days told and the seed.

    Returns
    -------
    statuses
        Sorted by subject and day; no change after the last day told, ``reason`` None for a return to trade.
    """
    rng, words = span.rng("statuses"), shipped_table("words")["statuses"]
    rows: list[tuple[str, int, str, str | None]] = []
    old = (roster["entry_on"] < span.first).to_numpy()
    growers = roster["kind"].isin([SubjectKind.GROWER, SubjectKind.FAMILY_FARM, SubjectKind.COOPERATIVE]).to_numpy()
    crops = np.array([sectors[0] in (Sector.VEGETABLE, Sector.FRUIT, Sector.FUNGUS) for sectors in roster["sectors"]])
    seasonal = rng.choice(np.flatnonzero(old & growers & crops), 22, replace=False)
    rest = rng.permutation(
        np.setdiff1d(np.flatnonzero(old & ~roster["kind"].eq(SubjectKind.MARKET).to_numpy()), seasonal)
    )
    for row in seasonal:
        reason = _pick(rng, words["seasonal"])
        for year in range(span.start.year, span.until.year + 1):
            stop = date(year, 11, 8).toordinal() + int(rng.integers(0, 26))
            rows.append((roster["subject_id"].iloc[row], stop, S.SEASONAL_STOP, reason))
            rows.append((roster["subject_id"].iloc[row], stop + int(rng.integers(95, 130)), S.ACTIVE, None))
    for count, status, how_long in (
        (11, S.SUSPENDED, (25, 160)),
        (5, S.SUSPENDED, None),
        (6, S.CLOSED, None),
        (3, S.DEREGISTERED, None),
    ):
        for row in rest[:count]:
            # those that lasted are of the last year; those that ended lie anywhere
            first = span.first + 60 if how_long else span.last - 300
            begun = int(rng.integers(first, span.last - (200 if how_long else 8)))
            rows.append((roster["subject_id"].iloc[row], begun, status, _pick(rng, words[status])))
            if how_long:
                rows.append((roster["subject_id"].iloc[row], begun + int(rng.integers(*how_long)), S.ACTIVE, None))
        rest = rest[count:]
    frame = pd.DataFrame(rows, columns=["subject_id", "from_on", "status", "reason"])
    return frame[frame["from_on"] <= span.last].sort_values(["subject_id", "from_on"], ignore_index=True)


def make_risks(roster: pd.DataFrame, failures: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Changes after entry: raised after a failure (``subject_id known_on``), lowered later, regraded in January.

    Parameters
    ----------
    roster
        Columns ``subject_id risk entry_on``; the risk is the one at entry.
    failures
        Columns ``subject_id known_on`` (ordinal): the risk is high from the day after.
    span
        The days told and the seed.

    Returns
    -------
    risks
        Columns ``subject_id from_on risk reason``, sorted by subject and day; days are ordinals.
    """
    rng, words = span.rng("risks"), shipped_table("words")["risks"]
    current = dict(zip(roster["subject_id"], roster["risk"], strict=True))
    begun = dict(zip(roster["subject_id"], roster["entry_on"], strict=True))
    changes: dict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    for failure in each_row(failures.sort_values("known_on")):
        raised = int(failure.known_on) + 1
        changes[failure.subject_id][raised] = (Risk.HIGH, words["raised_sample"])
        calm = raised + LOWERED_AFTER + int(rng.integers(0, 60))
        changes[failure.subject_id][calm] = (Risk.MEDIUM, words["lowered"])
    settled = [subject for subject in current if subject not in changes and current[subject] != Risk.HIGH]
    for year in range(span.start.year + 1, span.until.year + 1):
        regraded = date(year, 1, 15).toordinal()
        for subject in rng.choice(settled, 26, replace=False):
            if begun[subject] < regraded:
                current[subject] = Risk.LOW if current[subject] == Risk.MEDIUM else Risk.MEDIUM
                changes[subject][regraded] = (current[subject], words["regraded"])
    rows: list[dict[str, Any]] = []
    for subject, of_subject in sorted(changes.items()):
        for on, (risk, reason) in sorted(of_subject.items()):
            if on <= span.last:
                rows.append({"subject_id": subject, "from_on": on, "risk": str(risk), "reason": reason})
    return pd.DataFrame(rows, columns=["subject_id", "from_on", "risk", "reason"])


def trading_pauses(statuses: pd.DataFrame) -> dict[str, list[tuple[int, int, bool]]]:
    """Per subject the days (first, last) it did not trade, and whether for good.

    Parameters
    ----------
    statuses
        Columns ``subject_id from_on status``, in order of day within a subject; days are ordinals.

    Returns
    -------
    stops
        Subject → first and last day (ordinals, inclusive; the last 10**7 where it lasts) and whether for good.
    """
    found: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    for subject, rows in statuses.groupby("subject_id", sort=True):
        days, words = list(rows["from_on"]), list(rows["status"])
        for index, (first, status) in enumerate(zip(days, words, strict=True)):
            if status != S.ACTIVE:
                last = days[index + 1] - 1 if index + 1 < len(days) else 10**7
                found[str(subject)].append((int(first), int(last), status not in PAUSED_STATUSES))
    return found
