"""Everything one view of the map shows, each part asked for when first needed, so that one failing part fails alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import narrowed_context
from dashboard.request.view import View
from dashboard.screens.map import label_places
from dashboard.screens.map.next_view import polygon_level
from geodata.errors import NotFound
from geodata.freshness import Freshness, first_day
from geodata.integrity.work_item import get_work_item
from geodata.levels import Level, current_levels
from geodata.locale import translate
from geodata.responsibility.chain import Chain, ChainLevel, responsibility_chain
from geodata.responsibility.staffing import Staffed, count_staffing
from geodata.rollup.indicator_counts import count_indicator, headline_counts
from geodata.rules import rule_value
from geodata.subjects.roster import subject_points
from geodata.territory.units import UnitRef, list_units, unit_ancestry
from geodata.words.change_words import Change
from layers.catalog import discover
from layers.changes import Asked
from layers.choropleth import hover_title
from layers.class_breaks import layer_breaks
from layers.layer import Layer
from layers.legend import NONE, Legend, build_legend, class_keys, classify_rates
from layers.lines import Stop
from layers.overlay import Overlay, build_overlay, marked_units


@dataclass
class MapViewModel:
    """One view, seen from one machine; the frames are shared with other requests and must not be changed."""

    ctx: AppContext
    view: View
    client: Client

    def __post_init__(self) -> None:
        """Whoever answers for one town compares its villages: the own unit alone is no ranking; all follows."""
        self.ctx = narrowed_context(self.ctx, self.view.narrowing)
        levels = self.ctx.compared_levels()
        if self.view.level not in levels:
            self.view = self.view.with_fields(level=levels[0])
        # time was played past the day compared with: the classes of the other legend are gone
        others = {*class_keys(self.breaks), *map(str, self.base.grades)} if self.since else set(map(str, Change))
        if self.view.only in others - {NONE}:
            self.view = self.view.with_fields(only=None)

    @cached_property
    def day(self) -> date:
        """The day asked about."""
        return self.ctx.as_of_day(self.view)

    @cached_property
    def begins(self) -> date | None:
        """The day of the first fact there is."""
        found: date | None = self.ctx.cached_query(first_day)
        return found

    @cached_property
    def since(self) -> date | None:
        """The earlier day compared with; None where none is asked for, or it is not earlier."""
        asked = self.view.since
        return asked if asked and asked < self.day else None

    @cached_property
    def base(self) -> Layer:
        """The layer asked for; the first default when the address names none there is."""
        known = discover()
        return known.get(self.view.layer) or known[View().layer]

    @cached_property
    def asked(self) -> Asked:
        """The layer as it is asked for, between two days where two are compared."""
        return Asked(self.ctx.cached_query, self.base, self.day, self.since, self.view.lang)

    @property
    def layer(self) -> Layer:
        """The layer drawn."""
        return self.asked.layer

    @cached_property
    def breaks(self) -> tuple[float, ...]:
        """Where the layer's classes part, by the rules of the day."""
        return self.ctx.cached_query(layer_breaks, self.layer, self.day)

    @cached_property
    def small(self) -> int:
        """Units with fewer than this many counted are dotted."""
        return int(self.ctx.cached_query(rule_value, "small_n", self.day))

    @cached_property
    def place(self) -> str | None:
        """The scope's code as asked for; a selected subject's own village instead, when it lies outside of that."""
        unit, subject = self.ctx.resolve_unit(self.view.unit), self.view.subject
        if not unit or subject not in self.points.index:
            return unit
        village = str(self.points.loc[subject, "village_code"])
        return unit if village in self.ctx.cached_query(list_units, Level.VILLAGE, self.day, unit).index else village

    @cached_property
    def path(self) -> list[UnitRef]:
        """The scope's ancestry, root first, the scope itself last; empty before any unit and over several roots."""
        if self.place:
            return list(self.ctx.cached_query(unit_ancestry, self.place, self.day))
        whole = self.ctx.whole_unit(self.day)
        return [whole] if whole else []

    @cached_property
    def scope(self) -> UnitRef | None:
        """The unit everything beside the map is about."""
        return self.path[-1] if self.path else None

    @cached_property
    def within(self) -> str | None:
        """The scope's code; None for everything there is."""
        whole = self.ctx.whole_unit(self.day)
        return self.scope.code if self.scope and not (whole and whole.code == self.scope.code) else None

    @cached_property
    def level(self) -> Level:
        """The level whose polygons are drawn."""
        return polygon_level(self.view)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The counts of every unit drawn; of both days where two are compared."""
        return self.asked.count_units(self.level)

    @cached_property
    def classes(self) -> pd.Series:
        """The legend class of every unit drawn."""
        return classify_rates(self.frame, self.layer, self.breaks)

    @property
    def known_classes(self) -> tuple[str, ...]:
        """The keys of the classes there are at the level drawn, without counting anything."""
        graded = self.since or self.level is Level.VILLAGE
        return class_keys(self.breaks, self.layer.grades if graded else ())

    @cached_property
    def local(self) -> pd.DataFrame:
        """The counts of the units of the scope, or of the scope itself when it is of the level drawn."""
        if self.within is None:
            return self.frame
        return self.frame[self.frame.index.isin(self._inside(self.level))]

    @cached_property
    def beside(self) -> pd.DataFrame | None:
        """The counts told beside the layer's and never pooled with them."""
        return (
            self.ctx.cached_query(count_indicator, self.layer.beside, self.level, self.day)
            if self.layer.beside
            else None
        )

    @cached_property
    def legend(self) -> Legend:
        """The classes with the counts of the scope's units, so that their total is the headline figure's n/N."""
        placed = self.ctx.cached_query(label_places.label_places, self.level, self.day)
        lang = self.view.lang
        made = build_legend(
            self.local,
            self.layer,
            self.breaks,
            level=self.level,
            lang=lang,
            small=self.small,
            drawn=frozenset(placed),
        )
        return self.asked.explain_legend(made, self.local, self.level, self.within)

    @cached_property
    def overlay(self) -> Overlay:
        """Labels and hatches of everything drawn; units are labelled above those that stand in them."""
        outline = current_levels().outline_level(self.level)
        frames = [(self.level, self.frame)]
        if outline is not self.level:
            frames.append((outline, self.asked.count_units(outline)))
        places: dict[str, tuple[float, float]] = {}
        marks: frozenset[str] = frozenset()
        for level, _ in frames:
            places |= self.ctx.cached_query(label_places.label_places, level, self.day)
            if self.layer.mark:
                marks |= marked_units(
                    self.layer, self.ctx.cached_query(count_indicator, self.layer.mark, level, self.day)
                )
        found = build_overlay(
            frames,
            self.layer,
            self.legend,
            self.breaks,
            places,
            lang=self.view.lang,
            marks=marks,
            ringed=frozenset(stop.code for stop in self.stops),
            small=self.small,
        )
        only = self.view.only
        if only is None:
            return found
        kept = {name: [code for code in codes if self.classes[code] == only] for name, codes in found.hatched.items()}
        return replace(found, hatched=kept)

    @cached_property
    def fault(self) -> dict[str, Any] | None:
        """The item of the work list that is looked at; None for one that is not within sight."""
        number = self.view.item
        try:
            return self.ctx.cached_query(get_work_item, number, self.day, self.view.lang) if number else None
        except NotFound:
            return None

    @property
    def spot(self) -> BaseGeometry | None:
        """Where that fault lies (degrees, EPSG:4490)."""
        return self.fault["geometry"] if self.fault else None

    @cached_property
    def points(self) -> pd.DataFrame:
        """Every subject that is seen with its states of the day."""
        return self.ctx.cached_query(subject_points, self.day)

    @cached_property
    def local_points(self) -> pd.DataFrame:
        """The subjects of the scope."""
        if self.within is None:
            return self.points
        return self.points[self.points["village_code"].isin(self._inside(Level.VILLAGE))]

    def _inside(self, level: Level) -> pd.Index:
        """The codes of a level inside the scope; a number of the scope is the very number the map shows."""
        return self.ctx.cached_query(list_units, level, self.day, self.within).index

    @cached_property
    def headline(self) -> pd.DataFrame:
        """All indicators of the scope."""
        return self.ctx.cached_query(headline_counts, self.day, self.within)

    @cached_property
    def fresh(self) -> Freshness:
        """How old the facts are."""
        return self.ctx.data_freshness(self.view)

    @cached_property
    def staffing(self) -> Sequence[Staffed]:
        """How many posts are held below the scope; nothing when one subject is selected."""
        if self.view.subject or self.scope is None:
            return ()
        return self.ctx.cached_query(count_staffing, self.day, self.scope.code, self.within)

    @cached_property
    def chain(self) -> Chain:
        """Who answers for what is selected."""
        if self.view.subject:
            return self.ctx.cached_query(responsibility_chain, self.day, subject_id=self.view.subject)
        return (
            self.ctx.cached_query(responsibility_chain, self.day, unit_code=self.scope.code)
            if self.scope
            else Chain(self.day)
        )

    @cached_property
    def stops(self) -> Sequence[Stop]:
        """The rings of the chain, what is selected first; none while everything is."""
        if not self.view.lines or not (self.view.subject or self.within):
            return ()
        return tuple(stop for stop in map(self._stop, reversed(self.chain.levels)) if stop)

    def _stop(self, step: ChainLevel) -> Stop | None:
        place = self._place(step)
        if place is None:
            return None
        names = translate("list.comma", self.view.lang).join(post.name for post in step.posts)
        names = names or translate("chain.vacant", self.view.lang)
        text = f"{hover_title(step.place_name)}<br>{escape(names, quote=False)}"
        return Stop(step.level, step.place_code, *place, text, vacant=not step.named)

    def _place(self, step: ChainLevel) -> tuple[float, float] | None:
        if step.level is not Level.SUBJECT:
            known: dict[str, tuple[float, float]] = self.ctx.cached_query(
                label_places.label_places, step.level, self.day
            )
            return known.get(step.place_code)
        if step.place_code not in self.points.index:
            return None
        lon, lat = self.points.loc[step.place_code, ["lon", "lat"]]
        return (float(lon), float(lat)) if pd.notna(lon) else None


def settled_view(model: MapViewModel) -> MapViewModel:
    """The view model without a unit or subject that was not there on its day, so that time plays past its beginning.

    Parameters
    ----------
    model
        The view model asked for.

    Returns
    -------
    model
        The same one where everything named is there, else one of the whole district.
    """
    try:
        _ = model.path, model.chain
        return model
    except NotFound:
        return replace(model, view=model.view.with_fields(unit=None, subject=None))
