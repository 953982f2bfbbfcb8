"""What a drawing asks of ``geodata``, once and for all layers, in one reading transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geodata.database.upgrade import schema_version
from geodata.errors import UserError
from geodata.freshness import Freshness, read_freshness
from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.responsibility.chain import Chain, ChainLevel, responsibility_chain
from geodata.rollup.indicator_counts import count_indicator
from geodata.rules import rule_value
from geodata.subjects.roster import subject_points
from geodata.territory.level_table import read_levels
from geodata.territory.units import UnitRef, get_unit, root_unit, root_units, unit_shapes
from geodata.vocabulary import Role
from layers.changes import Asked
from layers.class_breaks import layer_breaks
from layers.layer import Layer
from layers.legend import Legend, build_legend
from layers.offline_map import Drawn, Step
from layers.overlay import build_overlay, label_anchors, marked_units

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Db = Any
"""A connection of ``geodata.database.scope.read_transaction``; layers know no SQL and only hand it on."""

DETAIL_M = 25.0
"""Coarseness of shapes in a file, in metres: less than a hair's breadth on paper, and half the bytes."""


@dataclass(frozen=True)
class MapFacts:
    """One unit on one day as all its drawings see it; shapes in EPSG:4490."""

    unit: UnitRef
    as_of: date
    level: Level
    drawn: tuple[Drawn, ...]
    shapes: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    points: pd.DataFrame
    stamp: Freshness

    @property
    def schematic(self) -> bool:
        """Whether any polygon drawn is only a sketch, which every map must say."""
        return bool(self.shapes["schematic"].any())


def collect_map_facts(
    db: Db,
    code: str | None,
    as_of: date,
    level: Level,
    layers: Iterable[Layer],
    lang: Lang | str = Lang.ZH,
    since: date | None = None,
) -> MapFacts:
    """Everything the drawings of a unit need.

    Parameters
    ----------
    db
        A connection of ``read_transaction``; rows outside the scope of who asks are not there.
    code
        The unit drawn; None: the only root.
    as_of
        The day, inclusive.
    level
        Level of the units drawn; a village is always drawn by itself.
    layers
        The layers drawn, in the order of the switch.
    lang
        Language of labels and legends.
    since
        The earlier day whose numbers are compared with; None draws those of the day.

    Returns
    -------
    facts
        Shapes in EPSG:4490, simplified by up to :data:`DETAIL_M`; one ``Drawn`` per layer; points as of
        ``subject_points``.

    Raises
    ------
    NotFound
        When the unit was not in force on ``as_of``.
    UserError
        When there is no unit at all on that day, several roots and none is named, or nothing to draw has a boundary.
    """
    place = _place(db, code, as_of)
    if place is None and schema_version(db) is not None and root_units(db, as_of):
        raise UserError("layers.cli.several_roots")
    if place is None:
        raise UserError("layers.cli.nothing", as_of=as_of.isoformat())
    level = Level.VILLAGE if place.level is Level.VILLAGE else level
    polygons = unit_shapes(db, level, as_of, place.code, DETAIL_M)
    if polygons.empty:
        raise UserError("layers.cli.no_shapes", unit=place.name)
    outline = read_levels(db).outline_level(level)
    towns = unit_shapes(db, outline, as_of, place.code, DETAIL_M)
    places = label_anchors(polygons) | (label_anchors(towns) if place.level not in (level, outline) else {})
    small = int(rule_value(db, "small_n", as_of))

    def ask(question: Callable[..., Any], *given: Any) -> Any:
        return question(db, *given)

    drawn = tuple(_drawn(Asked(ask, layer, as_of, since, lang), db, place, level, places, small) for layer in layers)
    points = subject_points(db, as_of, place.code)
    return MapFacts(place, as_of, level, drawn, polygons, towns, points, read_freshness(db, as_of))


def _place(db: Db, code: str | None, as_of: date) -> UnitRef | None:
    """The unit asked for, or the only root; None where no table has been made yet, or no unit loaded."""
    if schema_version(db) is None:
        return None
    return get_unit(db, code, as_of) if code else root_unit(db, as_of)


def _drawn(
    asked: Asked, db: Db, place: UnitRef, level: Level, places: dict[str, tuple[float, float]], small: int
) -> Drawn:
    shown, lang = asked.layer, asked.lang
    steps = layer_breaks(db, shown, asked.as_of)
    frame = asked.count_units(level, place.code)
    frames = [(level, frame)]
    outline = read_levels(db).outline_level(level)
    if outline is not level and place.level not in (level, outline):
        frames.append((outline, asked.count_units(outline, place.code)))
    made: Legend = build_legend(frame, shown, steps, level=level, lang=lang, small=small, drawn=set(places))
    made = asked.explain_legend(made, frame, level, place.code)
    marks = (
        marked_units(shown, count_indicator(db, shown.mark, level, asked.as_of, place.code))
        if shown.mark
        else frozenset()
    )
    labels = build_overlay(frames, shown, made, steps, places, lang=lang, marks=marks, small=small)
    return Drawn(shown, frame, made, steps, labels, small)


def unit_chain(db: Db, code: str, as_of: date, lang: Lang | str) -> list[Step]:
    """The lines of a unit's chain, root first.

    Parameters
    ----------
    db
        A connection of ``read_transaction``.
    code
        The unit.
    as_of
        The day, inclusive.
    lang
        Language of posts and levels.

    Returns
    -------
    steps
        One line per level down to the unit's own.

    Raises
    ------
    NotFound
        The unit was not in force on the day.
    """
    return chain_steps(responsibility_chain(db, as_of, unit_code=code), lang)


def subject_chain(db: Db, subject_id: str, as_of: date, lang: Lang | str) -> list[Step]:
    """The line a subject adds to its village's chain.

    Parameters
    ----------
    db
        A connection of ``read_transaction``; subjects outside the scope of who asks are not there.
    subject_id
        The subject's number.
    as_of
        The day, inclusive.
    lang
        Language of posts and levels.

    Returns
    -------
    steps
        One line, the subject's own level.

    Raises
    ------
    NotFound
        The subject was not on the roster by the day, or its village was not in force.
    """
    return chain_steps(responsibility_chain(db, as_of, subject_id=subject_id), lang)[-1:]


def chain_steps(found: Chain, lang: Lang | str) -> list[Step]:
    """Per level its word, its people and vacant posts, and whether nobody is named at that level.

    Parameters
    ----------
    found
        The chain of a unit or subject.
    lang
        Language of posts and levels.

    Returns
    -------
    steps
        In the order of the chain: level, people with their roles and vacancies, whether nobody accepted by the rule is
        named.
    """
    return [(label_of(step.level, lang), _names(step, lang), not step.named) for step in found.levels]


def _names(step: ChainLevel, lang: Lang | str) -> str:
    held = [(post.role, _name(post.name, post.acting_for, lang)) for post in step.posts]
    gaps = [(gap.role, translate("layers.offline.vacant", lang)) for gap in step.vacancies]
    return "\u2009· ".join(_post(role, name, lang) for role, name in held + gaps)


def _name(name: str, acting_for: str | None, lang: Lang | str) -> str:
    return translate("layers.offline.acting", lang, name=name, other=acting_for) if acting_for else name


def _post(role: Role, name: str, lang: Lang | str) -> str:
    return f"{label_of(role, lang)} {name}"


__all__: Sequence[str] = [
    "DETAIL_M",
    "MapFacts",
    "chain_steps",
    "collect_map_facts",
    "subject_chain",
    "unit_chain",
]
