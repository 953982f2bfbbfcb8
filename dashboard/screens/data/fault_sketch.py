"""Where the rejected rows lie, as a drawing that needs no script: the towns' borders and a dot per row."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
from dash import html
from dash.development.base_component import Component
from shapely.geometry.base import BaseGeometry

from dashboard.components.html_markup import Tag
from etl.load.row_fault import Reject
from geodata.locale import Lang, translate

WIDTH, HEIGHT, MARGIN, MOST = 560.0, 420.0, 12.0, 500


def fault_spots(towns: gpd.GeoDataFrame, rejects: Sequence[Reject], lang: Lang) -> Component | None:
    """The drawing of where rejected rows lie.

    Parameters
    ----------
    towns
        Shapes in degrees, EPSG:4490.
    rejects
        Faults; at most ``MOST`` rows are drawn, each once.
    lang
        Language of the words.

    Returns
    -------
    drawing
        Dots up to 5 degrees off the towns' corner widen the view, farther ones are left out; None when no row says
        where it lies or there are no towns.
    """
    # a row with several faults is one spot
    placed = list({(each.sheet, each.row): each for each in rejects if each.place}.values())[:MOST]
    if not placed or towns.empty:
        return None
    west, south, east, north = (float(bound) for bound in towns.total_bounds)
    xs, ys = zip(*(reject.place for reject in placed if reject.place), strict=True)
    near = [(x, y) for x, y in zip(xs, ys, strict=True) if abs(x - west) < 5 and abs(y - south) < 5]
    west, east = min([west, *(x for x, _ in near)]), max([east, *(x for x, _ in near)])
    south, north = min([south, *(y for _, y in near)]), max([north, *(y for _, y in near)])
    # a degree of longitude is narrower up here
    narrow = 0.745
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (HEIGHT - 2 * MARGIN) / (north - south))

    def at(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - west) * narrow * scale, MARGIN + (north - y) * scale

    borders = [Tag("path", d=_path(shape, at), **{"class": "border"}) for shape in towns.geometry]
    dots = [_dot(reject, *at(*reject.place), lang) for reject in placed if reject.place in near]
    label = translate("data.spots", lang, n=len(placed))
    drawn = Tag("svg", [*borders, *dots], viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", **{"aria-label": label})
    return html.Figure([drawn, html.Figcaption(label, className="mute")], className="spots")  # type: ignore[list-item]


def _dot(reject: Reject, x: float, y: float, lang: Lang) -> Tag:
    return Tag(
        "circle", Tag("title", reject.to_sentence(lang)), cx=f"{x:.1f}", cy=f"{y:.1f}", r="5", **{"class": "spot"}
    )


def _path(shape: BaseGeometry, at: object) -> str:
    rings = [part.exterior for part in getattr(shape, "geoms", [shape])]
    steps = [[at(x, y) for x, y in ring.coords] for ring in rings]  # type: ignore[operator]
    return " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in steps)
