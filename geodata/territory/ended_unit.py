"""A unit that was: what it was, until which day, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geodata.errors import NotFound
from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import Succession, UnitKind

# the newest version; none is in force on the day or comes later
_ENDED = """
SELECT v.code, v.name, v.level, v.kind, upper(v.valid) - 1 AS last_on FROM grid.unit_version AS v
WHERE v.code = :code AND NOT EXISTS (SELECT FROM grid.unit_version AS o WHERE o.code = v.code
                                     AND coalesce(upper(o.valid), 'infinity') > CAST(:as_of AS date))
ORDER BY upper(v.valid) DESC LIMIT 1
"""
# a successor outside the own area is there without a name
_AFTER = """
SELECT l.new_code AS code, l.how, l.from_on, v.name FROM grid.unit_lineage AS l
LEFT JOIN LATERAL (SELECT o.name FROM grid.unit_version AS o WHERE o.code = l.new_code
                   ORDER BY lower(o.valid) DESC NULLS LAST LIMIT 1) AS v ON true
WHERE l.old_code = :code AND l.new_code <> :code AND l.from_on <= CAST(:as_of AS date)
  AND l.from_on = (SELECT max(m.from_on) FROM grid.unit_lineage AS m
                   WHERE m.old_code = :code AND m.new_code <> :code AND m.from_on <= CAST(:as_of AS date))
ORDER BY l.new_code
"""


@dataclass(frozen=True)
class Successor:
    """A unit that came after one that ended, how, and from which day."""

    code: str
    name: str
    how: Succession
    from_on: date


@dataclass(frozen=True)
class EndedUnit:
    """A unit that is no longer in force: its name, level and kind on ``last_on``, its last day.

    ``successors`` are those that whoever asks may see; ``hidden`` counts the others.
    """

    code: str
    name: str
    level: Level
    kind: UnitKind
    last_on: date
    successors: tuple[Successor, ...]
    hidden: int

    def what_it_was(self, lang: Lang | str) -> str:
        """Name, kind and last day.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        sentence
            Without what came after it.
        """
        kind = current_levels().own_name(self.level, lang) or label_of(self.kind, lang)
        return translate("ended.was", lang, name=self.name, code=self.code, kind=kind, last_on=self.last_on)

    def what_is_unsaid(self, lang: Lang | str) -> list[str]:
        """That successors are outside the own area, or that none is known.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        sentences
            None or one.
        """
        if self.hidden:
            return [translate("ended.hidden", lang, n=self.hidden)]
        return [] if self.successors else [translate("ended.no_successor", lang)]


class UnitEnded(NotFound):
    """The unit is not in force on the day any more; what it was is told with what came after it."""

    exit_code = 7
    http_status = 410
    banner = "banner.ended"

    unit: EndedUnit | None = None

    @classmethod
    def of_unit(cls, unit: EndedUnit, as_of: date) -> UnitEnded:
        """The error of a unit.

        Parameters
        ----------
        unit
            What is told of it.
        as_of
            The day on which it is not in force.

        Returns
        -------
        error
            To be raised; where only key and values are kept, it is told as one that was not in force.
        """
        fault = cls("error.unit_unknown", code=unit.code, as_of=as_of)
        fault.unit, fault.is_open = unit, True
        return fault

    def to_sentence(self, lang: Lang | str = Lang.ZH) -> str:
        """What it was, until when, and what came after it.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        sentence
            Without line ends.
        """
        if self.unit is None:
            return super().to_sentence(lang)
        said = [self.unit.what_it_was(lang)]
        if self.unit.successors:
            after = translate("list.comma", lang).join(f"{each.name} {each.code}" for each in self.unit.successors)
            said.append(translate("ended.after", lang, units=after))
        return ("" if lang == Lang.ZH else " ").join([*said, *self.unit.what_is_unsaid(lang)])


def unit_not_there(db: Connection, code: str, as_of: date) -> NotFound:
    """Why a unit is not there on a day: it has ended, or none of that code is known.

    Parameters
    ----------
    db
        Connection with the scope of who asks: of a unit that is not seen, nothing is told.
    code
        Code that was asked for.
    as_of
        A day on which it is not in force, inclusive.

    Returns
    -------
    error
        To be raised; ``UnitEnded`` with what came after it where the unit was there once and is no more.
    """
    asked = {"code": code, "as_of": as_of}
    was = db.execute(text(_ENDED), asked).one_or_none()
    if was is None:
        return NotFound("error.unit_unknown", **asked)
    after = db.execute(text(_AFTER), asked).all()
    seen = tuple(Successor(row.code, row.name, Succession(row.how), row.from_on) for row in after if row.name)
    hidden = len(after) - len(seen)
    unit = EndedUnit(was.code, was.name, Level(was.level), UnitKind(was.kind), was.last_on, seen, hidden)
    return UnitEnded.of_unit(unit, as_of)
