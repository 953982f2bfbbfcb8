"""docs/mappings.md: what a mapping file may say, and the mappings that are shipped; see ``make docs``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from etl.mapping.mapping_file import (
    FieldMapping,
    FormatMapping,
    GeometryMapping,
    Only,
    TableMapping,
    read_mapping,
    shipped_mappings,
)
from geodata.locale import Lang

PAGE = Path(__file__).parents[2] / "docs" / "mappings.md"

HEAD = """\
# Mappings

A mapping is a TOML file that says how the files of another system become kinds of fact ([sources.md](sources.md)); no
code is needed. `python -m etl mapping draft FILE` proposes one from a file's own headings,
`python -m etl mapping check NAME_OR_FILE` says what is wrong with one, and
`python -m etl load FOLDER --mapping NAME_OR_FILE` loads everything it names in one transaction: all of it, or
nothing. Files and sheets it does not name are told. This page is generated (`make docs`).

What a person corrects by hand on `/data` can be saved there as a mapping too, in `GRID_HOME/mappings`. It is known by
its name like the shipped ones (`python -m etl mapping list` says where each lies) and reads files of the same form
under any name.

```toml
title = {zh = "某市", en = "A city"}
datum = "wgs84"
reject_share = 0.05            # up to 5 % faulty rows are left out, each listed with its reason

[[table]]                      # tables in the order they are loaded: parents first
kind = "units"
files = "wards.geojson"
fields = {code = {column = "ward", pad = 7, prefix = "W"}, name = "ward_name", \
kind = {value = "village"}, parent_code = {overlap = true}}

[[table]]                      # one file may feed several tables
kind = "subjects"
files = ["sites*.csv", "sites*.xlsx"]
where = [{column = "State", not_among = ["withdrawn"]}]
[table.fields]
subject_id = "Licence No"
name = {join = ["Trading Name", "Branch"], by = " / "}
kinds = {column = "Type", dictionary = {Restaurant = "sales_firm"}, otherwise = "market"}
sectors = {value = "vegetable"}
lon = {column = "X", blank = "0"}
lat = {column = "Y", blank = "0"}
village_code = {column = "Ward", unit_name = true, within = true}
entry_on = {column = "Opened", dates = "%d/%m/%Y"}
risk = {column = "Risk", regex = "[A-Za-z]+", dictionary = {High = "high", Low = "low"}}
```

A step that cannot be done (a text not in the dictionary, a date of another form) leaves the text as it is; the field's
own check then says what is wrong with it. A unit's code that a file gives goes before `unit_name`, that before
`within`. Coordinates declared by `epsg` are converted to WGS84, and that position is kept as the original.

Files inside a ZIP are its sheets, under their own names; `files` matches an archive's name with or without its last
ending. A table of another PostGIS is a sheet of a file that ends in `.postgis` and holds
`url = "postgresql://reader@host/database"` and `tables = ["schema.table"]`; its password belongs in `~/.pgpass`. A
workbook of rejects, mended, loads with the same mapping: its sheets carry the names of their kinds.
"""


def render_page() -> str:
    """The page's text.

    Returns
    -------
    text
        Markdown: the head by hand, a section per part of a mapping from its model, and the shipped mappings.
    """
    parts = [
        _keys("The file", FormatMapping),
        _keys("`[[table]]`", TableMapping),
        _keys("A field", FieldMapping),
        _keys("`where`", Only),
        _keys("`geometry`", GeometryMapping),
    ]
    listed = "".join(_shipped(name) for name in shipped_mappings())
    return HEAD + "".join(parts) + "\n## Shipped\n\n| name | format | note |\n|---|---|---|\n" + listed


def _keys(title: str, model: type[BaseModel]) -> str:
    rows = "".join(f"| `{name}` | {info.description or ''} |\n" for name, info in model.model_fields.items())
    return f"\n## {title}\n\n| key | meaning |\n|---|---|\n{rows}"


def _shipped(name: str) -> str:
    mapping = read_mapping(name)
    titles = " / ".join(mapping.title[lang] for lang in Lang)
    return f"| `{name}` | {titles} | {mapping.note.get(Lang.EN, '')} |\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
