"""When a subject's next patrol may be and must be, said plainly: the window, the delay, and the rule that decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from geodata.locale import Lang, label_of, translate
from geodata.subjects.roster import SubjectCard
from geodata.vocabulary import DueState, Risk, SubjectKind, SubjectStatus


@dataclass(frozen=True)
class Window:
    """From ``opens`` to ``due`` (inclusive) a patrol is in time; ``over`` and ``left`` are days from the as-of day."""

    state: DueState
    last: date | None
    opens: date | None
    due: date | None
    over: int
    left: int
    interval: int | None
    basis: str | None


def window_of_row(row: Mapping[str, Any], open_days: int, day: date) -> Window:
    """The window of one row of the indicator overdue.

    Parameters
    ----------
    row
        Keys ``state due_on last_on interval_days basis``; days as dates or NaT, NaN for no interval.
    open_days
        Days before the due day on which the window opens: the rule ``open_days`` of the day.
    day
        The as-of day.

    Returns
    -------
    window
        Days ``over`` and ``left`` not below 0, both 0 on the due day itself; without a due day no window.
    """
    due, last = _day(row["due_on"]), _day(row["last_on"])
    return Window(
        state=DueState(row["state"]),
        last=last,
        opens=due - timedelta(days=open_days) if due else None,
        due=due,
        over=max((day - due).days, 0) if due else 0,
        left=max((due - day).days, 0) if due else 0,
        interval=None if pd.isna(row["interval_days"]) else int(row["interval_days"]),
        basis=row["basis"] if isinstance(row["basis"], str) else None,
    )


def window_sentence(found: Window, card: SubjectCard, rules: date | None, lang: Lang) -> list[str]:
    """The parts of the sentence under the state's word, in order.

    Parameters
    ----------
    found
        The window.
    card
        The subject on the same day.
    rules
        Day on which the newest rule in force began; None for none.
    lang
        Language of the words.

    Returns
    -------
    parts
        Texts, at least two.
    """
    if found.state is DueState.PAUSED:
        return [why_not(card, lang), translate("ui.due.paused", lang)]
    parts = [_when(found, lang)] if found.due else []
    parts.append(
        translate("ui.due.last", lang, day=found.last)
        if found.last
        else translate("ui.due.never", lang, day=card.entry_on)
    )
    if found.interval is not None and found.basis:
        parts.append(translate("ui.due.interval", lang, what=basis_words(found.basis, lang), days=found.interval))
    return [*parts, translate("ui.due.rules", lang, version=rules or "—")]


def _when(found: Window, lang: Lang) -> str:
    """The window, and how the as-of day stands to its end."""
    stands = "over" if found.over else "left" if found.left else "today"
    so = translate(f"ui.due.{stands}", lang, days=found.over or found.left)
    return translate("ui.due.window", lang, opens=found.opens, due=found.due, so=so)


def why_not(card: SubjectCard, lang: Lang) -> str:
    """Since when, how and why the subject does not trade: the dated reason (domain §11.3).

    Parameters
    ----------
    card
        A subject that does not trade on the day.
    lang
        Language of the words.

    Returns
    -------
    text
        ``—`` for a reason nobody gave.
    """
    status = label_of(SubjectStatus(card.status), lang)
    return translate("ui.due.stopped", lang, day=card.status_from, status=status, reason=card.status_reason or "—")


def basis_words(scope: str, lang: Lang) -> str:
    """The scope of the deciding rule as words: ``risk:low`` 低风险, ``kind:input_dealer@3-5`` 农资经营（3–5 月）.

    Parameters
    ----------
    scope
        A risk or a kind, and perhaps ``@`` with the first and last month, both inclusive.
    lang
        Language of the words.

    Returns
    -------
    words
        Of the catalogue.

    Raises
    ------
    ValueError
        There is no such risk or kind.
    """
    what, _, season = scope.partition("@")
    topic, _, name = what.partition(":")
    word = label_of(Risk(name) if topic == "risk" else SubjectKind(name), lang)
    first, _, last = season.partition("-")
    return translate("ui.due.season", lang, what=word, first=first, last=last) if season else word


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
