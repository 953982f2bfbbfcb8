"""Who holds which post when: four levels, handovers, vacancies, two acting appointments, and training."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.demo_plan import Span, shipped_table
from etl.demo.demo_roster import date_of_ordinal
from etl.demo.invented import People
from etl.demo.land import Land
from geodata.vocabulary import Role, SubjectKind

FOREVER = 10**7


class Posts:
    """Posts as they are filled; days are ordinals, ``to`` inclusive (FOREVER: still held)."""

    def __init__(self, people: People, span: Span) -> None:
        self.people, self.span = people, span
        self.rng = span.rng("staff")
        self.rows: list[dict[str, Any]] = []
        self._at: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)

    def hold_post(
        self, role: Role, place: str, first: int, last: int, person: str | None = None, acting_for: str | None = None
    ) -> str:
        """Put a person (a new one when none is given) into a post; his number comes back.

        Parameters
        ----------
        role
            Of a subject for a responsible person or an in-house controller, else of a unit.
        place
            Number of the subject, or code of the unit.
        first
            First day, an ordinal.
        last
            Last day, an ordinal, inclusive; the last day told or later: still held.
        person
            Number of a known person; None: a new one.
        acting_for
            Number of the person stood in for; None: a post of one's own.

        Returns
        -------
        person_no
            Number of who holds it.
        """
        someone = person or self.people.add_person(phone=True, consent=bool(self.rng.random() < 0.6))
        of_subject = role in (Role.RESPONSIBLE_PERSON, Role.IN_HOUSE_CONTROLLER)
        words = shipped_table("words")["people"]
        began = date_of_ordinal(first)
        assert began is not None
        self.rows.append(
            {
                "person_no": someone,
                "role": role.value,
                "unit_code": None if of_subject else place,
                "subject_id": place if of_subject else None,
                "from_on": first,
                "to_on": np.nan if last >= self.span.last else last,
                "acting_for": acting_for,
                "document_no": None
                if of_subject
                else words["document"].format(year=began.year, serial=1 + len(self.rows) % 40),
            }
        )
        self._at[role.value, place].append((first, last if last < self.span.last else FOREVER, someone))
        return someone

    def holders_on(self, role: Role, place: str, on: int) -> list[str]:
        """Who held the post on a day.

        Parameters
        ----------
        role
            The role.
        place
            Number of a subject, or code of a unit.
        on
            The day, an ordinal; first and last day of a post count.

        Returns
        -------
        persons
            Numbers, in the order the posts were filled; empty for a vacancy.
        """
        return [who for first, last, who in self._at.get((role.value, place), ()) if first <= on <= last]

    def fill_post(self, role: Role, place: str, changes: int, last: int = FOREVER, gaps: bool = False) -> str:
        """Holders one after another from before the first day until ``last``; the last one's number comes back.

        Parameters
        ----------
        role
            The role.
        place
            Code of the unit.
        changes
            Handovers at most; one within forty days of the former is left out.
        last
            Last day, an ordinal, inclusive; FOREVER: still held.
        gaps
            Whether the post may stand vacant for a while between two holders.

        Returns
        -------
        person_no
            Number of the last holder.
        """
        rng, plan = self.rng, shipped_table("district")["staff"]
        first = self.span.first - int(rng.integers(15, 140))
        end = min(last, self.span.last - 45)
        turns = sorted(int(turn) for turn in rng.integers(self.span.first + 50, end - 30, changes))
        for turn in turns:
            if turn - first > 40:
                self.hold_post(role, place, first, turn)
                wait = int(rng.integers(*plan["gap_days"])) if gaps and rng.random() < plan["gap_share"] else 0
                first = turn + 1 + min(wait, max(end - turn - 5, 0))
        return self.hold_post(role, place, first, last)


def _acting(posts: Posts, role: Role, place: str, absent: str, person: str | None) -> None:
    since = posts.span.last - shipped_table("district")["staff"]["acting_days"]
    posts.hold_post(role, place, since, FOREVER, person, acting_for=absent)


def _vacancies(land: Land, roster: pd.DataFrame, town: str) -> dict[str, int]:
    """Villages of a town whose assistant has left, and how many days ago: those with few subjects, but some."""
    days = shipped_table("district")["towns"][town].get("vacant_assistants", [])
    counts = roster["village_code"].value_counts()
    villages = land.villages.index[land.villages["parent_code"] == town]
    small = sorted((int(counts.get(village, 0)), village) for village in villages if counts.get(village, 0) >= 3)
    return {village: ago for (_, village), ago in zip(small, days, strict=False)}


def staff_posts(land: Land, roster: pd.DataFrame, posts: Posts) -> None:
    """Leaders, station heads, supervisors, lab testers and assistants of all units.

    Parameters
    ----------
    land
        The units whose posts are filled.
    roster
        Column ``village_code``: an assistant's vacancy is told where a village has at least three subjects.
    posts
        Gets the posts.
    """
    plan, rng = shipped_table("district"), posts.rng
    district = str(land.units.index[0])
    posts.fill_post(Role.DISTRICT_LEADER, district, 1)
    posts.fill_post(Role.SECTION_HEAD, district, 0)
    for town in land.towns:
        of_town, chosen = plan["towns"][town], plan["staff"]
        head = posts.fill_post(Role.STATION_HEAD, town, int(rng.random() < 0.3))
        left = of_town.get("vacant_supervisor_days")
        last = FOREVER if left is None else posts.span.last - left
        supervisors = [
            posts.fill_post(Role.SUPERVISOR, town, int(rng.random() < 0.3), last) for _ in range(of_town["supervisors"])
        ]
        if town == chosen["acting_head"]:
            _acting(posts, Role.STATION_HEAD, town, head, supervisors[0])
        if town in plan["labs"]:
            for _ in range(2):
                posts.fill_post(Role.LAB_TESTER, town, int(rng.random() < 0.3))
        vacancies = _vacancies(land, roster, town)
        for village in land.villages.index[land.villages["parent_code"] == town]:
            empty = vacancies.get(village)
            last = FOREVER if empty is None else posts.span.last - empty
            changes = int(rng.random() < chosen["handover_share"])
            holder = posts.fill_post(Role.ASSISTANT, village, changes, last, gaps=True)
            if village == chosen["acting_assistant"]:
                _acting(posts, Role.ASSISTANT, village, holder, None)


def office_posts(land: Land, posts: Posts) -> None:
    """Who keeps the system: a data steward and an administrator of the district's office.

    Parameters
    ----------
    land
        Its first unit is the district.
    posts
        Gets the two posts.
    """
    for role in (Role.DATA_STEWARD, Role.ADMINISTRATOR):
        posts.fill_post(role, str(land.units.index[0]), 0)


def subject_posts(roster: pd.DataFrame, posts: Posts) -> None:
    """A responsible person for each subject from its entry (some handed over, a few gone); in-house controllers.

    Parameters
    ----------
    roster
        Columns ``subject_id kind entry_on responsible``; the day of entry is an ordinal.
    posts
        Gets the posts.
    """
    rng, span = posts.rng, posts.span
    firms = (
        roster["kind"].isin([SubjectKind.ENTERPRISE, SubjectKind.COOPERATIVE, SubjectKind.SLAUGHTERHOUSE]).to_numpy()
    )
    old = roster["entry_on"].to_numpy() < span.first
    gone = set(
        rng.choice(np.flatnonzero(old), shipped_table("district")["staff"]["nobody_named"], replace=False).tolist()
    )
    handed = set(rng.choice(np.flatnonzero(old & firms), 30, replace=False).tolist()) - gone
    for row, (subject, entry, person) in enumerate(
        zip(roster["subject_id"], roster["entry_on"].astype(int), roster["responsible"], strict=True)
    ):
        turn = int(rng.integers(span.first + 30, span.last - 20)) if row in handed else FOREVER
        last = span.last - int(rng.integers(12, 90)) if row in gone else turn
        posts.hold_post(Role.RESPONSIBLE_PERSON, subject, entry, last, person)
        if row in handed:
            posts.hold_post(Role.RESPONSIBLE_PERSON, subject, turn + 1, FOREVER)
        if firms[row] and rng.random() < 0.4:
            posts.hold_post(Role.IN_HOUSE_CONTROLLER, subject, entry, FOREVER)


def make_trainings(posts: Posts) -> pd.DataFrame:
    """Yearly training of everybody in post that day; some miss it, some fail; days as ordinals.

    Parameters
    ----------
    posts
        All posts as they are filled.

    Returns
    -------
    trainings
        Columns ``person_no trained_on topic hours passed``; one row per person, session and topic.
    """
    span, rng, plan = posts.span, posts.span.rng("trainings"), shipped_table("district")["staff"]
    topics = shipped_table("words")["trainings"]
    sessions = [(span.first + 12, topics["first"], 16.0, plan["trained_share"], False)]
    for year in range(span.start.year, span.until.year + 1):
        share = plan["trained_now_share"] if year == span.until.year else plan["trained_share"]
        sessions += [
            (pd.Timestamp(year, 4, 18).toordinal(), topics["spring"], 16.0, share, False),
            (pd.Timestamp(year, 9, 5).toordinal(), topics["autumn"], 8.0, 0.6, False),
            (pd.Timestamp(year, 3, 8).toordinal(), topics["subjects"], 4.0, plan["subject_trained_share"], True),
        ]
    rows: dict[tuple[str, int, str], dict[str, Any]] = {}
    for about, topic, hours, share, of_subjects in sessions:
        for post in posts.rows:
            on = about + int(rng.integers(0, 18))
            in_post = post["from_on"] <= on and not post["to_on"] < on
            wanted = (post["subject_id"] is not None) == of_subjects
            if wanted and in_post and span.first <= on <= span.last and rng.random() < share:
                rows[post["person_no"], about, topic] = {
                    "person_no": post["person_no"],
                    "trained_on": on,
                    "topic": topic,
                    "hours": hours,
                    "passed": bool(rng.random() < 0.97),
                }
    return pd.DataFrame(list(rows.values()))
