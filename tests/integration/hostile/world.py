"""The hostile district: an office whose files hold nothing but hostile texts, loaded and worked on as any other.

Which columns of files are texts is asked of the kinds of fact, which columns of the database of its catalogue: a new
one is hostile from its first day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

import etl
from dashboard.app.create_app import GridDash
from dashboard.auth import password
from etl.recognise.field_words import field_heading, kind_name
from etl.recognise.headings import names_field
from etl.sources import discover
from geodata.accounts import account_admin
from geodata.calendar import today
from geodata.database.scope import write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.locale import Lang, label_of
from geodata.tables.spreadsheet_cell import harmless_cell
from geodata.vocabulary import Datum, Role
from tests.attached_files import PDF
from tests.integration import office
from tests.integration.hostile.words import SPACES, Place, coded, hostile, places
from tests.visitors import signed_in, token

DAY = date(2026, 6, 30)
UNITS = {row["编码"]: number for number, row in enumerate(office.UNITS)}
ACCOUNTS = {
    "lin": ("R2", None, None), "qin": ("R21", "section_head", "220602000000"),
    "hu1": ("R22", "station_head", "220602100000"),
    "su1": ("R23", "supervisor", "220602100000"), "as1": ("R3", None, None),
    "le": ("R24", "lab_tester", "220602100000"),
    "da": ("R25", "data_steward", "220602000000"), "ad": ("R26", "administrator", "220602000000"),
    "as3": ("R27", "assistant", "220602001001"),
}  # fmt: skip
"""Logins: whose each is, and the post it has beside those of the office's file."""
PASSWORD = "the leader's pass=word {{ 7 }}"
_NUMBER = re.compile(r"(?:[RSVWY]|吉F)[0-9]+")
"""Numbers of people, subjects, visits, findings, samples and cards in the office's files."""


def _rows() -> dict[str, list[dict[str, object]]]:
    """The office's tables with everybody's posts and the seldom columns of texts."""
    found = {name: [dict(row) for row in rows] for name, rows in (office.TABLES | office.SELDOM).items()}
    person, post = office.PEOPLE[0], office.POSTS[1]
    for number, role, unit in ACCOUNTS.values():
        if role is None or unit is None:
            continue
        found["人员"].append({**person, "人员编号": number})
        told = {"人员编号": number, "岗位": label_of(Role(role), Lang.ZH), "网格编码": unit}
        found["任职"].append({**post, **told, "任职日期": "2024-01-01"})
    found["巡查"][0] |= {"结果": "未遇"}
    return found


def _kind_of(name: str) -> str:
    return next(kind for kind in discover() if kind_name(kind, Lang.ZH) == name)


def write_files(folder: Path) -> dict[str, Path]:
    """A CSV of each kind of fact in which every text is hostile."""
    files = {}
    for name, plain in _rows().items():
        kind = _kind_of(name)
        rows = [{title: _coded(cell) for title, cell in row.items()} for row in plain]
        for field in discover()[kind].fields:
            if not field.cell.verbatim or field.cell.name == "item":
                continue
            titles = {title for row in rows for title in row if names_field(kind, title, field.name)}
            title = next(iter(titles), field_heading(kind, field.name, Lang.ZH))
            for number, row in enumerate(rows):
                row[title] = harmless_cell(_cell(kind, field.name, number, row, title, field.cell.name))
        files[kind] = folder / f"{name}[red]{{{{ 7919*7907 }}}}$x$演\ue5e5.csv"
        headings = list(dict.fromkeys(title for row in rows for title in row))
        with files[kind].open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, headings, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return files


def _coded(cell: object) -> object:
    return harmless_cell(coded(cell)) if isinstance(cell, str) and _NUMBER.fullmatch(cell) else cell


def _cell(kind: str, field: str, number: int, row: dict[str, object], title: str, cell: str) -> str:
    if field == "village_name":
        return hostile("units", "name", UNITS[str(row["村编码"])])
    if kind == "checklists" and field in {"title", "title_en", "source"}:
        number = 0  # of the list, not of its items
    said = str(row.get(title) or "")
    if kind == "rules" and field != "source":
        return said  # words and numbers of the list of rules
    if cell == "answer":
        return f"{said}：{hostile(kind, field, number)}" if said else ""
    if kind == "visits" and field in {"reason", "legal_item"}:
        return hostile(kind, field, number) if field == "reason" and row["结果"] == "未遇" else ""
    if kind == "results" and field == "unit":
        return hostile(kind, field, number) if row["检测值"] else ""
    return hostile(kind, field, number)


def act(app: GridDash) -> None:
    """What people write into forms: a token's name, an item's note and reason, files' names, feedback."""
    steward, station = signed_in(app, "da"), signed_in(app, "hu1")
    _post(steward, "/me/tokens", name=hostile("token", "name", 0, SPACES["middle"]), days="9")
    items = _items(app, station)
    _post(station, "/work/assign", item=items[0], person=coded("R22"), note=f" \n{hostile('work_item', 'note', 0)}")
    _post(station, "/work/accept", item=items[1], reason=f"\n {hostile('work_item', 'reason', 0)}")
    _post(steward, "/work/look")
    for number, owner in enumerate(({"visit": coded("V1")}, {"item": items[0]})):
        name = f"{hostile('attachment', 'file_name', number, 90)}.pdf"
        _post(station, "/attachments/add", **owner, file=(io.BytesIO(PDF + bytes([number])), name))
    about = f"/work?find={hostile('feedback', 'page_address', 0)}"
    _post(station, "/feedback/ask", message=hostile("feedback", "message", 0), about=about)
    address = f"/?find={hostile('saved_view', 'page_address', 0)}"
    _post(station, "/saved/view", name=hostile("saved_view", "name", 0, SPACES["middle"]), about=address, shared="on")
    _post(station, "/saved/note", body=hostile("map_note", "body", 0), unit=str(ACCOUNTS["hu1"][2]), until=f"{today()}")
    _post(steward, "/feedback/1/answer", answer=hostile("feedback", "answer", 0))
    _post(
        steward,
        "/data/upload",
        file=(io.BytesIO("人员编号,姓名\nR90,甲".encode()), "人员·{{ 7*7 }}$x$[red]=演\ue5e5.csv"),
    )


def _items(app: GridDash, client: FlaskClient) -> list[str]:
    """Two open items of the station's town."""
    return [row["item_no"] for row in client.get("/api/work?format=json").json["rows"] if row["state"] == "open"][:2]


def _post(client: FlaskClient, address: str, **fields: object) -> None:
    answer = client.post(address, data=fields | {"csrf_token": token(client)}, headers={"Accept": "text/html"})
    assert answer.status_code in {200, 303}, (address, answer.status_code, answer.text[:500])
    if answer.status_code == 303:
        page = client.get(answer.headers["Location"], headers={"Accept": "text/html"})
        assert 'role="alert"' not in page.text, (address, page.text)


def build(engine: Engine, folder: Path) -> list[str]:
    """Fill an empty database with the hostile district; the names of its columns that no file or act had reached."""
    files = write_files(folder)
    boundaries = folder / "网格单元.gpkg"
    office.shapes().to_file(boundaries, layer="网格单元")
    order = ["units", "people", "subjects", "posts", "checklists", "visits", "findings", "samples", "results"]
    for kind in [*order, *(each for each in files if each not in order)]:
        (report,) = etl.load_files(engine, files[kind])
        assert report.loaded, [report.to_sentence(), *(each.to_sentence() for each in report.rejects)]
        if kind == "units":
            (report,) = etl.load_files(engine, boundaries, datum=Datum.CGCS2000)
            assert report.loaded, report.to_sentence()
    with write_transaction(engine) as db:
        for login, (person, _, _) in ACCOUNTS.items():
            account_admin.add_account(
                db, login, coded(person), password.hash_password(PASSWORD) if login == "lin" else None
            )
        account_admin.add_account(db, hostile("account", "login", 14, SPACES["middle"]).lower(), coded("R5"))
        run_checks(db, DAY)
    with write_transaction(engine) as db:
        return sorted(fill_rest(db))


def text_columns(db: Connection) -> Iterator[tuple[str, str]]:
    """Every column of text of the schema, as the catalogue has it."""
    asked = (
        "SELECT c.table_name, c.column_name FROM information_schema.columns AS c"
        " JOIN information_schema.tables AS t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'grid' AND t.table_type = 'BASE TABLE' AND c.data_type = 'text'"
        " AND c.is_generated = 'NEVER' ORDER BY 1, 2"
    )
    yield from ((row.table_name, row.column_name) for row in db.execute(text(asked)))


KEPT = {
    "fact_table",
    "schema_state",
    "permission_grant",
    "rule_kind",
    "search_entry",
    "search_kind",
    "search_reading",
    "post_grantor",
    "revision",
    "undo_row",
    "alembic_version",
    "audit",
}
"""Tables whose texts the program alone writes."""
WORDS = {
    *("load_batch.datum", "load_batch.file_sha256", "load_batch.kind", "load_batch.loaded_by", "integrity_run.ran_by"),
    *("account.login", "work_item.fingerprint", "rule.key", "rule.scope"),
}
"""Words of the program, which nothing in the database keeps from being others."""


def fill_rest(db: Connection) -> Iterator[str]:
    """Make every text hostile that no file has reached and nothing keeps from it, as long as it may be."""
    for table, column in text_columns(db):
        reached = db.execute(text(f"SELECT count(*) FROM grid.{table} WHERE {column} LIKE '%·%·%·'")).scalar_one()
        if table in KEPT or reached or f"{table}.{column}" in WORDS:
            continue
        for length in SPACES.values():
            if _fill(db, table, column, length):
                yield f"{table}.{column}"
                break


def _fill(db: Connection, table: str, column: str, length: int) -> bool:
    keys = db.execute(text(f"SELECT DISTINCT {column} FROM grid.{table} WHERE {column} IS NOT NULL")).scalars().all()
    try:
        with db.begin_nested():
            for number, old in enumerate(keys):
                changed = text(f"UPDATE grid.{table} SET {column} = :new WHERE {column} = :old")
                db.execute(changed, {"new": hostile(table, column, number, length), "old": old})
            db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except DBAPIError:
        return False  # a word, a code, a key, or shorter than this
    return True


def every_text(engine: Engine) -> dict[Place, str]:
    """Every hostile text of the database, whatever column keeps it."""
    with engine.connect() as db:
        found = [
            said
            for table in db.execute(text(_TABLES)).scalars()
            for row in db.execute(text(f"SELECT to_jsonb(t) FROM grid.{table} AS t")).scalars()
            for said in _texts(row)
            if places(said)
        ]
    # beside a text alone there are texts of several in what a check or a merge keeps
    shortest: dict[Place, str] = {}
    for each in sorted(set(found), key=len, reverse=True):
        shortest |= dict.fromkeys(places(each), each)
    return shortest


_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'grid' AND table_type = 'BASE TABLE'"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)
