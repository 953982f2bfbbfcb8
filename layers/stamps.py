"""What every map says of its data, on the screen, on paper and in a file: until when, loaded when, by which rules."""

from __future__ import annotations

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
