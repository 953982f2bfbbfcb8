"""Everything one view of a subject's page shows, each part asked for when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote

from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.subject.due_window import Window, window_of_row
from geodata.attachments.attachment_list import Attachment, list_visit_attachments
from geodata.errors import NotFound
from geodata.events import EVENTS
from geodata.freshness import Freshness
from geodata.responsibility.chain import Chain, HeldPost, chain_history, responsibility_chain
from geodata.rules import rule_value
from geodata.subjects.check_meter import CheckMeter, count_checks
from geodata.subjects.roster import SubjectCard, get_subject
from geodata.subjects.timeline import Event, subject_timeline
from geodata.territory.units import UnitRef, unit_ancestry

KINDS = tuple(EVENTS)
"""Kinds of event, in the order of the filter."""


@dataclass
class SubjectViewModel:
    """One subject on one day.

    Raises
    ------
    NotFound
        From ``card``, when the subject was not on the roster by that day.
    """

    ctx: AppContext
    asked: View
    subject_id: str

    @cached_property
    def view(self) -> View:
        """The view without what belongs to the map: every link of this page starts from it."""
        return self.asked.with_fields(
            unit=None, subject=None, level=View().level, table=False, heat=None, indicator=None
        )

    @property
    def address(self) -> str:
        """The page's own path."""
        return f"/subject/{quote(self.subject_id)}"

    @cached_property
    def day(self) -> date:
        """The day asked about."""
        return self.ctx.as_of_day(self.view)

    @cached_property
    def card(self) -> SubjectCard:
        """The subject as it stood that day; also one that had left the roster."""
        return self.ctx.cached_query(get_subject, self.subject_id, self.day)  # type: ignore[no-any-return]

    @cached_property
    def path(self) -> Sequence[UnitRef]:
        """The units above it, district first; none when its village was not in force that day."""
        try:
            return list(self.ctx.cached_query(unit_ancestry, self.card.village_code, self.day))
        except NotFound:
            return []

    @cached_property
    def chain(self) -> Chain:
        """Who answers for it; without levels when its village was not in force that day."""
        if not self.path:
            return Chain(self.day)
        return self.ctx.cached_query(responsibility_chain, self.day, subject_id=self.subject_id)  # type: ignore[no-any-return]

    @cached_property
    def history(self) -> Sequence[HeldPost]:
        """Everybody who ever answered for the subject itself, newest first."""
        return list(self.ctx.cached_query(chain_history, self.day, subject_id=self.subject_id))

    @cached_property
    def window(self) -> Window | None:
        """When its next patrol may be and must be; None when it had left the roster."""
        due = self.card.due
        return (
            None
            if due is None
            else window_of_row(due, int(self.ctx.cached_query(rule_value, "open_days", self.day)), self.day)
        )

    @cached_property
    def checks(self) -> CheckMeter:
        """Administrative checks of the year up to that day, against the cap of that day."""
        return self.ctx.cached_query(count_checks, self.subject_id, self.day)  # type: ignore[no-any-return]

    @cached_property
    def events(self) -> Sequence[Event]:
        """Everything up to that day, newest first."""
        return list(self.ctx.cached_query(subject_timeline, self.subject_id, self.day))

    @cached_property
    def attached(self) -> dict[str, list[Attachment]]:
        """Number of a visit → what is attached to it; asked anew each time, for no number changes with it."""
        return self.ctx.query(list_visit_attachments, self.subject_id, self.day)  # type: ignore[no-any-return]

    @cached_property
    def kind(self) -> str | None:
        """The kind of event picked out."""
        return self.view.only if self.view.only in KINDS else None

    @cached_property
    def fresh(self) -> Freshness:
        """How old the facts are."""
        return self.ctx.data_freshness(self.view)
