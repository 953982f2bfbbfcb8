"""The map as a figure: places of traces, plain values, nothing from outside, and the same ids in SVG."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geodata.levels import Level
from layers.camera import Viewport, fit_bounds, seen_bounds
from layers.catalog import discover
from layers.choropleth import unit_values
from layers.figure import MapView, Trace, graph_config, map_figure
from layers.heat import Heat, heat_members
from layers.legend import build_legend
from layers.lines import Stop, dash_line
from layers.map_style import TRACES_BELOW, UNITS_BELOW, Geometry, map_style
from layers.overlay import build_overlay, label_anchors, marked_units
from layers.palette import LIGHT
from layers.points import classify_points, drawable_points, point_legend
from layers.svg_figure import svg_figure
from layers.symbols.hatch import hatch_path
from layers.symbols.point_classes import every_class
from layers.symbols.sprite import sprite_image, sprite_index

DAY = date(2026, 11, 23)
CODES = ["220602001001", "220602001002", "220602001003"]
SHAPES = gpd.GeoDataFrame(
    {"code": CODES}, geometry=[box(126 + west, 41, 126.1 + west, 41.1) for west in (0, 0.1, 0.2)], crs=4490
)
FRAME = pd.DataFrame(
    {"name": ["一村", "二村", "三社区"], "numerator": [0, 3, 0], "denominator": [12, 4, 0], "beside": 0},
    index=pd.Index(CODES, name="unit_code"),
)
POINTS = pd.DataFrame(
    {
        "name": ["甲", "乙", "丙"],
        "village_code": [CODES[0], CODES[1], CODES[1]],
        "lon": [126.15, 126.05, float("nan")],
        "lat": [41.05, 41.05, float("nan")],
        "due_state": ["severe", "not_due", "never"],
        "last_on": [date(2026, 8, 7), date(2026, 11, 1), None],
        "due_on": [date(2026, 9, 6), date(2027, 1, 30), date(2026, 10, 1)],
        "days_over": [78, 0, 53],
        "failed": [False, True, False],
        "failed_counted": [False, True, False],
        "covered_state": ["not_visited", "visited", "paused"],
        "chain_broken": [False, False, False],
    },
    index=pd.Index(["S1", "S2", "S3"], name="subject_id"),
)
VIEW = MapView(
    style_url="/map/style.json?layer=overdue",
    geometry_url="/geo/village.geojson",
    camera=fit_bounds((126, 41, 126.3, 41.1)),
    as_of=DAY,
    selected=CODES[1],
)
STOPS = [
    Stop(Level.SUBJECT, "S1", 126.05, 41.05, "主体"),
    Stop(Level.VILLAGE, CODES[0], 126.06, 41.06, "空岗", vacant=True),
]


def drawn(key: str = "overdue", frame: pd.DataFrame = FRAME, points: pd.DataFrame = POINTS, **named):
    layer = discover()[key]
    made = build_legend(frame, layer, layer.breaks, level=Level.VILLAGE)
    return map_figure(frame, layer, made, layer.breaks, points, VIEW, **named)


@pytest.mark.parametrize("key", list(discover()))
def test_every_trace_keeps_its_place(key):
    plain, full = drawn(key), drawn(key, beside=FRAME, chain=STOPS)
    empty = drawn(key, frame=FRAME.iloc[:0], points=POINTS.iloc[:0])
    uids = [trace.uid for trace in plain.data]
    assert len(uids) == len(Trace)
    assert uids == [trace.uid for trace in full.data] == [trace.uid for trace in empty.data]
    assert uids[Trace.UNITS] == "units"
    assert uids[Trace.POINTS] == "points"
    assert plain.data[Trace.UNITS].below == UNITS_BELOW
    assert {trace.below for place, trace in enumerate(plain.data) if place != Trace.UNITS} == {TRACES_BELOW}


def test_a_figure_carries_ids_and_plain_values():
    units = json.loads(drawn().to_json())["data"][Trace.UNITS]
    assert units["geojson"] == "/geo/village.geojson"
    assert units["locations"] == CODES
    assert units["z"] == [0, 3, 4]
    assert units["customdata"] == [
        [CODES[0], "一村", 0, 12, "c1"],
        [CODES[1], "二村", 3, 4, "c4"],
        [CODES[2], "三社区", 0, 0, "none"],
    ]
    assert "75.0\u2009% 3/4 · 95\u2009% 区间" in units["hovertext"][1]
    assert "— 0/0" in units["hovertext"][2]


def test_the_camera_is_always_set():
    for figure in (drawn(), drawn(frame=FRAME.iloc[:0])):
        assert figure.layout.map.zoom == VIEW.camera.zoom
        assert figure.layout.map.center.lon == VIEW.camera.lon


def test_nothing_is_fetched_from_elsewhere():
    host = "http://127.0.0.1:8050"
    geometry = Geometry(f"{host}/geo/village.geojson")
    made = map_style("light", sprite=f"{host}/map/sprite-light", geometry=geometry, level=Level.VILLAGE)
    for text in (drawn(chain=STOPS).to_json(), json.dumps(made), json.dumps(graph_config("zh"))):
        assert [url for url in re.findall(r"https?://[^\"\\ ]*", text) if not url.startswith(host)] == []
    assert "glyphs" not in made
    assert graph_config("zh")["showSendToCloud"] is False


def test_no_data_is_said():
    figure = drawn(frame=FRAME.iloc[:0], points=POINTS.iloc[:0])
    assert "暂无数据" in figure.layout.annotations[0].text
    assert "2026-11-23" in figure.layout.annotations[0].text
    assert len(drawn().layout.annotations) == 0


def test_a_layer_switch_needs_only_values():
    layer = discover()["failures"]
    made = build_legend(FRAME, layer, layer.breaks, level=Level.VILLAGE)
    changing = unit_values(FRAME, layer, made, layer.breaks, LIGHT, "zh", beside=FRAME)
    assert set(changing) == {"locations", "z", "customdata", "hovertext", "colorscale", "zmin", "zmax"}
    assert changing["z"] == [3, 3, 4]
    assert "速测合格（另计） 3/4" in changing["hovertext"][1]
    assert json.loads(json.dumps(changing)) == changing


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_labels_and_hatches_keep_their_layers(theme):
    layer = discover()["overdue"]
    made = build_legend(FRAME, layer, layer.breaks, level=Level.VILLAGE)
    over = build_overlay(
        [(Level.VILLAGE, FRAME)], layer, made, layer.breaks, label_anchors(SHAPES), ringed=frozenset(CODES[:1])
    )
    built = map_style(theme, sprite="s", geometry=Geometry(None), level=Level.VILLAGE, overlay=over)
    order = [entry["id"] for entry in built["layers"]]
    assert order.index(UNITS_BELOW) < order.index("town-borders") < order.index(TRACES_BELOW)
    assert over.hatched == {"worst": [CODES[1]], "low": [], "none": [CODES[2]], "small": [CODES[1]]}
    texts = {item["properties"]["code"]: item["properties"] for item in over.labels["features"]}
    assert [texts[code]["count"] for code in CODES] == ["0/12", "3/4", "—"]
    assert [texts[code]["ringed"] for code in CODES] == [True, False, False]


def test_vacant_units_are_marked_in_words():
    layer, posts = discover()["chain"], FRAME.assign(numerator=[1, 0, 1], denominator=[1, 1, 1])
    marks = marked_units(layer, posts)
    assert marks == {CODES[1]}
    assert marked_units(discover()["overdue"], posts) == frozenset()
    made = build_legend(FRAME, layer, layer.breaks, level=Level.VILLAGE)
    over = build_overlay([(Level.VILLAGE, FRAME)], layer, made, layer.breaks, label_anchors(SHAPES), marks=marks)
    assert [item["properties"]["mark"] for item in over.labels["features"]] == ["", "空岗", ""]


def test_labels_stand_inside():
    for code, (lon, lat) in label_anchors(SHAPES).items():
        assert SHAPES.set_index("code").geometry[code].contains(Point(lon, lat))


def test_a_name_is_words_on_the_map_and_never_a_link():
    name = "<a href='https://evil.example/'>x</a>&"
    figure = drawn(frame=FRAME.assign(name=name), points=POINTS.assign(name=name))
    told = json.dumps([list(trace.hovertext) for trace in figure.data if trace.hovertext is not None])
    assert "<a " not in told
    assert "&lt;a href" in told
    layer, frame = discover()["overdue"], FRAME.assign(name=name)
    made = build_legend(frame, layer, layer.breaks, level=Level.VILLAGE)
    over = build_overlay([(Level.VILLAGE, frame)], layer, made, layer.breaks, label_anchors(SHAPES))
    svg = svg_figure(frame, layer, made, layer.breaks, POINTS, VIEW, overlay=over, shapes=SHAPES, towns=SHAPES)
    (labels,) = (trace for trace in svg.data if trace.uid == "labels")
    assert all(text.startswith("<b>&lt;a href=") for text in labels.text)


def test_points_say_their_state_and_the_pressing_lie_on_top():
    assert drawable_points(POINTS).index.tolist() == ["S1", "S2"]  # S3 has no place, S2 failed a test
    assert classify_points(POINTS, discover()["failures"].points).tolist() == ["failed_no", "failed_yes", "failed_no"]
    told = point_legend(POINTS, discover()["overdue"])
    assert [(word, count) for _, word, count in told] == [("严重逾期", 1), ("从未巡查", 1), ("未到期", 1)]
    trace = drawn().data[Trace.POINTS]
    assert list(trace.customdata) == [["S1", "甲"], ["S2", "乙"]]
    assert "逾期 78 天" in trace.hovertext[0]


def test_heat_is_of_those_it_names():
    assert heat_members(POINTS, Heat.SUBJECTS).index.tolist() == ["S1", "S2"]
    assert heat_members(POINTS, Heat.OVERDUE).index.tolist() == ["S1"]
    assert heat_members(POINTS, Heat.FAILURES).index.tolist() == ["S2"]
    assert drawn().data[Trace.HEAT].visible is False


def test_a_chain_is_dashed_whatever_its_length():
    lon, lat = dash_line(STOPS, dashes=10)
    assert len(lon) == len(lat) == 30
    assert lon[::3][0] == STOPS[0].lon
    assert dash_line(STOPS[:1]) == ([], [])
    rings = drawn(chain=STOPS).data[Trace.CHAIN_RINGS]
    assert list(rings.marker.color) == [LIGHT.accent, LIGHT.danger]


def test_hatch_lines_stay_inside():
    lon, lat = hatch_path([SHAPES.geometry[0]], 0.01)
    known = [value for value in lon if value is not None]
    assert len(known) > 10
    assert min(known) >= 126.0
    assert max(known) <= 126.1
    assert lon.count(None) == lat.count(None) == len(known) / 2
    assert hatch_path([], 1) == ([], [])


def test_svg_answers_clicks_like_the_map():
    layer = discover()["overdue"]
    made = build_legend(FRAME, layer, layer.breaks, level=Level.VILLAGE)
    over = build_overlay([(Level.VILLAGE, FRAME)], layer, made, layer.breaks, label_anchors(SHAPES))
    named = {"chain": STOPS, "overlay": over, "shapes": SHAPES, "towns": SHAPES}
    svg = svg_figure(FRAME, layer, made, layer.breaks, POINTS, VIEW, **named)
    gl = drawn(chain=STOPS)
    assert {trace.type for trace in svg.data} == {"choropleth", "scattergeo"}
    for place in Trace:
        assert svg.data[place].uid == gl.data[place].uid
    assert svg.data[Trace.UNITS].locations == gl.data[Trace.UNITS].locations
    assert json.loads(svg.to_json())["data"][Trace.POINTS]["customdata"] == [["S1", "甲"], ["S2", "乙"]]
    assert [trace.uid for trace in svg.data[len(Trace) :]] == [
        *("hatch-none", "hatch-low", "hatch-worst", "town-borders", "labels")
    ]


@pytest.mark.parametrize(("width", "height"), [(860, 690), (390, 500), (1300, 950)])
def test_the_camera_shows_all_it_is_asked_to(width, height):
    bounds = (126.0, 41.2, 126.9, 42.1)
    view = Viewport(width, height)
    west, south, east, north = seen_bounds(fit_bounds(bounds, view), view)
    assert west < bounds[0] < bounds[2] < east
    assert south < bounds[1] < bounds[3] < north
    with pytest.raises(ValueError, match="empty"):
        fit_bounds((1, 0, 0, 1))


def test_the_sprite_has_a_picture_per_hatch_and_kind_of_point():
    index = sprite_index(2)
    hatches = {"hatch-worst", "hatch-low", "hatch-none", "hatch-small"}
    assert set(index) == hatches | {entry.picture for entry in every_class()}
    places = sorted((entry["x"], entry["x"] + entry["width"]) for entry in index.values())
    assert all(right <= left for (_, right), (left, _) in pairwise(places)), "no picture lies over another"
    assert {entry["pixelRatio"] for entry in index.values()} == {2}
    assert sprite_image("dark", 2).startswith(b"\x89PNG")
    assert sprite_image("light", 1) != sprite_image("dark", 1)
