"""A made foreign jurisdiction as a stranger would hand it over: shapes without parents, codes of no known scheme,
sites without points or at 0/0, numbers given twice, dates like 20151203, names spelt many ways. Seeded."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

LON, LAT, STEP = 126.0, 41.5, 0.02
AREAS, WARDS = 4, 6  # a side: 16 areas of 36 wards each
GRADES = ("Satisfactory", "satisfactory ", "SATISFACTORY", "Unsatisfactory", "unsat.", "No entry", "N/A")
RISKS = ("1 (High)", "2 (Medium)", "3 (Low)", "high", "MEDIUM")
STREETS = ("O'Hare Rd", "Łódź Street", "@SUM(A1:A9)", "Main St", "")

MAPPING = """
title = {zh = "外地", en = "A stranger's city"}
datum = "wgs84"
encoding = "latin-1"
reject_share = 0.2

[[table]]
kind = "units"
rows = [{code = "CITY", name = "Strange City", kind = "district"}]

[[table]]
kind = "units"
files = "areas.shp"
fields = {code = {column = "AREA_ID", prefix = "A-"}, name = "AREA_NAME", kind = {value = "town"}, \
parent_code = {value = "CITY"}}

[[table]]
kind = "units"
files = "wards.geojson"
nest_tolerance_m = 400
fields = {code = {column = "ward", pad = 7, prefix = "W"}, name = "ward_name", kind = {value = "village"}, \
parent_code = {overlap = true}}

[[table]]
kind = "people"
files = "inspections.csv"
duplicates = "first"
[table.fields]
person_no = {column = "Inspector", case = "upper", code = true}
name = {column = "Inspector", case = "upper"}

[[table]]
kind = "subjects"
files = "sites.csv"
[table.fields]
subject_id = "Licence No"
name = {join = ["Trading Name", "Branch"], by = " / "}
kinds = {column = "Type", dictionary = {Restaurant = "sales_firm", Market = "market", Grocery = "sales_firm"}}
sectors = {value = "vegetable"}
address = {column = "Street", optional = true}
lon = {column = "X", blank = ["0", "0.0", "NULL"]}
lat = {column = "Y", blank = ["0", "0.0", "NULL"]}
village_code = {column = "Ward", unit_name = true, within = true}
entry_on = {column = "Opened", default = "2014-01-01"}
risk = {column = "Risk", regex = "[A-Za-z]+", dictionary = {High = "high", Medium = "medium", Low = "low"}}

[[table]]
kind = "visits"
files = "inspections.csv"
[table.fields]
visit_no = "Inspection"
subject_id = "Licence"
kind = {value = "patrol"}
outcome = {column = "Result", dictionary = {"No entry" = "not_met"}, otherwise = "completed"}
reason = {column = "Result", dictionary = {"No entry" = "nobody let the inspector in"}, otherwise = ""}
visited_on = {column = "Date", dates = ["%d/%m/%Y"]}
recorded_at = {column = "Date", dates = ["%d/%m/%Y"], suffix = " 18:00"}
person_no = {column = "Inspector", case = "upper", code = true}
visitor_role = {value = "supervisor"}

[[table]]
kind = "findings"
files = "inspections.csv"
where = [{column = "Result", among = ["Unsatisfactory", "unsat."]}]
[table.fields]
finding_no = {column = "Inspection", prefix = "F"}
subject_id = "Licence"
visit_no = "Inspection"
description = "Violations"
found_on = {column = "Date", dates = ["%d/%m/%Y"]}
deadline_on = {column = "Due", default = "2016-12-31"}

[[table]]
kind = "samples"
files = "lab.tsv"
[table.fields]
sample_no = {join = ["Licence", "Taken", "Product"], by = ":", digest = true, prefix = "L"}
subject_id = "Licence"
stream = {value = "quantitative"}
purpose = {value = "risk_monitoring"}
product = "Product"
sampled_on = "Taken"
lab = {value = "City Laboratory"}

[[table]]
kind = "results"
files = "lab.tsv"
[table.fields]
sample_no = {join = ["Licence", "Taken", "Product"], by = ":", digest = true, prefix = "L"}
analyte = {value = "all"}
judgement = {column = "Outcome", dictionary = {Pass = "qualified", Fail = "unqualified"}}
judged_on = "Taken"
received_at = {column = "Taken", suffix = " 09:00"}
"""


def _spelt(text: str, way: int) -> str:
    return (text, text.upper(), text.replace(" ", "  "), f" {text}", text.replace(" ", "-"))[way % 5]


def _write(file: Path, head: list[str], rows: list[list[str]], **form: str) -> None:
    with file.open("w", encoding="latin-1", errors="replace", newline="") as stream:
        writer = csv.writer(stream, **form)
        writer.writerow(head)
        writer.writerows(rows)


def ward_name(at: int) -> str:
    return f"North Ward {at}" if at % 50 else "Common Ward"  # one name in fifty is not the only one


def write(folder: Path, sites: int, seed: int = 20151203) -> Path:
    """Write the jurisdiction's files; about two inspections a site and one test in five sites."""
    random = np.random.default_rng(seed)
    folder.mkdir(exist_ok=True)
    side = AREAS * WARDS
    width = WARDS * STEP
    boxes = [shapely.box(LON + x * width, LAT + y * width, LON + (x + 1) * width, LAT + (y + 1) * width)
             for y in range(AREAS) for x in range(AREAS)]  # fmt: skip
    named = {"AREA_ID": range(1, len(boxes) + 1), "AREA_NAME": [f"Area {n}" for n in range(1, len(boxes) + 1)]}
    gpd.GeoDataFrame(named, geometry=boxes, crs="EPSG:4326").to_file(folder / "areas.shp", encoding="UTF-8")
    wards, shift = [], STEP / 20  # wards do not nest: they hang over into the next area
    for y in range(side):
        for x in range(side):
            west = LON + x * STEP + (shift if x % 2 else 0)
            wards.append(shapely.box(west, LAT + y * STEP, west + STEP - shift, LAT + (y + 1) * STEP))
    named = {"ward": range(1, len(wards) + 1), "ward_name": [ward_name(at) for at in range(len(wards))]}
    gpd.GeoDataFrame(named, geometry=wards, crs="EPSG:4326").to_file(folder / "wards.geojson")

    rows, known = [], []
    for n in range(sites):
        number = f"{n - 1 if n and n % 97 == 0 else n:06}"  # one licence in 97 is given twice
        at = int(random.integers(len(wards)))
        point = shapely.centroid(wards[at])
        way = int(random.integers(10))
        x, y = (f"{point.x:.6f}", f"{point.y:.6f}") if way > 1 else [("", ""), ("0", "0.0")][way]
        ward = _spelt(ward_name(at), n) if random.random() < 0.5 else ""
        opened = "20130405" if n % 3 else ""
        kind = ("Restaurant", "market", "GROCERY", "Spaceship")[n % 4 if n % 40 == 3 else n % 3]
        rows.append([number, f"Shop {n}", "" if n % 2 else "No 2", kind, STREETS[n % len(STREETS)], ward, x, y,
                     opened, RISKS[n % len(RISKS)]])  # fmt: skip
        known.append(number)
    head = ["Licence No", "Trading Name", "Branch", "Type", "Street", "Ward", "X", "Y", "Opened", "Risk"]
    _write(folder / "sites.csv", head, rows)

    visits = []
    for n in range(2 * sites):
        day = ("20151203", "2015-11-30", "03/12/2015", "2016/01/07", "31/02/2016")[n % 5 if n % 50 == 4 else n % 4]
        licence = known[int(random.integers(sites))] if n % 60 else "999999"
        result = GRADES[int(random.integers(len(GRADES)))]
        visits.append(
            [f"I{n}", licence, day, _spelt("Ann O Brien" if n % 3 else "Ben Li", n), result, "Sink; rats", ""]
        )
    _write(folder / "inspections.csv",
           ["Inspection", "Licence", "Date", "Inspector", "Result", "Violations", "Due"], visits)  # fmt: skip
    tests = [[known[n], "20160202", "Rice" if n % 2 else "Beans", "Fail" if n % 25 == 0 else "Pass"]
             for n in range(0, sites, 5)]  # fmt: skip
    _write(folder / "lab.tsv", ["Licence", "Taken", "Product", "Outcome"], tests, delimiter="\t")
    (folder / "city.toml").write_text(MAPPING, encoding="utf-8")
    return folder
