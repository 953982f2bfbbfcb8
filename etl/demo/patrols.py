"""Patrols as they really go: mostly before they fall due, late in some towns, seldom in winter and at weekends."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, WorkDays, each_row, shipped_table
from etl.demo.staff import FOREVER, Posts
from etl.demo.subject_life import trading_pauses
from geodata.vocabulary import Outcome, Role, VisitKind

NEVER_AGAIN = 10**7


class Visitors:
    """Who goes: the village's assistant, else a supervisor of the town, else the head of its station."""

    def __init__(self, posts: Posts, rng: np.random.Generator) -> None:
        self.posts, self.rng = posts, rng

    def pick_visitor(self, village: str, town: str, on: int, *, official: bool) -> tuple[str, str]:
        """Person and role on a day; ``official`` acts are never an assistant's (domain §11.12).

        Parameters
        ----------
        village
            Code of the village.
        town
            Code of its town.
        on
            The day, an ordinal.
        official
            Whether it is an administrative check or a re-check.

        Returns
        -------
        person_no, role
            Who goes, and the role (a word of the vocabulary) it is done in.

        Raises
        ------
        ValueError
            No post that may go is held on that day.
        """
        by_assistant = not official and self.rng.random() < shipped_table("district")["visits"]["by_assistant"]
        order = [(Role.ASSISTANT, village)] if by_assistant else []
        order += [(Role.SUPERVISOR, town), (Role.STATION_HEAD, town)]
        if not official:
            order.append((Role.ASSISTANT, village))
        for role, place in order:
            holders = self.posts.holders_on(role, place, on)
            if holders:
                return holders[int(self.rng.integers(len(holders)))], role.value
        raise ValueError(f"nobody answers for {town} on {date.fromordinal(on)}")


class Clock:
    """When a patrol of one subject falls due, by the intervals the people of the story follow."""

    def __init__(self, kinds: list[str], risks: list[tuple[int, str]]) -> None:
        plan = shipped_table("district")
        self.intervals, self.spring = plan["intervals"], plan["spring"]
        of_kinds = [plan["kind_intervals"][kind] for kind in kinds if kind in plan["kind_intervals"]]
        self.of_kind = min(of_kinds, default=NEVER_AGAIN)
        self.in_spring = self.spring["kind"] in kinds
        self.risks = risks

    def due_after(self, last: int) -> int:
        """The due day after a patrol on ``last``.

        Parameters
        ----------
        last
            Day of the patrol, an ordinal.

        Returns
        -------
        due
            An ordinal: the shortest interval of risk and kinds, from ``last``; a risk raised before it, or the spring
            campaign, brings it forward (domain §11.3).
        """
        risk = next(risk for on, risk in reversed(self.risks) if on <= last or on == self.risks[0][0])
        due = last + min(int(self.intervals[risk]), self.of_kind)
        for on, raised in self.risks:
            if last < on < due:
                due = min(due, on + int(self.intervals[raised]))
        if self.in_spring:
            for year in {date.fromordinal(last).year, date.fromordinal(due).year}:
                first, end = (
                    date(year, *day).toordinal()
                    for day in ((self.spring["months"][0], 1), (self.spring["months"][1], 31))
                )
                campaign = max(last, first) + int(self.spring["days"])
                if last < end and campaign <= end:
                    due = min(due, campaign)
        return due


class Rounds:
    """The patrols of the whole district, subject by subject."""

    def __init__(self, span: Span, posts: Posts) -> None:
        self.span, self.posts, self.plan = span, posts, shipped_table("district")
        self.rng = span.rng("patrols")
        self.days = WorkDays(span)
        self.visitors = Visitors(posts, span.rng("visitors"))
        self.mood: dict[str, float] = {}
        self.rows: list[dict[str, Any]] = []

    def _late(self, village: str, town: str, on: int) -> tuple[float, float]:
        share, much = self.plan["towns"][town]["late"]
        if not self.posts.holders_on(Role.ASSISTANT, village, on):
            share, much = self.plan["visits"]["vacant_late"]
            return float(share), float(much)
        if not self.posts.holders_on(Role.SUPERVISOR, town, on):
            share *= self.plan["visits"]["unsupervised_late"]
        mood = self.mood.setdefault(village, float(np.clip(self.rng.normal(1.0, 0.25), 0.4, 1.6)))
        return share * mood, much

    def _next(self, last: int, due: int, village: str, town: str) -> int:
        """The day of the next patrol after ``last``, due on ``due``."""
        rng, length = self.rng, max(due - last, 10)
        share, much = self._late(village, town, due)
        wanted = due + rng.exponential(much * length) if rng.random() < share else due - rng.uniform(0.03, 0.4) * length
        month = date.fromordinal(int(min(wanted, self.span.last))).month
        if month in (1, 2) and rng.random() < self.plan["visits"]["winter_wait"]:
            wanted += rng.uniform(4, 22)
        room = min(6.0, length / 6)
        on_time = wanted <= due
        return self.days.pick_day(
            max(wanted - room, last + 2), min(wanted + room, due) if on_time else wanted + room, rng.random()
        )

    def _extra(self, last: int, planned: int) -> int:
        """An earlier day in the spring or harvest campaign, when there is one well after ``last``; else ``planned``."""
        visits = self.plan["visits"]
        for year in range(date.fromordinal(last).year, date.fromordinal(min(planned, self.span.last)).year + 1):
            for first, end, share in (
                (date(year, 4, 5), date(year, 5, 20), visits["spring_extra"]),
                (date(year, 8, 25), date(year, 10, 20), visits["harvest_extra"]),
            ):
                low, high = max(first.toordinal(), last + 25), min(end.toordinal(), planned - 5)
                if low < high and self.rng.random() < share:
                    return self.days.pick_day(low, high, self.rng.random())
        return planned

    def add_visit(self, subject: Any, kind: VisitKind, outcome: Outcome, on: int, reason: str | None = None) -> None:
        """Note a visit if its day is within the story.

        Parameters
        ----------
        subject
            A row of the roster.
        kind
            What sort of visit; it decides who may make it.
        outcome
            What came of it.
        on
            The day, an ordinal; outside the story (both ends inclusive) nothing is noted.
        reason
            Why it was not completed; None where it was.

        Raises
        ------
        ValueError
            Nobody answers for the subject's town on that day.
        """
        if not self.span.first <= on <= self.span.last:
            return
        official = kind in (VisitKind.ADMINISTRATIVE_CHECK, VisitKind.RECHECK)
        person, role = self.visitors.pick_visitor(subject.village_code, subject.town, on, official=official)
        self.rows.append(
            {
                "subject_id": subject.subject_id,
                "kind": kind.value,
                "outcome": outcome.value,
                "reason": reason,
                "visited_on": on,
                "person_no": person,
                "visitor_role": role,
            }
        )

    def _reason(self, outcome: Outcome) -> str:
        words = shipped_table("words")["visits"][outcome.value]
        return str(words[int(self.rng.integers(len(words)))])

    def patrol_subject(self, subject: Any, clock: Clock, stops: list[tuple[int, int, bool]]) -> None:
        """All patrols of one subject from its entry to the last day.

        Parameters
        ----------
        subject
            A row of the roster.
        clock
            When its patrols fall due.
        stops
            First and last day (ordinals, inclusive) it did not trade, and whether for good; no patrol is completed
            then.

        Raises
        ------
        ValueError
            Nobody answers for the subject's town on a day of a visit.
        """
        rng, entry = self.rng, int(subject.entry_on)
        if entry < self.span.first:
            # the first round of the new grid reached everybody within a season
            on = self.days.pick_day(self.span.first, self.span.first + 85, rng.random())
        else:
            on = (
                FOREVER
                if subject.never_met
                else self._next(entry, clock.due_after(entry), subject.village_code, subject.town)
            )
        while on <= self.span.last:
            stop = next((each for each in stops if each[0] <= on <= each[1]), None)
            if stop is not None:
                if rng.random() < 0.5:
                    self.add_visit(subject, VisitKind.PATROL, Outcome.CLOSED, on, self._reason(Outcome.CLOSED))
                if stop[2] or stop[1] >= self.span.last:
                    return
                on = self.days.pick_day(stop[1] + 2, stop[1] + 30, rng.random())
                continue
            draw = rng.random()
            if draw < self.plan["visits"]["not_met"] + self.plan["visits"]["rescheduled"]:
                outcome = Outcome.NOT_MET if draw < self.plan["visits"]["not_met"] else Outcome.RESCHEDULED
                self.add_visit(subject, VisitKind.PATROL, outcome, on, self._reason(outcome))
                on = self.days.pick_day(on + 2, on + 12, rng.random())
                continue
            self.add_visit(subject, VisitKind.PATROL, Outcome.COMPLETED, on)
            planned = self._next(on, clock.due_after(on), subject.village_code, subject.town)
            on = self._extra(on, planned)

    def checks_and_guidance(self, subject: Any, risk: str, stops: list[tuple[int, int, bool]]) -> None:
        """Administrative checks by the station and guidance, spread over the years.

        Parameters
        ----------
        subject
            A row of the roster.
        risk
            The risk it entered with: how many checks a year.
        stops
            First and last day (ordinals, inclusive) it did not trade; no visit falls on them.

        Raises
        ------
        ValueError
            Nobody answers for the subject's town on a day of a visit.
        """
        first = max(self.span.first, int(subject.entry_on) + 10)
        years = max(self.span.last - first, 0) / 365.25
        visits = self.plan["visits"]
        for kind, a_year in (
            (VisitKind.ADMINISTRATIVE_CHECK, visits["check_a_year"][risk]),
            (VisitKind.GUIDANCE, visits["guidance_a_year"]),
        ):
            for _ in range(int(self.rng.poisson(a_year * years))):
                on = self.days.pick_day(first, self.span.last, self.rng.random())
                if not any(stop[0] <= on <= stop[1] for stop in stops):
                    self.add_visit(subject, kind, Outcome.COMPLETED, on)


def make_patrols(roster: pd.DataFrame, statuses: pd.DataFrame, risks: pd.DataFrame, posts: Posts, span: Span) -> Rounds:
    """All visits but the re-checks of findings, which come later; unnumbered.

    Parameters
    ----------
    roster
        The subjects, as ``make_roster`` gives them.
    statuses
        Changes of status, columns ``subject_id from_on status``.
    risks
        Changes of risk after entry, columns ``subject_id from_on risk``, in order of day.
    posts
        Who held which post when.
    span
        The days told and the seed.

    Returns
    -------
    rounds
        Visits in ``rows``, days as ordinals; re-checks may be added.

    Raises
    ------
    ValueError
        Nobody answers for a town on a day of a visit.
    """
    rounds, stops = Rounds(span, posts), trading_pauses(statuses)
    changes = {
        str(subject): list(zip(rows["from_on"], rows["risk"], strict=True))
        for subject, rows in risks.groupby("subject_id")
    }
    for subject in each_row(roster):
        clock = Clock(subject.kinds, [(int(subject.entry_on), subject.risk), *changes.get(subject.subject_id, [])])
        rounds.patrol_subject(subject, clock, stops.get(subject.subject_id, []))
        rounds.checks_and_guidance(subject, subject.risk, stops.get(subject.subject_id, []))
    return rounds
