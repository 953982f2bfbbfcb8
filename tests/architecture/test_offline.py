"""What reads files has one door to the libraries that could ask another machine, and that door is shut."""

from __future__ import annotations

from tests.architecture.source import calls, importers


def test_gdal_is_reached_by_its_shut_door_alone():
    assert importers("pyogrio", "osgeo", "fiona") == {"etl/readers/offline_gdal.py"}
    assert importers("etl.readers.offline_gdal.pyogrio") >= {
        "etl/readers/read_spatial.py",
        "etl/export/export_formats.py",
    }
    # geopandas would take pyogrio by itself
    assert calls("read_file") == {}
    assert calls("to_file") == {}


def test_every_conversion_is_made_where_proj_is_told_to_fetch_nothing():
    assert calls("from_crs").keys() == {"geodata/crs.py"}
    assert calls("from_pipeline") == calls("TransformerGroup") == {}
    assert calls("set_network_enabled").keys() == {"geodata/crs.py"}
