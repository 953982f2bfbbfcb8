"""What stands around and over the map: the view model in, components out. Nothing is counted here."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.chain_card import chain_card
from dashboard.components.guidance.term_note import term_note
from dashboard.components.headline_tiles import Tile, headline_tiles
from dashboard.components.page_frame import Choice, Crumb, segmented_switch
from dashboard.components.staffing_lines import staffing_below
from dashboard.request.view import HEATS
from dashboard.screens.map.next_view import at_level, into_unit
from dashboard.screens.map.view_model import MapViewModel
from geodata.locale import Lang, label_of, translate
from geodata.responsibility.chain import ANSWERING, ChainLevel, HeldPost
from geodata.rollup.rates import truncate_percent
from geodata.territory.units import root_units
from geodata.vocabulary import DueState, Risk
from layers.catalog import discover
from layers.legend import LegendClass, Pattern
from layers.number_format import counts_text
from layers.points import point_legend
from layers.symbols.point_classes import PointClass
from layers.symbols.point_shapes import css_outline


def map_crumbs(model: MapViewModel) -> list[Crumb]:
    """District to scope, and the subject when one is selected.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    crumbs
        Links go one level down into a unit; none on the last, nor where the visitor may not go.
    """
    view = model.view
    above = [(unit.code, unit.name, unit.level) for unit in model.path]
    if view.subject:
        above = [(step.place_code, step.place_name, step.level) for step in model.chain.levels]
    steps = [
        Crumb(name, into_unit(view, code, level).link_to() if model.ctx.opens_unit(code) else None)
        for code, name, level in above[:-1]
    ]
    here = [name if model.within or view.subject else model.ctx.covered_area(name) for _, name, _ in above[-1:]]
    return [*_over_roots(model), *steps, *map(Crumb, here)]


def _over_roots(model: MapViewModel) -> list[Crumb]:
    """Where several roots are seen, all of them together stand before each."""
    roots = model.ctx.cached_query(root_units, model.day)
    if len(roots) < 2:
        return []
    names = translate("list.comma", model.view.lang).join(unit.name for unit in roots)
    onto = model.view.with_fields(unit=None, subject=None, level=roots[0].level, only=None)
    return [Crumb(names, onto.link_to() if model.path else None)]


def layer_switch(model: MapViewModel) -> Component:
    """The switch of layers: 覆盖 / 逾期 / 检测不合格 / 责任链.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    switch
        In the order of the layers; another layer lets go of the legend class picked out.
    """
    view = model.view
    choices = [
        Choice(
            translate(f"layers.layer.{layer.key}.label", view.lang),
            view.link_to(layer=layer.key, only=None),
            layer is model.base,
            translate(f"indicator.{layer.indicator}.definition", view.lang),
        )
        for layer in discover().values()
    ]
    return segmented_switch(translate("ui.top.layers", view.lang), choices)


def level_switch(model: MapViewModel) -> Component:
    """The switch of levels: 镇 / 村 / 主体.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    switch
        The levels the visitor can compare, highest first.
    """
    view = model.view
    choices = [
        Choice(label_of(level, view.lang), at_level(view, level, model.path).link_to(), level is view.level)
        for level in model.ctx.compared_levels()
    ]
    return segmented_switch(translate("ui.top.levels", view.lang), choices)


def overlay_switches(model: MapViewModel) -> list[Component]:
    """What is drawn over the polygons: points, chain lines, and one heat or none.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    switches
        Links, so that keyboard and Back work.
    """
    view = model.view
    heats = [
        Choice(
            translate(f"ui.map.heat_{heat}", view.lang),
            view.link_to(heat=None if view.heat == heat else heat),
            view.heat == heat,
        )
        for heat in HEATS
    ]
    return [
        _switch(translate("ui.map.points", view.lang), view.link_to(points=not view.points), view.points),
        _switch(translate("ui.map.lines", view.lang), view.link_to(lines=not view.lines), view.lines),
        html.Span(translate("ui.map.heat", view.lang), className="mute"),
        segmented_switch(translate("ui.map.heat", view.lang), heats),
    ]


def headline_terms() -> tuple[str, ...]:
    """The indicators of the tiles, whose words open below: a tile is a link.

    Returns
    -------
    keys
        In the order of the layers, each once.
    """
    return tuple(dict.fromkeys(layer.indicator for layer in discover().values()))


def map_stamps(model: MapViewModel, schematic: bool) -> list[Component]:
    """What the map is not: sketch instead of border, demonstration instead of fact.

    Parameters
    ----------
    model
        One view of the map.
    schematic
        Whether any shape drawn is only a sketch.

    Returns
    -------
    stamps
        With the approval number where one is set; [] when there is nothing to say.
    """
    lang, number = model.view.lang, model.ctx.settings.map_approval_no
    words = [term_note("schematic", lang, translate("layers.schematic", lang))] if schematic else []
    words += [html.B(translate("layers.synthetic", lang))] if model.fresh.synthetic else []
    words += [html.Span(translate("layers.approval_no", lang, number=number))] if number else []
    joined: list[Component | str] = []
    for word in words:
        joined += [" · ", word] if joined else [word]
    return [html.Div(joined, className="stamp")] if joined else []


def map_legend(model: MapViewModel) -> list[Component]:
    """The classes with how many units are in each; a class is a button that picks its units out.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        Counts of the scope's units and subjects; 0/0 is a class of its own, few and undrawn ones are plain rows.
    """
    found, view = model.legend, model.view
    rate = truncate_percent(found.numerator, found.denominator)
    dots = point_legend(model.local_points, model.layer, view.lang)
    return [
        html.H2(found.title),
        html.Div(found.caption, className="caption"),
        *(_class(model, row) for row in found.rows),
        html.Div(f"{found.total} · {rate}", className="total"),
        html.Div(
            [html.Span(f"{word} {number}", style=dot_style(entry)) for entry, word, number in dots],
            className="dots",
            hidden=not view.points,
        ),
    ]


def map_headline(model: MapViewModel) -> list[Component]:
    """The four tiles, one per layer, of the unit that is in view.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    tiles
        In the order of the layers; what counts faults shows n/N large.
    """
    items = []
    for layer in discover().values():
        row = model.headline.loc[layer.indicator]
        numerator, denominator = int(row["numerator"]), int(row["denominator"])
        bad = layer.better == "lower" and not layer.complement
        tone = "danger" if bad and numerator else ""
        href = model.view.link_to(layer=layer.key, only=None)
        items.append(Tile(layer.indicator, numerator, denominator, href, layer is model.base, counted=bad, tone=tone))
    return headline_tiles(items, model.view.lang)


def responsibility_card(model: MapViewModel) -> list[Component]:
    """Who answers for what is selected, and the way to its whole story.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    parts
        The chain's card, and why the subject stands as it does or what the layer counts.
    """
    view, levels = model.view, model.chain.levels
    title = translate("ui.chain.of", view.lang, place=levels[-1].place_name) if levels else ""
    code = levels[-1].place_code if levels else ""
    path = f"/subject/{code}" if view.subject else f"/unit/{code}"
    shown = replace(model.chain, levels=tuple(replace(step, posts=_answering(step)) for step in levels))
    counts = staffing_below(model.staffing, view.with_fields(table=False), path)
    card = chain_card(shown, view, title, view.link_to(path, only=None, table=False) if levels else "", below=counts)
    return [*card, html.P(_why(model), className="why")]


def _answering(step: ChainLevel) -> tuple[HeldPost, ...]:
    """The people of the four tiers; testers and in-house controllers stand on the place's own page."""
    return tuple(post for post in step.posts if post.role in ANSWERING)


def _why(model: MapViewModel) -> list[Component | str]:
    """Why the selected subject stands as it does, or what the layer's figure means."""
    lang, row = model.view.lang, None
    if model.view.subject in model.points.index:
        row = model.points.loc[model.view.subject]
    if row is None:
        return [html.B(translate(f"indicator.{model.layer.indicator}.label", lang)), " ", model.legend.definition]
    state = row["due_state"]
    facts = [label_of(Risk(row["risk"]), lang)] if pd.notna(row["risk"]) else []
    facts += [_fact("ui.chain.interval", lang, days=row["interval_days"])]
    facts += [
        _fact("layers.point.last_on", lang, day=row["last_on"]),
        _fact("layers.point.due_on", lang, day=row["due_on"]),
    ]
    over = row["days_over"]
    facts += [_fact("layers.point.days_over", lang, days=None if pd.isna(over) or not over else over)]
    known = " · ".join(fact for fact in facts if fact)
    word = html.B(label_of(DueState(state), lang), className=f"state-{state}") if pd.notna(state) else ""
    return [word, " · ", known]


def _fact(key: str, lang: Lang, **value: object) -> str:
    """The sentence of a fact; nothing when the fact is not known."""
    (name, known), *_ = value.items()
    if known is None or pd.isna(known):
        return ""
    return translate(key, lang, **{name: int(known) if name == "days" else known})


def _switch(text: str, href: str, on: bool) -> Component:
    return html.A(text, href=href, role="switch", **{"data-soft": "", "aria-checked": "true" if on else "false"})


def swatch_style(model: MapViewModel, row: LegendClass) -> dict[str, str]:
    """The CSS of a class: its colour, and its hatch over it.

    Parameters
    ----------
    model
        One view of the map, for its theme.
    row
        The class.

    Returns
    -------
    style
        One property, ``background``.
    """
    colour = row.colour_in(model.view.theme)
    if row.pattern is Pattern.PLAIN:
        return {"background": colour}
    return {"background": f"var(--hatch-{row.pattern.value}), {colour}"}


def dot_style(entry: PointClass) -> dict[str, str]:
    """The CSS of a kind of point: its colour and its outline.

    Parameters
    ----------
    entry
        The kind.

    Returns
    -------
    style
        Two properties that a style sheet draws a box with.
    """
    return {"--dot": f"var(--{entry.token})", "--outline": css_outline(entry.shape)}


def _class(model: MapViewModel, row: LegendClass) -> Component:
    inside = [
        html.Span(className="swatch", style=swatch_style(model, row)),
        html.Span(row.label),
        html.Span(row.units_text, className="count"),
    ]
    if row.index < 0:
        return html.Div(inside, className="row")
    picked = model.view.only == row.key
    title = f"{row.label} {counts_text(row.numerator, row.denominator)}"
    href = model.view.link_to(only=None if picked else row.key)
    return html.A(
        inside, href=href, role="button", title=title, **{"data-soft": "", "aria-pressed": str(picked).lower()}
    )
