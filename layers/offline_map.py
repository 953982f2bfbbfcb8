"""All layers in one self-contained HTML page by Folium, for a memory stick: it opens without any network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import folium
import shapely
from branca.element import MacroElement
from folium.template import Template

from geodata.levels import Level
from geodata.locale import Lang, translate
from layers import offline_page as page
from layers.inset.inset_facts import filled_inset, inset_outlines
from layers.layer import Layer
from layers.legend import Legend, classify_rates, is_small
from layers.number_format import rate_text
from layers.overlay import Overlay
from layers.palette import Theme, theme_of
from layers.points import classify_points, drawable_points, hover_lines, point_legend
from layers.symbols.point_classes import CLASSES
from layers.symbols.point_shapes import svg_outline

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

DIGITS = 5
"""Decimals of a degree kept in the page: about a metre."""

WORDS = ("chain", "larger", "smaller", "close", "layers")
"""Words that the page's script and Leaflet's own buttons say, ``layers.offline.*``."""

Step = tuple[str, str, bool]
"""One line of a chain: level, who answers there, whether it is vacant."""


@dataclass(frozen=True)
class Drawn:
    """One layer as it is drawn: its frame of ``indicator_counts.count_indicator`` and what was made of it."""

    layer: Layer
    frame: pd.DataFrame
    legend: Legend
    breaks: tuple[float, ...]
    overlay: Overlay
    small: int | None = None


@dataclass(frozen=True)
class Page:
    """What the page says around its map."""

    title: str
    as_of: date
    theme: str = "light"
    lang: Lang | str = Lang.ZH
    schematic: bool = True
    synthetic: bool = False
    level: Level = Level.VILLAGE
    stamps: tuple[str, ...] = ()


class _Start(MacroElement):
    """Starts the page's own script once Folium has made the map; it knows Folium's names for its parts, no data."""

    _template = Template("{% macro script(this, kwargs) %}gridOffline({{ this.names|join(', ') }});{% endmacro %}")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"
        self.names = names


def offline_map(
    drawn: Sequence[Drawn],
    shapes: gpd.GeoDataFrame,
    points: pd.DataFrame,
    sheet: Page,
    *,
    chains: Mapping[str, Sequence[Step]],
    subject_chains: Mapping[str, Sequence[Step]],
    towns: gpd.GeoDataFrame | None = None,
) -> str:
    """The HTML of the page: layer switch, legend per layer, subjects, labels with n/N, chain names in the pop-ups.

    Everything is inside, no address of another machine is asked for. Folium makes the map, the switch and the empty
    layers; whatever it is given becomes the source of a template, so all text of the data stands beside it
    (``offline_page.Verbatim``), and the page's own script fills the layers.

    Parameters
    ----------
    drawn
        The layers in the order of the switch, at least one, all of the same units; the first is shown on opening.
    shapes
        The units' polygons, EPSG:4490, column ``code``; already as coarse as they may be.
    points
        ``geodata.subjects.roster.subject_points``; those without coordinates are in no place.
    sheet
        What the page says around its map.
    chains, subject_chains
        Per unit code its chain from the district down, per subject what it adds to its village's.
    towns
        Borders drawn over the units, EPSG:4490, column ``code``; None draws none.

    Returns
    -------
    html
        The whole document.
    """
    theme = theme_of(sheet.theme)
    west, south, east, north = (float(edge) for edge in shapes.total_bounds)
    made = folium.Map(tiles=None, max_zoom=18, zoom_snap=0.25, attribution_control=False)
    made.default_js, made.default_css = [], []
    for item in drawn:
        name = translate(f"layers.layer.{item.layer.key}.label", sheet.lang)
        folium.FeatureGroup(name=name, overlay=False, show=item is drawn[0]).add_to(made)
    polygons = folium.GeoJson(_nothing(), control=False)
    borders = folium.GeoJson(_nothing(), control=False)
    places = folium.GeoJson(_nothing(), name=translate("layers.offline.points", sheet.lang))
    layers = (polygons, borders, places)
    for layer in layers:
        layer.add_to(made)
    folium.LayerControl(collapsed=False).add_to(made)
    _Start([made.get_name(), *(layer.get_name() for layer in layers)]).add_to(made)
    made.fit_bounds([[south, west], [north, east]], padding=(24, 24))
    root: Any = made.get_root()
    root.header.add_child(page.Verbatim(page.page_head(sheet.title, theme)), name="own")
    facts = _facts(drawn, points, sheet, chains, subject_chains)
    facts["drawn"] = _drawn(shapes, towns, points, theme)
    facts["kinds"] = _kinds(drawn, theme)
    facts["inset"] = _inset(drawn, shapes, sheet)
    root.html.add_child(page.Verbatim(_around(drawn, points, sheet, theme) + page.data_block(facts)), name="around")
    html: str = root.render()
    return html.replace("<html>", f'<html lang="{"zh-CN" if Lang(sheet.lang) is Lang.ZH else "en"}">', 1)


def _around(drawn: Sequence[Drawn], points: pd.DataFrame, sheet: Page, theme: Theme) -> str:
    notes = [translate("layers.as_of", sheet.lang, as_of=sheet.as_of.isoformat()), *sheet.stamps]
    notes += [translate("layers.schematic", sheet.lang)] if sheet.schematic else []
    notes += [translate("layers.synthetic", sheet.lang)] if sheet.synthetic else []
    notes.append(translate("layers.offline.internal", sheet.lang))
    parts = [page.hatch_patterns((item.legend for item in drawn), theme), page.title_panel(sheet.title, notes)]
    for item in drawn:
        kinds = [(entry, word) for entry, word, _ in point_legend(points, item.layer, sheet.lang)]
        parts.append(page.legend_panel(item.legend, theme, kinds, translate("layers.offline.definition", sheet.lang)))
    if sheet.synthetic:
        parts.append(page.watermark_html(translate("layers.synthetic", sheet.lang)))
    return "".join(parts)


def _nothing() -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": []}


def _drawn(
    shapes: gpd.GeoDataFrame, towns: gpd.GeoDataFrame | None, points: pd.DataFrame, theme: Theme
) -> dict[str, Any]:
    """What the page's script puts into the layers: features, and how their lines look."""
    outline = {"color": theme.unit_border, "weight": 0.8, "fillColor": theme.canvas, "fillOpacity": 1}
    border = {"color": theme.town_border, "weight": 1.6, "fill": False, "interactive": False}
    return {
        "units": {"look": outline, "features": _polygons(shapes)},
        "towns": {"look": border, "features": _nothing() if towns is None else _polygons(towns)},
        "places": {"look": {}, "features": _places(points)},
    }


def _polygons(shapes: gpd.GeoDataFrame) -> dict[str, Any]:
    kept = shapes[~(shapes.geometry.isna() | shapes.geometry.is_empty)]
    rounded = shapely.set_precision(kept.geometry.to_numpy(), 10**-DIGITS)
    features = [
        {"type": "Feature", "id": str(code), "properties": {"code": str(code)}, "geometry": _rounded(shape)}
        for code, shape in zip(kept["code"], rounded, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _rounded(shape: Any) -> dict[str, Any]:
    def short(value: Any) -> Any:
        return round(value, DIGITS) if isinstance(value, float) else [short(item) for item in value]

    found: dict[str, Any] = shapely.geometry.mapping(shape)
    return {"type": found["type"], "coordinates": short(found["coordinates"])}


def _places(points: pd.DataFrame) -> dict[str, Any]:
    placed = drawable_points(points)
    lon, lat = placed["lon"].round(DIGITS).tolist(), placed["lat"].round(DIGITS).tolist()
    features = []
    for subject_id, x, y in zip(placed.index, lon, lat, strict=True):
        place = {"type": "Point", "coordinates": [x, y]}
        features.append({"type": "Feature", "properties": {"id": str(subject_id)}, "geometry": place})
    return {"type": "FeatureCollection", "features": features}


def _kinds(drawn: Sequence[Drawn], theme: Theme) -> dict[str, dict[str, str]]:
    """Per kind of point of the layers drawn its outline, colour, edge and word."""
    kinds = {entry.key: entry for item in drawn for entry in CLASSES[item.layer.points]}
    return {
        key: {
            "path": svg_outline(entry.shape, entry.size * page.DOT),
            "fill": getattr(theme, entry.token),
            "rim": theme.rim,
        }
        for key, entry in kinds.items()
    }


def _inset(drawn: Sequence[Drawn], shapes: gpd.GeoDataFrame, sheet: Page) -> dict[str, Any] | None:
    """Where small units crowd; colours and counts are those of the layer that is shown."""
    found = inset_outlines(shapes, sheet.level, Lang(sheet.lang))
    if found is None:
        return None
    filled = {
        item.layer.key: filled_inset(found, item.frame, item.layer, item.legend, item.breaks, theme_of(sheet.theme))
        for item in drawn
    }
    counts = {key: {unit.code: unit.counts for unit in each.units} for key, each in filled.items()}
    return found.to_record() | {"counts": counts}


def _facts(
    drawn: Sequence[Drawn],
    points: pd.DataFrame,
    sheet: Page,
    chains: Mapping[str, Sequence[Step]],
    subject_chains: Mapping[str, Sequence[Step]],
) -> dict[str, Any]:
    lang = sheet.lang
    lines = hover_lines(points, lang)
    kinds = {item.layer.key: classify_points(points, item.layer.points).to_dict() for item in drawn}
    return {
        "first": drawn[0].layer.key,
        "words": {word: translate(f"layers.offline.{word}", lang) for word in WORDS},
        "layers": [
            {"key": d.layer.key, "label": translate(f"layers.layer.{d.layer.key}.label", lang), "rate": d.legend.title}
            for d in drawn
        ],
        "fills": {d.layer.key: _fills(d, theme_of(sheet.theme)) for d in drawn},
        "units": {str(code): _unit(str(code), drawn, chains, lang) for code in drawn[0].frame.index},
        "subjects": {
            str(row.Index): {
                "name": str(row.name),
                "unit": str(row.village_code),
                "lines": lines[str(row.Index)],
                "chain": list(subject_chains.get(str(row.Index), ())),
                "kinds": {key: found[row.Index] for key, found in kinds.items()},
            }
            for row in points.itertuples()
        },
        "labels": _labels(drawn),
    }


def _fills(item: Drawn, theme: Theme) -> dict[str, str]:
    row_of = {row.key: row for row in item.legend.classes}
    keys = classify_rates(item.frame, item.layer, item.breaks)
    small = is_small(item.frame, item.layer, item.small)
    return {
        str(code): page.fill_of(row_of[key], bool(few), theme, item.layer.key)
        for code, key, few in zip(item.frame.index, keys, small, strict=True)
    }


def _unit(code: str, drawn: Sequence[Drawn], chains: Mapping[str, Sequence[Step]], lang: Lang | str) -> dict[str, Any]:
    rates = {item.layer.key: rate_text(*item.layer.count_pairs(item.frame)[code], lang) for item in drawn}
    return {"name": str(drawn[0].frame["name"][code]), "rates": rates, "chain": list(chains.get(code, ()))}


def _labels(drawn: Sequence[Drawn]) -> list[dict[str, Any]]:
    """Every unit's label with its counts under each layer; towns first, then by the size of the first layer."""
    texts = {
        item.layer.key: {
            feature["properties"]["code"]: feature["properties"] for feature in item.overlay.labels["features"]
        }
        for item in drawn
    }
    labels = []
    for feature in drawn[0].overlay.labels["features"]:
        code, (lon, lat) = feature["properties"]["code"], feature["geometry"]["coordinates"]
        mine = {key: found[code] for key, found in texts.items() if code in found}
        labels.append(
            {
                "name": feature["properties"]["name"],
                "major": feature["properties"]["major"],
                "lat": lat,
                "lon": lon,
                "counts": {key: text["count"] for key, text in mine.items()},
                "marks": {key: text["mark"] for key, text in mine.items() if text["mark"]},
                "weight": feature["properties"]["weight"],
            }
        )
    return sorted(labels, key=lambda label: (not label["major"], -label["weight"]))
