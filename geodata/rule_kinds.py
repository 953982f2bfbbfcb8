"""Every rule there is: what its value may be, what it is for, whether it may have a past; said here and nowhere else.

The upgrade writes the list to ``grid.rule_kind``; ``schema/rule_changes.sql`` holds every row of ``grid.rule`` to it,
and pages, files and the command line ask the database. Names and sentences stand in the catalogue under ``rule``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geodata.vocabulary import DurationUnit, PeriodWord, Risk, Role, SubjectKind, Tier


class ValueKind(StrEnum):
    """What the value of a rule is."""

    WHOLE = "whole"
    """A whole number within its bounds, or one of the rule's words."""
    NUMBER = "number"
    WORD = "word"
    WORDS = "words"
    """A list of the rule's words, each once."""
    TEXT = "text"
    TEXTS = "texts"
    SHARES = "shares"
    """Rates that rise, above 0 and at most 1, of four decimals at most: what a map can compare in integers."""


class ScopeKind(StrEnum):
    """What values of one rule there are side by side."""

    NONE = "none"
    TIER = "tier"
    LAYER = "layer"
    """Any name a layer can have: layers are files of a room that is not known here."""
    INTERVAL = "interval"
    """``risk:<risk>``, ``kind:<kind of subject>`` or ``kind:<kind>@<first month>-<last month>`` of one year."""


class RuleUnit(StrEnum):
    """What the number of a rule counts."""

    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    METRES = "metres"
    KILOMETRES = "kilometres"
    TRIES = "tries"
    CHECKS = "checks"
    PEOPLE = "people"
    SUBJECTS = "subjects"
    POINTS = "points"


@dataclass(frozen=True)
class RuleKind:
    """One rule.

    Attributes
    ----------
    key : its name; the catalogue has its words under ``rule.name`` and ``rule.about``.
    value : what its value is.
    scope : what there is a value for.
    least, most : bounds of a number, both inclusive.
    unit : what a number counts.
    words : the words a value may be, or a list be made of.
    has_past : whether it may begin on a day that has passed. What is only ever asked of today, or has been judged by
        the rule of its day and written down, may not.
    """

    key: str
    value: ValueKind
    scope: ScopeKind = ScopeKind.NONE
    least: int | None = None
    most: int | None = None
    unit: RuleUnit | None = None
    words: tuple[StrEnum, ...] = ()
    has_past: bool = True


LONGEST_TEXT = 200
MOST_ITEMS = 20
MOST_SHARES = 8
"""A map has so many classes that can be told apart, and one more."""


def _whole(key: str, least: int, most: int, unit: RuleUnit, *, has_past: bool = True) -> RuleKind:
    return RuleKind(key, ValueKind.WHOLE, least=least, most=most, unit=unit, has_past=has_past)


def _length(key: str, unit: RuleUnit = RuleUnit.METRES, *, has_past: bool = True) -> RuleKind:
    return RuleKind(key, ValueKind.NUMBER, least=0, most=10_000, unit=unit, has_past=has_past)


_YEARS = 3650
"""Days no calendar counts further than, for what is asked of facts."""

RULE_KINDS: dict[str, RuleKind] = {
    each.key: each
    for each in (
        # of everybody behind one address together: fewer, or counted longer, would let strangers lock an office out
        _whole("address_tries", 100, 100_000, RuleUnit.TRIES, has_past=False),
        _whole("address_window_minutes", 1, 60, RuleUnit.MINUTES, has_past=False),
        # what is kept for no day at all is thrown away at once, which nobody means who reads 0 as for ever
        _whole("attachment_keep_days", 1, 36500, RuleUnit.DAYS, has_past=False),
        _whole("certificate_retention_months", 0, 1200, RuleUnit.MONTHS),
        RuleKind("chain_roles", ValueKind.WORDS, ScopeKind.TIER, words=tuple(Role)),
        _whole("change_points", 1, 100, RuleUnit.POINTS),
        # what was loaded was judged by the bodies, the cap and the number of samplers of its day
        RuleKind("check_bodies", ValueKind.TEXTS, has_past=False),
        _whole("checks_a_year", 0, 366, RuleUnit.CHECKS, has_past=False),
        RuleKind("class_breaks", ValueKind.SHARES, ScopeKind.LAYER),
        _length("coverage_tolerance_m"),
        _whole("coverage_window_days", 1, _YEARS, RuleUnit.DAYS),
        _whole("due_soon_days", 0, _YEARS, RuleUnit.DAYS),
        RuleKind("interval_days", ValueKind.WHOLE, ScopeKind.INTERVAL, 1, _YEARS, RuleUnit.DAYS),
        _whole("job_keep_days", 1, _YEARS, RuleUnit.DAYS, has_past=False),
        _whole("known_device_days", 30, _YEARS, RuleUnit.DAYS, has_past=False),
        _length("nest_tolerance_m", has_past=False),
        _whole("open_days", 0, _YEARS, RuleUnit.DAYS),
        _whole("overload_subjects", 1, 10_000, RuleUnit.SUBJECTS),
        _length("point_margin_km", RuleUnit.KILOMETRES, has_past=False),
        RuleKind("residue_standard", ValueKind.TEXT),
        _length("same_point_m"),
        _whole("samplers", 0, 2, RuleUnit.PEOPLE, has_past=False),
        _whole("session_hours", 1, 12, RuleUnit.HOURS, has_past=False),
        _whole("session_idle_minutes", 5, 120, RuleUnit.MINUTES, has_past=False),
        _whole("severe_days", 0, _YEARS, RuleUnit.DAYS),
        _whole("sign_in_pause_seconds", 1, 3600, RuleUnit.SECONDS, has_past=False),
        # with fewer than three, or for longer than a day, one slip of the hand would keep an administrator out
        _whole("sign_in_tries", 3, 10_000, RuleUnit.TRIES, has_past=False),
        _whole("sign_in_window_minutes", 1, 1440, RuleUnit.MINUTES, has_past=False),
        _whole("silent_days", 1, _YEARS, RuleUnit.DAYS),
        _length("sliver_width_m"),
        _whole("small_n", 0, 10_000, RuleUnit.SUBJECTS),
        _whole("stale_days", 0, _YEARS, RuleUnit.DAYS),
        RuleKind("test_window", ValueKind.WHOLE, least=1, most=_YEARS, unit=RuleUnit.DAYS, words=(PeriodWord.YEAR,)),
        _whole("token_days", 1, 366, RuleUnit.DAYS, has_past=False),
        _whole("token_tries", 3, 10_000, RuleUnit.TRIES, has_past=False),
        # an item has kept the day it got when it was given
        _whole("work_due_days", 0, _YEARS, RuleUnit.DAYS, has_past=False),
        # never by the hour: work items are due on a day
        RuleKind(
            "work_due_unit",
            ValueKind.WORD,
            words=(DurationUnit.WORKING_DAYS, DurationUnit.CALENDAR_DAYS),
            has_past=False,
        ),
    )
}
"""Every rule by its key, in the order of keys."""


def _one_of(words: tuple[str, ...] | type[StrEnum]) -> str:
    return f"({'|'.join(words)})"


_MONTHS = "|".join(f"{first}-({'|'.join(str(last) for last in range(first, 13))})" for first in range(1, 13))
SCOPES: dict[ScopeKind, str] = {
    ScopeKind.NONE: "^$",
    ScopeKind.TIER: f"^{_one_of(Tier)}$",
    ScopeKind.LAYER: "^[a-z][a-z0-9_]{0,39}$",
    ScopeKind.INTERVAL: f"^(risk:{_one_of(Risk)}|kind:{_one_of(SubjectKind)}(@({_MONTHS}))?)$",
}
"""Kind of scope → the regular expression of what there may be a value for."""


def rule_kind_rows() -> list[dict[str, object]]:
    """Give the rows of ``grid.rule_kind``.

    Returns
    -------
    rows
        Column → value of each rule, in the order of keys; ranges as PostgreSQL reads them.
    """
    return [
        {
            "key": each.key,
            "value_kind": each.value.value,
            "scope_pattern": SCOPES[each.scope],
            "has_open_scope": each.scope is ScopeKind.LAYER,
            "bounds": None if each.least is None else f"[{each.least},{each.most}]",
            "words": [word.value for word in each.words],
            "list_length": f"[1,{MOST_SHARES if each.value is ValueKind.SHARES else MOST_ITEMS}]",
            "text_length": f"[1,{LONGEST_TEXT}]",
            "has_past": each.has_past,
        }
        for each in RULE_KINDS.values()
    ]
