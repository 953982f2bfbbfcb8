"""The schematic land of the demonstration district: made once by ``python -m etl.demo.terrain``, shipped as data."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj.enums import TransformDirection

from etl.demo.borders import Labels, partition_outline
from etl.demo.demo_plan import DATA, each_row
from etl.demo.hamlets import VALLEY_WAVELENGTH_M, place_hamlets
from geodata.crs import transformer

Field = NDArray[np.float64]
TO_METRES = transformer(4490, 4551)


def _moved(points: Field, direction: TransformDirection = TransformDirection.FORWARD) -> Field:
    """Degrees of EPSG:4490 → metres of EPSG:4551, or back."""
    return np.column_stack(TO_METRES.transform(points[:, 0], points[:, 1], direction=direction))


def smooth_noise(shape: tuple[int, int], wavelength: float, rng: np.random.Generator) -> Field:
    """Noise of standard deviation 1 whose features are ``wavelength`` cells wide.

    Parameters
    ----------
    shape
        Rows and columns.
    wavelength
        Width of its features, in cells.
    rng
        The stream drawn from.

    Returns
    -------
    noise
        Of the shape given; it goes on over its edges from one side to the other.
    """
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None, :]
    keep = np.exp(-2 * (np.pi * wavelength / 5) ** 2 * (fx**2 + fy**2))
    field = np.fft.ifft2(np.fft.fft2(rng.standard_normal(shape)) * keep).real
    return np.asarray(field / field.std())


def spread_centres(points: Field, weights: Field, count: int, rng: np.random.Generator, rounds: int = 60) -> Field:
    """``count`` centres spread over weighted points, each at the mean of what lies nearest to it.

    Parameters
    ----------
    points
        Shape (n, 2), in metres.
    weights
        Shape (n,): how much each point counts, at least ``count`` of them above zero.
    count
        How many centres.
    rng
        Draws the centres to begin with.
    rounds
        How often they are moved.

    Returns
    -------
    centres
        Shape (count, 2), in metres.
    """
    centres = points[rng.choice(len(points), count, replace=False, p=weights / weights.sum())]
    for _ in range(rounds):
        nearest = np.argmin(((points[:, None] - centres[None]) ** 2).sum(-1), axis=1)
        mass = np.bincount(nearest, weights, count)
        centres = np.column_stack([np.bincount(nearest, weights * points[:, i], count) / mass for i in (0, 1)])
    return centres


def name_order(villages: pd.DataFrame, centres: Field, seat: Field) -> list[int]:
    """The centre of each village: communities at the seat, names with 东/西/上/下 on their side, others in turn.

    Parameters
    ----------
    villages
        Columns ``name level``, the villages of one town.
    centres
        As many as villages, shape (n, 2), metres, x east.
    seat
        Where the town's government sits, shape (2,), metres.

    Returns
    -------
    order
        For each village, in order, the row of its centre.
    """
    free = list(range(len(centres)))
    taken: dict[int, int] = {}

    def take(row: int, score: Field) -> None:
        best = min(free, key=lambda centre: score[centre])
        free.remove(best)
        taken[row] = best

    sides = {"东": -centres[:, 0], "西": centres[:, 0], "上": -centres[:, 1], "下": centres[:, 1]}
    named = list(enumerate(zip(villages["name"], villages["level"], strict=True)))
    for row, (_, level) in named:
        if level == "community":
            take(row, np.hypot(*(centres - seat).T))
    for row, (name, _) in named:
        if row not in taken and name[0] in sides:
            take(row, sides[name[0]])
    for row, _ in named:
        if row not in taken:
            take(row, np.arctan2(*(centres - seat).T[::-1]))
    return [taken[row] for row, _ in named]


class Raster:
    """A grid of cells over the outline and some way beyond, with displaced coordinates of the cell centres."""

    def __init__(self, outline: shapely.Polygon, cell_m: float, octaves: list[list[float]], rng: np.random.Generator):
        west, south, east, north = outline.bounds
        margin = 12 * cell_m
        self.origin, self.cell_m = (west - margin, south - margin), cell_m
        shape = (int((north - south + 2 * margin) / cell_m), int((east - west + 2 * margin) / cell_m))
        x = self.origin[0] + (np.arange(shape[1]) + 0.5) * cell_m
        y = self.origin[1] + (np.arange(shape[0]) + 0.5) * cell_m
        self.x, self.y = x.astype(float), y.astype(float)
        here = np.stack(np.meshgrid(x, y), axis=-1)
        self.inside = np.asarray(shapely.contains_xy(outline, here[..., 0], here[..., 1]))
        self.place, self.calm = here.copy(), here.copy()
        for wavelength, amplitude, in_valley in octaves:
            for axis in (0, 1):
                shift = smooth_noise(shape, wavelength / cell_m, rng)
                self.place[..., axis] += amplitude * shift
                self.calm[..., axis] += in_valley * shift


def town_labels(raster: Raster, plan: dict[str, Any], codes: list[str]) -> Labels:
    """The town of each cell: the streets share an ellipse in the valley, the rest goes to the nearest anchor.

    Parameters
    ----------
    raster
        The grid, in EPSG:4551.
    plan
        ``terrain.toml``: anchors and the town in the valley, in kilometres.
    codes
        Codes of the streets and towns.

    Returns
    -------
    labels
        Place of the town among ``codes``, shape (rows, columns), rows from south to north.
    """
    valley = plan["valley_town"]
    centre, angle = np.array(valley["centre"]) * 1000, np.deg2rad(valley["bearing_deg"])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    frame = (raster.calm - centre) @ turn
    in_town = np.hypot(frame[..., 0] / valley["half_length_m"], frame[..., 1] / valley["half_width_m"]) < 1
    distance = np.full((*in_town.shape, len(codes)), np.inf)
    for index, code in enumerate(codes):
        if code in valley["streets"]:
            gap = np.hypot(*np.moveaxis(frame - np.array(valley["streets"][code]), -1, 0))
            distance[..., index] = np.where(in_town, gap, np.inf)
        else:
            for anchor in plan["towns"][code]["anchors"]:
                gap = np.hypot(*np.moveaxis(raster.place - np.array(anchor) * 1000, -1, 0))
                distance[..., index] = np.minimum(distance[..., index], np.where(in_town, np.inf, gap))
    return np.asarray(distance.argmin(axis=-1), dtype=np.int64)


def village_labels(raster: Raster, towns: Labels, plan: dict[str, Any], units: pd.DataFrame) -> Labels:
    """The village of each cell (its row among the villages): nearest centre within its town, small near the seat.

    Parameters
    ----------
    raster
        The grid, in EPSG:4551.
    towns
        Labels ``town_labels`` has given.
    plan
        ``terrain.toml``, with the seed and the seats of the towns.
    units
        Columns ``code name level parent_code`` of ``units.csv``.

    Returns
    -------
    labels
        Shape (rows, columns), rows from south to north.
    """
    codes = list(units.loc[units["level"].isin(["street", "town"]), "code"])
    villages = units[units["level"].isin(["community", "village"])].reset_index(drop=True)
    labels = np.full(towns.shape, -1, dtype=np.int64)
    for index, code in enumerate(codes):
        rng = np.random.default_rng([plan["seed"], index])
        mine, cells = villages[villages["parent_code"] == code], (towns == index)
        place = raster.place if code in plan["towns"] else raster.calm
        points = place[cells & raster.inside]
        seat = np.array(plan["towns"][code]["seat"]) * 1000 if code in plan["towns"] else points.mean(axis=0)
        reach = np.hypot(*(points - seat).T)
        weights = 0.12 + np.exp(-reach / (0.35 * reach.max()))
        sample = rng.choice(len(points), min(len(points), 6000), replace=False)
        centres = spread_centres(points[sample], weights[sample], len(mine), rng)
        order = name_order(mine, centres, seat)
        pull = np.where(mine["level"].eq("community") & (code in plan["towns"]), 1.8, 1.0)
        gaps = [np.hypot(*(place[cells] - centres[c]).T) * f for c, f in zip(order, pull, strict=True)]
        labels[cells] = mine.index.to_numpy()[np.argmin(gaps, axis=0)]
    return labels


def district_outline() -> shapely.Polygon:
    """The district's outline in EPSG:4551, from the shipped file in EPSG:4490.

    Returns
    -------
    outline
        One polygon in metres, without holes.
    """
    document = json.loads((DATA / "outline.geojson").read_text(encoding="utf-8"))
    shape = shapely.geometry.shape(document["features"][0]["geometry"])
    return shapely.Polygon(_moved(shapely.get_coordinates(shape)))


def make_terrain() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Code, name and polygon (EPSG:4551) of every village-level unit; and the hamlets in them.

    Returns
    -------
    villages
        Columns ``code name level parent_code geometry``.
    hamlets
        Columns ``code x y bearing length_m width_m``; x and y in EPSG:4551.
    """
    plan = tomllib.loads((DATA / "terrain.toml").read_text(encoding="utf-8"))
    units = pd.read_csv(DATA / "units.csv", dtype=str)
    edge = district_outline()
    raster = Raster(edge, plan["cell_m"], plan["noise"], np.random.default_rng(plan["seed"]))
    towns = town_labels(raster, plan, list(units.loc[units["level"].isin(["street", "town"]), "code"]))
    labels = village_labels(raster, towns, plan, units)
    villages = units[units["level"].isin(["community", "village"])].reset_index(drop=True)
    group = pd.factorize(villages["parent_code"])[0]
    land: list[Any] = partition_outline(labels, raster.origin, raster.cell_m, edge, group)
    villages["geometry"] = land
    rng = np.random.default_rng([plan["seed"], len(villages)])
    relief = smooth_noise(raster.inside.shape, VALLEY_WAVELENGTH_M / raster.cell_m, rng)
    return villages, place_hamlets(villages, raster.x, raster.y, relief, raster.cell_m, rng)


def write_terrain(folder: Path = DATA) -> list[Path]:
    """Write ``villages.geojson`` and ``hamlets.csv`` (EPSG:4490, six decimals).

    Parameters
    ----------
    folder
        Where to; files of these names are replaced.

    Returns
    -------
    paths
        The two files.
    """
    villages, people = make_terrain()
    features = []
    for row in each_row(villages):
        ring = np.round(_moved(shapely.get_coordinates(row.geometry), TransformDirection.INVERSE), 6).tolist()
        features.append(
            {
                "type": "Feature",
                "properties": {"code": row.code, "name": row.name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    crs = json.dumps({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}})
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    land = folder / "villages.geojson"
    head = f'{{"type":"FeatureCollection","schematic":true,"crs":{crs},"features":[\n'
    land.write_text(f"{head}{lines}\n]}}\n", encoding="utf-8")
    lon, lat = _moved(people[["x", "y"]].to_numpy(), TransformDirection.INVERSE).T
    settled = folder / "hamlets.csv"
    table = people.drop(columns=["x", "y"]).assign(lon=np.round(lon, 6), lat=np.round(lat, 6))
    table["bearing"] = table["bearing"].round(3)
    table.round({"length_m": 0, "width_m": 0}).to_csv(settled, index=False, lineterminator="\n")
    return [land, settled]


if __name__ == "__main__":
    print(*write_terrain(), sep="\n")
