"""What every map says of its data, on the screen, on paper and in a file: until when, loaded when, by which rules."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from geodata.freshness import Freshness
from geodata.locale import Lang, translate

UNKNOWN = "—"


def freshness_stamps(fresh: Freshness, lang: Lang | str) -> tuple[str, ...]:
    """The stamps of data and rules, in the words of one language.

    Parameters
    ----------
    fresh
        Of the day looked at.
    lang
        The language wanted.

    Returns
    -------
    stamps
        Day of the newest fact, minute of the last load, day of the rules; what is not known is a dash.
    """
    day, loaded, rules = fresh.data_as_of, fresh.loaded_at, fresh.rules_version
    return (
        translate("layers.stamp.data_as_of", lang, day=day.isoformat() if day else UNKNOWN),
        translate("layers.stamp.loaded", lang, at=f"{loaded:%Y-%m-%d %H:%M}" if loaded else UNKNOWN),
        translate("layers.stamp.rules", lang, version=rules or UNKNOWN),
    )


def wrap_notes(notes: Sequence[str], width: float) -> list[str]:
    """Notes in lines; a note is never broken, and one longer than a line has its own.

    Parameters
    ----------
    notes
        In their order.
    width
        Of a line, in heights of a letter: a Chinese sign is one wide, a Latin letter little more than half.

    Returns
    -------
    lines
        Notes parted by dots.
    """
    lines: list[str] = []
    for note in notes:
        joined = f"{lines[-1]} · {note}" if lines else note
        if lines and sum(1 if east_asian_width(sign) in "WF" else 0.58 for sign in joined) <= width:
            lines[-1] = joined
        else:
            lines.append(note)
    return lines
