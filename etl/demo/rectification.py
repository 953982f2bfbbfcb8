"""What the checklists say, and what becomes of each danger found: told, mended, checked again, closed or handed on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, each_row, shipped_table
from etl.demo.patrols import Rounds
from etl.sources.patrols.visits import DEALER_HEADS, HEADS, Answer
from geodata.vocabulary import Outcome, Sector, SubjectKind, VisitKind

STEPS = ("ordered_on", "rectified_on", "recheck_requested_on", "closed_on", "escalated_on")

# the newest findings stand at each stage, youngest first: the steps taken so far, and how old it must be
STAGES: tuple[tuple[int, int], ...] = (
    (0, 0),
    (0, 0),
    (1, 2),
    (1, 3),
    (2, 5),
    (2, 5),
    (3, 6),
    (3, 7),
    (1, 17),
    (1, 18),
    (2, 19),
)


def add_checklists(visits: pd.DataFrame, roster: pd.DataFrame, span: Span) -> pd.DataFrame:
    """The visits with one column per item: dealers answer their nine, all others the seven; else blank.

    Parameters
    ----------
    visits
        Columns ``subject_id kind outcome`` at least.
    roster
        Columns ``subject_id kind sectors``: what does not apply to a subject follows from them.
    span
        The seed.

    Returns
    -------
    visits
        A copy; each item is a word of ``Answer``, None where it is not on the subject's list or the visit was no
        completed patrol or administrative check.
    """
    rng = span.rng("checklists")
    of = visits[["subject_id"]].merge(roster[["subject_id", "kind", "sectors"]], on="subject_id", how="left")
    looked = (
        visits["outcome"].eq(Outcome.COMPLETED).to_numpy()
        & visits["kind"].isin([VisitKind.PATROL, VisitKind.ADMINISTRATIVE_CHECK]).to_numpy()
    )
    dealer = of["kind"].eq(SubjectKind.INPUT_DEALER).to_numpy()
    trader = (
        of["kind"]
        .isin([SubjectKind.MARKET, SubjectKind.SALES_FIRM, SubjectKind.BROKER, SubjectKind.BUYER_STORAGE])
        .to_numpy()
    )
    herbs = np.array([Sector.HERB in sectors for sectors in of["sectors"]])
    nothing = {
        "records": trader,
        "use": trader,
        "preservatives": rng.random(len(visits)) < 0.5,
        "waste": trader,
        "certificates": herbs,
        # what only those who sell them are asked
        "restricted": span.rng("restricted").random(len(visits)) < 0.4,
    }
    filled = visits.copy()
    for head in (*HEADS, *DEALER_HEADS):
        answers = np.where(
            rng.random(len(visits)) < shipped_table("district")["visits"]["item_no"], Answer.NO.value, Answer.YES.value
        )
        answers = np.where(nothing.get(head, np.zeros(len(visits), dtype=bool)), Answer.NA.value, answers).astype(
            object
        )
        asked = looked & (dealer if head in DEALER_HEADS else ~dealer)
        filled[head] = pd.Series(answers, index=visits.index).where(asked, None)
    return filled


def _steps(found: int, days: int, rng: np.random.Generator) -> tuple[list[float], int | None]:
    """The ordinal days of the steps as they would go (NaN: never), and the day of the re-check, if any."""
    ordered = found + int(rng.integers(0, 3))
    draw = rng.random()
    if draw < 0.03:
        return [ordered, np.nan, np.nan, np.nan, found + days + int(rng.integers(3, 12))], None
    late = draw < 0.15
    rectified = found + (days + int(rng.integers(1, 12)) if late else int(rng.integers(2, days + 1)))
    rectified = max(rectified, ordered)
    requested = rectified + int(rng.integers(0, 3))
    checked = requested + int(rng.integers(1, 6))
    if rng.random() < 0.06:
        return [ordered, rectified, requested, np.nan, checked + int(rng.integers(0, 3))], checked
    return [ordered, rectified, requested, checked, np.nan], checked


def _staged(found: int, taken: int, span: Span) -> list[float]:
    """Exactly ``taken`` steps, a few days apart and none in the future."""
    days = [float(min(found + 1 + 2 * step, span.last)) for step in range(taken)]
    return days + [np.nan] * (len(STEPS) - taken)


def _stages(found: pd.Series, span: Span) -> dict[int, int]:
    """Which findings (by place) are told to stand at which stage: for each stage the youngest old enough for it."""
    age = span.last - found.to_numpy()
    chosen: dict[int, int] = {}
    for taken, least in STAGES:
        fits = [
            place for place in np.argsort(age, kind="stable") if least <= age[place] <= 60 and int(place) not in chosen
        ]
        if fits:
            chosen[int(fits[0])] = taken
    return chosen


def make_findings(visits: pd.DataFrame, rounds: Rounds, roster: pd.DataFrame) -> pd.DataFrame:
    """One finding for each "no" of a checklist, days as ordinals; the re-checks are added to ``rounds``.

    Parameters
    ----------
    visits
        With their number and the checklists.
    rounds
        Gets the re-checks that fall within the story.
    roster
        The subjects, as ``make_roster`` gives them.

    Returns
    -------
    findings
        Columns of their file; a step not taken, or planned for after the last day, is NaN.

    Raises
    ------
    ValueError
        Nobody answers for a town on the day of a re-check.
    """
    span, rng = rounds.span, rounds.span.rng("findings")
    words, of = shipped_table("words")["findings"], {row.subject_id: row for row in each_row(roster)}
    said = visits.melt(["visit_no", "subject_id", "visited_on"], [*HEADS, *DEALER_HEADS], "item", "answer")
    said = said[said["answer"].eq(Answer.NO)].sort_values(["visited_on", "visit_no", "item"], ignore_index=True)
    told = _stages(said["visited_on"], span)
    rows: list[dict[str, Any]] = []
    for place, row in enumerate(each_row(said)):
        subject, found, days = of[row.subject_id], int(row.visited_on), int(rng.choice([7, 15], p=[0.4, 0.6]))
        sentences = words[row.item]
        steps, checked = _steps(found, days, rng)
        if place in told:
            steps, checked = _staged(found, told[place], span), None
        if checked is not None and checked <= span.last:
            rounds.add_visit(subject, VisitKind.RECHECK, Outcome.COMPLETED, checked)
        rows.append(
            {
                "finding_no": f"W{place + 1:05d}",
                "subject_id": row.subject_id,
                "visit_no": row.visit_no,
                "item": row.item,
                "description": sentences[int(rng.integers(len(sentences)))],
                "found_on": found,
                "deadline_on": found + days,
                **{step: on if on <= span.last else np.nan for step, on in zip(STEPS, steps, strict=True)},
            }
        )
    return pd.DataFrame(rows)
