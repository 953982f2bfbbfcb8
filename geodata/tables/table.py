"""A list with its meaning: rows, columns in order, and the notes every copy of it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geodata.calendar import Period
from geodata.freshness import Freshness, read_freshness
from geodata.indicators import get_indicator
from geodata.locale import Lang, translate
from geodata.tables.column import Column, bare_column
from geodata.territory.units import get_unit, root_units


@dataclass(frozen=True)
class Meaning:
    """What one indicator's numbers mean: its name, its definition, and the days it looked at (both inclusive)."""

    label: str
    definition: str
    period: Period


@dataclass(frozen=True)
class Notes:
    """Whose numbers a list holds, of which day, by which definitions, from which data."""

    title: str
    place: str
    as_of: date
    meanings: Mapping[str, Meaning]
    fresh: Freshness
    unplaced: int = 0

    def note_lines(self, lang: Lang) -> list[tuple[str, str]]:
        """Name and text of every note, for a second sheet.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        lines
            Name and text of each note; periods with both ends inclusive.
        """
        fresh = self.fresh
        facts: dict[str, object] = {
            "title": self.title,
            "place": self.place,
            "as_of": self.as_of,
            "data_as_of": fresh.data_as_of or "—",
            "loaded_at": f"{fresh.loaded_at:%Y-%m-%d %H:%M}" if fresh.loaded_at else "—",
            "rules_version": fresh.rules_version or "—",
            "data_version": fresh.version,
            "unplaced": self.unplaced,
        }
        found = [(translate(f"api.note.{name}", lang), str(value)) for name, value in facts.items()]
        for meaning in self.meanings.values():
            days = f"{meaning.period.start} – {meaning.period.end}"
            found.append((translate("api.note.period_of", lang, what=meaning.label), days))
            found.append((translate("api.note.definition_of", lang, what=meaning.label), meaning.definition))
        return [
            *found,
            *([(translate("api.note.kind", lang), translate("layers.synthetic", lang))] if fresh.synthetic else []),
        ]

    def to_record(self) -> dict[str, Any]:
        """The same for programs.

        Returns
        -------
        record
            JSON's own kinds; days as ISO text, both ends of a period inclusive.
        """
        return {
            "title": self.title,
            "place": self.place,
            "as_of": self.as_of.isoformat(),
            "indicators": {
                key: {
                    "label": meaning.label,
                    "definition": meaning.definition,
                    "period": {"start": meaning.period.start.isoformat(), "end": meaning.period.end.isoformat()},
                }
                for key, meaning in self.meanings.items()
            },
            "data_as_of": bare_column(self.fresh.data_as_of),
            "loaded_at": self.fresh.loaded_at.isoformat() if self.fresh.loaded_at else None,
            "rules_version": bare_column(self.fresh.rules_version),
            "data_version": self.fresh.version,
            "synthetic": self.fresh.synthetic,
            "unplaced": self.unplaced,
        }


def table_notes(
    db: Connection, title: str, keys: tuple[str, ...], as_of: date, within: str | None, lang: Lang, unplaced: int = 0
) -> Notes:
    """The notes of a list made from indicators.

    Parameters
    ----------
    db
        Connection with the scope of who asks.
    title
        What the list is called.
    keys
        Keys of the indicators its numbers come from; may be empty.
    as_of
        The day, inclusive.
    within
        Code of the unit the list is of; None: everything.
    lang
        Language of the words.
    unplaced
        Rows whose village is not in that day's tree, in no unit's number.

    Returns
    -------
    notes
        Place, definitions, periods and freshness as of the day.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day, or an indicator has no such key.
    """
    covered = [get_unit(db, within, as_of)] if within else root_units(db, as_of)
    place = translate("list.comma", lang).join(unit.name for unit in covered)
    meanings = {
        key: Meaning(
            translate(f"indicator.{key}.label", lang),
            translate(f"indicator.{key}.definition", lang),
            get_indicator(key).period_on(db, as_of),
        )
        for key in keys
    }
    return Notes(title, place or "—", as_of, meanings, read_freshness(db, as_of), unplaced)


@dataclass(frozen=True)
class Table:
    """A list: ``frame`` has a plain index and at least the columns named; its cells are codes, numbers and days.

    A frame with a field ``indicator`` holds rows of several; otherwise all rows are of the notes' only one. ``shapes``
    is GeoJSON geometry per row (EPSG:4490, degrees), None for a row without a place; None when rows are no places.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    notes: Notes
    shapes: tuple[dict[str, Any] | None, ...] | None = None

    def headings_in(self, lang: Lang) -> list[str]:
        """What stands over the columns.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        headings
            One text per column, in order.
        """
        return [column.heading_in(lang) for column in self.columns]

    def readable_rows(self, lang: Lang) -> list[list[Any]]:
        """The rows as a person reads them.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        rows
            One list of cells per row, None where there is nothing.
        """
        cells = [[column.show_value(value, lang) for value in self.frame[column.name]] for column in self.columns]
        return [list(row) for row in zip(*cells, strict=True)]

    def records(self) -> list[dict[str, Any]]:
        """The rows as a program reads them.

        Returns
        -------
        rows
            One dict per row, keys the columns' names, values JSON's own kinds.
        """
        cells = [[bare_column(value) for value in self.frame[column.name]] for column in self.columns]
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]

    def row_meanings(self) -> list[Meaning]:
        """What every row's number means.

        Returns
        -------
        meanings
            One per row of the frame, in its order.
        """
        known = self.notes.meanings
        if "indicator" in self.frame:
            return [known[key] for key in self.frame["indicator"]]
        return [next(iter(known.values()))] * len(self.frame)
