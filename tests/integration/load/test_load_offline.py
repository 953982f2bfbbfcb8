"""No file makes anybody ask another machine, whatever the file holds and the environment says."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from shapely import Point

from dashboard.screens.data.uploads import NOT_BY_UPLOAD
from etl.readers import data_files
from etl.readers.data_files import SIDECARS

PROJECT = Path(__file__).parents[3]
POINT = {"type": "Point", "coordinates": [126.2457, 41.8829]}
FEATURE = {"type": "Feature", "properties": {"code": "V1"}, "geometry": POINT}
READ_ALL = """
import json, sys
from pathlib import Path
from etl.recognise.open_sheets import open_sheets
from geodata.errors import UserError
found = {}
for file in sorted(Path(sys.argv[1]).iterdir()):
    try:
        found[file.name] = sum(len(part.cells) for sheet in open_sheets(file) for part in sheet.chunks())
    except UserError as error:
        found[file.name] = error.text
print(json.dumps(found))
"""
UNGUARDED = """
import sys, pyogrio
pyogrio.read_info(sys.argv[1])
"""
BY_REGISTER = """
import pyproj, threading
from geodata import crs
told = []
def ask():
    told.append(pyproj.network.is_network_enabled())
    pyproj.Transformer.from_crs(4267, 4326, always_xy=True).transform(-100, 40)
    pyproj.Transformer.from_pipeline("+proj=hgridshift +grids=us_noaa_conus.tif").transform(-100, 40)
for thread in [threading.Thread(target=ask) for _ in range(2)]:
    thread.start(); thread.join()
ask()
assert told == [False] * 3, told
"""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Host and port of this machine where somebody listens, and what came in: a mere connection counts."""
    came: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(1)
                try:
                    came.append(caller.recv(500))
                except OSError:
                    came.append(b"")

    Thread(target=listen, daemon=True).start()
    yield f"127.0.0.1:{server.getsockname()[1]}", came
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def run(code: str, *words: object, host: str) -> subprocess.CompletedProcess[str]:
    """A program of its own in the environment that opens most doors."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    inviting = {
        "GML_DOWNLOAD_SCHEMA": "YES",
        "GML_SKIP_RESOLVE_ELEMS": "NONE",
        "GDAL_VRT_ENABLE_PYTHON": "YES",
        "GDAL_HTTP_PROXY": "",
        "CPL_CURL_ENABLE_VSIMEM": "YES",
        "no_proxy": "*",
        "NO_PROXY": "*",
        "PROJ_NETWORK": "ON",
        "PROJ_NETWORK_ENDPOINT": f"http://{host}",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "",
        "LIBKML_EXTERNAL_STYLE": "YES",
        "LIBKML_RESOLVE_STYLE": "YES",
        "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "YES",
        "OGR_SQLITE_LIST_VIRTUAL_OGR": "YES",
        "OGR_GEOCODE_SERVICE": "OSM_NOMINATIM",
        "OGR_GEOCODE_QUERY_TEMPLATE": f"http://{host}/?q=%s",
        "AWS_S3_ENDPOINT": host,
        "AWS_HTTPS": "NO",
        "AWS_NO_SIGN_REQUEST": "YES",
        "AWS_VIRTUAL_HOSTING": "NO",
        "GDAL_SKIP": "",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=PROJECT,
        env=kept | inviting,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def linked(host: str, kind: str = "link", name: str = "href") -> dict[str, object]:
    return {"properties": {name: f"http://{host}/crs", "type": "proj4"}, "type": kind}


def collection(*features: object, **more: object) -> str:
    return json.dumps(more | {"type": "FeatureCollection", "features": list(features)})


def with_links(host: str) -> dict[str, str]:
    """Files whose coordinate system is a link, spelt in every way a lenient reader takes."""
    link = linked(host)
    whole = collection(FEATURE, crs=link)
    return {
        "properties_first.geojson": whole,
        "type_first.geojson": collection(FEATURE, crs=dict(reversed(link.items()))),
        "by_url.geojson": collection(FEATURE, crs=linked(host, "url", "url")),
        "escaped.geojson": whole.replace('"crs"', '"c\\u0072s"').replace('"link"', '"l\\u0069nk"'),
        "single_quotes.geojson": whole.replace('"crs"', "'crs'").replace('"link"', "'link'"),
        "comment.geojson": whole.replace('"crs":', '"crs"/* */:'),
        "capitals.geojson": whole.replace('"crs"', '"CRS"'),
        "at_the_end.geojson": whole.replace(f'"crs": {json.dumps(link)}, ', "")[:-1] + f', "crs": {json.dumps(link)}}}',
        "of_the_shape.geojson": collection(FEATURE | {"geometry": POINT | {"crs": link}}),
        "of_an_array.geojson": json.dumps([FEATURE | {"geometry": POINT | {"crs": link}}]),
        "one_feature.json": json.dumps({"crs": link} | FEATURE),
    }


def led_elsewhere(host: str) -> dict[str, str]:
    """Files that name an address in another way, or are another format than their name says."""
    address = f"http://{host}/x"
    vrt = (
        f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{address}.geojson</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    service = f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>"
    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="http://www.opengis.net/kml/2.2 {address}.xsd"><Document>'
        f"<NetworkLink><Link><href>{address}.kml</href></Link></NetworkLink>"
        f"<Placemark><name>V1</name><styleUrl>{address}.kml#s</styleUrl>"
        f"<Style><IconStyle><Icon><href>{address}.png</href></Icon></IconStyle></Style>"
        "<Point><coordinates>126.2,41.8</coordinates></Point></Placemark></Document></kml>"
    )
    algorithm = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read /vsicurl/{address}.geojson"}
    api = {"title": "x", "links": [{"rel": rel, "href": address} for rel in ("self", "data", "items", "conformance")]}
    names = ({"type": "name", "properties": {"name": name}} for name in (address, f"/vsicurl/{address}"))
    return {
        **{f"name_{number}.geojson": collection(FEATURE, crs=crs) for number, crs in enumerate(names)},
        "virtual.geojson": vrt,
        "virtual.kml": f"<!-- <kml -->{vrt}",
        "service.kml": f"<!-- <kml -->{service}",
        "service.gpkg": service,
        "linked.kml": kml,
        "document.kml": f'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "{address}.dtd">' + kml.partition("?>")[2],
        "gml.kml": f'<!-- <kml --><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" a="{address}"/>',
        "algorithm.json": json.dumps(algorithm).replace("streamed_alg", "streamed\\u005falg"),
        "interface.json": json.dumps(api),
        "catalogue.geojson": collection(
            FEATURE | {"stac_version": "1.0.0", "assets": {"x": {"href": f"{address}.tif"}}}, stac_version="1.0.0"
        ),
        "reference.geojson": collection(FEATURE, coordRefSys=address, conformsTo=["[ogc-json-fg-1-0.1:core]"]),
        "esri.json": json.dumps(
            {
                "geometryType": "esriGeometryPoint",
                "spatialReference": {"wkt": address, "url": address},
                "fields": [{"name": "code", "type": "esriFieldTypeString"}],
                "features": [{"attributes": {"code": "V1"}, "geometry": {"x": 126.2, "y": 41.8}}],
            }
        ),
        "topology.topojson": json.dumps(
            {
                "type": "Topology",
                "crs": linked(host),
                "arcs": [],
                "objects": {"x": {"type": "GeometryCollection", "geometries": [POINT | {"crs": linked(host)}]}},
            }
        ),
    }


def geopackage(file: Path, host: str) -> None:
    """A GeoPackage whose coordinate system is an address and one of whose layers asks a service for a place."""
    gpd.GeoDataFrame({"code": ["V1"]}, geometry=[Point(126.2, 41.8)], crs=4326).to_file(file, driver="GPKG", layer="x")
    with sqlite3.connect(file) as db:
        db.execute(f"INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 9999, 'x', 9999, 'http://{host}/crs', NULL)")
        db.execute("CREATE VIEW asking AS SELECT 1 AS fid, ogr_geocode('Hunjiang') AS geom, 'V2' AS code")
        db.execute(
            "CREATE VIEW pixel AS SELECT 1 AS fid,"
            f" gdal_get_pixel_value('/vsicurl/http://{host}/x.tif', 1, 'pixel', 0, 0) AS a"
        )
        for name in ("asking", "pixel"):
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
                " VALUES (?, 'attributes', ?, 9999)",
                (name, name),
            )
    db.close()


def shapefile(file: Path, prj: str) -> None:
    gpd.GeoDataFrame({"code": ["V1"]}, geometry=[Point(126.2, 41.8)], crs=4490).to_file(file, driver="ESRI Shapefile")
    file.with_suffix(".prj").write_text(prj, encoding="utf-8")


def geoparquet(file: Path, host: str) -> None:
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    geo["columns"]["geometry"]["crs"] = {"$schema": f"http://{host}/x", "type": "link", "href": f"http://{host}/x"}
    table = pa.table({"code": ["V1"], "geometry": [Point(126.2, 41.8).wkb]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), file)


ROW = "人员编号,姓名\nR1,甲\n"
PEOPLE = Path(__file__).parents[1] / "people.xls"


def workbook(file: Path, host: str) -> None:
    """A workbook with a link, a picture, a query and a document type that all lie at an address."""
    book = Workbook()
    page = book.active
    page.append(["人员编号", "姓名"])
    page.append(["R1", "甲"])
    page["B2"].hyperlink = f"http://{host}/link"
    page["C1"] = f'=WEBSERVICE("http://{host}/service")'
    book.save(file)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = {
        "xl/connections.xml": f'<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<connection id="1" type="4" refreshOnLoad="1"><webPr url="http://{host}/query"/></connection></connections>',
        "xl/externalLinks/externalLink1.xml": '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006'
        f'/main"><externalBook xmlns:r="{office}" r:id="rId1"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package'
        f'/2006/relationships"><Relationship Id="rId1" Type="{office}/externalLinkPath" Target="http://{host}/book.xlsx"'
        ' TargetMode="External"/></Relationships>',
        "xl/worksheets/_rels/sheet2.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006'
        f'/relationships"><Relationship Id="rId1" Type="{office}/image" Target="http://{host}/image.png"'
        ' TargetMode="External"/></Relationships>',
    }
    _with_parts(file, added, "xl/workbook.xml", "workbook", f"http://{host}/book.dtd")


def open_document(file: Path, host: str) -> None:
    """An ODS whose content has a document type and a table behind an address."""
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        parts.writestr(
            "content.xml",
            f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://{host}/content.dtd"><office:document-content'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
            '<office:body><office:spreadsheet><table:table table:name="人员">'
            f'<table:table-source xlink:href="http://{host}/source.ods"/><table:table-row>'
            '<table:table-cell office:value-type="string"><text:p>人员编号</text:p></table:table-cell>'
            "</table:table-row>"
            '<table:table-row><table:table-cell office:value-type="string"><text:p>R1</text:p></table:table-cell>'
            "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        )


def _with_parts(file: Path, added: dict[str, str], changed: str, root: str, dtd: str) -> None:
    with zipfile.ZipFile(file) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    declared = f'<!DOCTYPE {root} SYSTEM "{dtd}">'.encode()
    head, _, tail = parts[changed].partition(b"<workbook")
    parts[changed] = head + declared + b"<workbook" + tail
    with zipfile.ZipFile(file, "w") as after:
        for name, content in (parts | {name: text.encode() for name, text in added.items()}).items():
            after.writestr(name, content)


def every_format(folder: Path, host: str) -> None:
    """A file of each ending that names the address in the ways the format knows."""
    folder.mkdir()
    texts, led = with_links(host), led_elsewhere(host)
    formula = (
        f'{ROW}R2,"=WEBSERVICE(""http://{host}/service"")"\n/vsicurl/http://{host}/x,<img src=http://{host}/x.png>\n'
    )
    (folder / "x.csv").write_text(formula, encoding="utf-8")
    (folder / "x.tsv").write_text(formula.replace(",", "\t"), encoding="utf-8")
    workbook(folder / "x.xlsx", host)
    shutil.copy(folder / "x.xlsx", folder / "x.xlsm")
    open_document(folder / "x.ods", host)
    shutil.copy(PEOPLE, folder / "x.xls")
    for name, ending in (("properties_first.geojson", ".geojson"), ("one_feature.json", ".json")):
        (folder / f"x{ending}").write_text(texts[name], encoding="utf-8")
    (folder / "x.topojson").write_text(led["topology.topojson"], encoding="utf-8")
    (folder / "x.kml").write_text(led["document.kml"], encoding="utf-8")
    geopackage(folder / "x.gpkg", host)
    shapefile(folder / "x.shp", f"http://{host}/crs")
    gpd.GeoDataFrame({"code": [f"http://{host}"]}, geometry=[Point(126.2, 41.8)], crs=4490).to_file(
        folder / "x.fgb", driver="FlatGeobuf"
    )
    for ending in (".parquet", ".geoparquet"):
        geoparquet(folder / f"x{ending}", host)
    for ending, name, member in ((".zip", "x.geojson", "x.geojson"), (".kmz", "x.kml", "doc.kml")):
        with zipfile.ZipFile(folder / f"x{ending}", "w") as archive:
            archive.write(folder / name, member)
    (folder / "x.geojson.gz").write_bytes(gzip.compress((folder / "x.geojson").read_bytes()))


BY_NAME = {".postgis"}
"""What is nothing but the name of a database, which a person at the machine gives and no form takes."""


def hostile(folder: Path, host: str, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for name, content in texts.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def read_all(folder: Path, host: str) -> dict[str, int | str]:
    told = run(READ_ALL, folder, host=host)
    assert told.returncode == 0, told.stderr
    found: dict[str, int | str] = json.loads(told.stdout)
    return found


def test_the_listener_hears_what_an_open_door_lets_out(tmp_path, listener):
    """Else the tests below would prove nothing."""
    host, came = listener
    folder = hostile(tmp_path / "files", host, {"x.geojson": with_links(host)["properties_first.geojson"]})
    assert run(UNGUARDED, folder / "x.geojson", host=host).returncode == 0
    assert any(b"/crs" in asked for asked in came)


def test_a_coordinate_system_behind_a_link_is_refused_and_nobody_goes_there(tmp_path, listener):
    host, came = listener
    texts = with_links(host)
    found = read_all(hostile(tmp_path / "files", host, texts), host)
    assert came == []
    no_json = dict.fromkeys(("single_quotes.geojson", "comment.geojson"), "etl.file.not_spatial")
    assert found == dict.fromkeys(texts, "etl.file.asks_elsewhere") | no_json


def test_no_format_goes_to_an_address(tmp_path, listener):
    host, came = listener
    folder = hostile(tmp_path / "files", host, led_elsewhere(host))
    geopackage(folder / "asking.gpkg", host)
    shapefile(folder / "address.shp", f"http://{host}/crs")
    shapefile(
        folder / "grid.shp",
        f'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298],EXTENSION["PROJ4_GRIDS","http://{host}/g.tif"]]]',
    )
    geoparquet(folder / "x.parquet", host)
    with zipfile.ZipFile(folder / "within.zip", "w") as archive:
        archive.writestr("within.geojson", with_links(host)["properties_first.geojson"])
    found = read_all(folder, host)
    assert came == []
    assert found["within.zip"] == "etl.file.asks_elsewhere"
    assert found["linked.kml"] == 1  # what it links to is left alone, what it holds is read
    assert found["address.shp"] == 1


def test_every_format_there_is_a_reader_for_stays_at_home(tmp_path, listener):
    host, came = listener
    folder = tmp_path / "files"
    every_format(folder, host)
    made = {file.suffix for file in folder.iterdir()} - SIDECARS
    assert made == data_files._READERS.keys() - BY_NAME, "a new format has its hostile file"
    assert NOT_BY_UPLOAD >= BY_NAME
    found = read_all(folder, host)
    assert came == []
    elsewhere = {name for name, told in found.items() if told == "etl.file.asks_elsewhere"}
    assert elsewhere == {f"x.{ending}" for ending in ("geojson", "geojson.gz", "json", "topojson", "zip")}
    # read as if no address were there, since nothing of it is a fact
    assert {name: told for name, told in found.items() if isinstance(told, int)}.items() >= {
        **dict.fromkeys(("x.csv", "x.tsv"), 3),
        **dict.fromkeys(("x.xlsx", "x.xlsm", "x.ods", "x.kml", "x.kmz", "x.shp", "x.fgb"), 1),
    }.items()


def test_the_grids_of_a_conversion_are_fetched_from_nowhere(listener):
    host, came = listener
    told = run(BY_REGISTER, host=host)
    assert told.returncode in (0, 1), told.stderr
    assert "AssertionError" not in told.stderr
    assert came == []


@pytest.mark.shared
def test_the_case_of_the_office(tmp_path, listener):
    case = PROJECT.parent / "shared" / "cases" / "20-crs-link-properties-first.geojson"
    if not case.is_file():
        pytest.skip(f"{case} is not there")
    host, came = listener
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(case, folder)
    text = (folder / case.name).read_text(encoding="utf-8")
    (folder / case.name).write_text(text.replace("127.0.0.1:18099", host), encoding="utf-8")
    assert read_all(folder, host) == {case.name: "etl.file.asks_elsewhere"}
    assert came == []
