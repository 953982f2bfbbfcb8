"""Inside a copy of the product to which certificates were added (``fixtures/one_of_each``): what it shows of them.

``tell`` goes through the life of a few certificates, loaded to taken back, and notes what each place then says. It runs
in a program of the copy's; what it notes is judged by ``test_one_of_each_kind``.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, text
from typer import Typer
from typer.testing import CliRunner

from dashboard.app import router
from dashboard.app.create_app import GridDash
from dashboard.request.client import Client
from dashboard.request.context import GLANCE_SECONDS
from dashboard.request.pages import find_page
from dashboard.request.signed_in import standing_in
from dashboard.request.view import View
from dashboard.screens import discover_pages
from dashboard.screens.map import components, map_drawing, table_twin, worst_first
from dashboard.screens.map.view_model import MapViewModel
from etl.cli import sources_page
from etl.cli.load_commands import app as etl_verbs
from geodata.cli import checks_page, indicators_page
from geodata.cli.database_commands import app as geodata_verbs
from geodata.database.engine import make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.database.upgrade import newest_version, schema_version
from geodata.freshness import data_version, read_freshness
from geodata.integrity.run_checks import run_checks
from geodata.jobs.job_queue import start_job
from geodata.levels import Level
from geodata.locale import Lang
from geodata.schema import is_current
from geodata.settings import settings
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from layers.map_commands import app as layers_verbs
from tests.visitors import application, signed_in
from tests.worker import do_waiting_jobs

DAY = date(2026, 3, 31)
INDICATOR, LAYER = "certificate_coverage", "certificates"
HEADINGS = ("合格证编号", "主体编号", "开具日期", "产品", "承诺依据")
MARCH = (("C1", "S1", "2026-03-10", "人参", "自我检测"), ("C2", "S2", "2026-03-12", "白菜", "自我承诺"))
REST = (("C4", "S4", "2026-03-11", "鸡蛋", "委托检测"), ("C5", "S5", "2025-12-20", "农药", "内部质量控制"))
MENDED = (("C1", "S1", "2026-03-10", "人参", "委托检测"),)
"""C5 is of a day before its subject's entry; ``MENDED`` corrects C1."""


def run(verbs: Typer, *words: object) -> str:
    """What a command of the copy prints."""
    done = CliRunner().invoke(verbs, [str(word) for word in words])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


def write_csv(path: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def write_xlsx(path: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    book = Workbook()
    for row in (HEADINGS, *rows):
        book.worksheets[0].append(row)
    book.save(path)
    return path


def sheet_texts(book: bytes | Path) -> list[str]:
    """Every text of a workbook."""
    found = load_workbook(BytesIO(book) if isinstance(book, bytes) else book)
    return [str(cell) for sheet in found for row in sheet.values for cell in row if cell is not None]


def asked(engine: Engine, sql: str, role: str | None = None, login: str = "") -> list[Any]:
    """The first column of an answer, as a role of the database answers a login."""
    with engine.connect() as db:
        if role is not None:
            db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
            db.execute(text(f"SET LOCAL ROLE {role}"))
        return list(db.execute(text(sql)).scalars())


def as_text(part: Any) -> str:
    return json.dumps(part, default=lambda each: each.to_plotly_json(), ensure_ascii=False)


def screen(app: GridDash, login: str, path: str, view: View) -> str:
    """A screen as Dash sends it to a visitor."""
    visitor = app.ctx.find_visitor(login)
    page, places = find_page(discover_pages(), path)
    assert visitor is not None
    assert page is not None
    with standing_in(visitor):
        return as_text(router.lay_out(app.ctx, page, view, places, None)[0])


def map_parts(app: GridDash, level: Level) -> dict[str, str]:
    """The parts of the map's screen under the layer."""
    visitor = app.ctx.find_visitor("qin")
    assert visitor is not None
    with standing_in(visitor):
        model = MapViewModel(app.ctx, View(layer=LAYER, level=level, table=True, asof=DAY), Client.parse(None))
        parts = {
            "switch": components.layer_switch(model),
            "legend": components.map_legend(model),
            "ranking": worst_first.worst_first_list(model),
            "table": table_twin.table_drawer(model),
            "map": map_drawing.screen_figure(model),
        }
        return {name: as_text(part) for name, part in parts.items()} | {"breaks": as_text(list(model.breaks))}


def upgrade(engine: Engine) -> dict[str, Any]:
    """The database that stood before is brought to the copy's schema."""
    with read_transaction(engine) as db:
        before = {"current": is_current(db), "version": schema_version(db)}
    run(geodata_verbs, "migrate")
    with read_transaction(engine) as db:
        after = {"current": is_current(db), "version": schema_version(db)}
    kept = asked(engine, "SELECT table_name FROM grid.fact_table WHERE table_name = 'certificate'")
    return {
        "before": before,
        "after": after,
        "newest": newest_version(),
        "registered": kept,
        "subjects": asked(engine, "SELECT subject_id FROM grid.subject ORDER BY 1"),
    }


def stands(engine: Engine, client: FlaskClient) -> dict[str, Any]:
    """The data's version and day, the answer's ETag, the number, and the rows."""
    time.sleep(GLANCE_SECONDS + 0.1)
    address = f"/api/indicators?indicator={INDICATOR}&level=town&asof={DAY}&format=csv"
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    with read_transaction(engine) as db:
        version, stamp = data_version(db), read_freshness(db, DAY)
    rows = csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig")))
    return {
        "version": version,
        "data_as_of": str(stamp.data_as_of),
        "etag": answer.headers["ETag"],
        "unchanged": again.status_code,
        "counts": [list(row.values()) for row in rows],
        "rows": asked(engine, "SELECT serial_no || ' ' || subject_id || ' ' || basis FROM grid.certificate ORDER BY 1"),
        "chains": asked(engine, "SELECT subject_id FROM grid.chain_record ORDER BY 1"),
    }


def load(engine: Engine, path: Path) -> dict[str, Any]:
    """A file is looked at and loaded as a clerk does, without saying what it is; what its batch then says."""
    looked = run(etl_verbs, "load", path, "--dry-run")
    run(etl_verbs, "load", path)
    told = "kind || ' ' || file_name || ' ' || rows_new || ' ' || rows_changed"
    batch = "(SELECT max(id) FROM grid.load_batch)"
    return {
        "looked": looked,
        "batch": asked(engine, f"SELECT {told} FROM grid.load_batch WHERE id = {batch}"),
        "id": asked(engine, f"SELECT {batch}"),
    }


def files(folder: Path) -> dict[str, Any]:
    """Templates, exports in both languages, and that an export loads as it is."""
    told: dict[str, Any] = {"kinds": run(etl_verbs, "kinds")}
    for lang in Lang:
        template, export, book = (folder / f"{lang}{end}" for end in ("-template.xlsx", ".csv", ".xlsx"))
        run(etl_verbs, "template", "certificates", template, "--lang", lang)
        run(etl_verbs, "export", "certificates", export, "--lang", lang)
        run(etl_verbs, "export", "certificates", book, "--lang", lang, "--unit", "T1")
        told[f"template {lang}"] = sheet_texts(template)
        told[f"csv {lang}"] = export.read_text(encoding="utf-8-sig")
        told[f"xlsx {lang}"] = sheet_texts(book)
        run(etl_verbs, "load", export)
    return told


def pages(app: GridDash) -> dict[str, Any]:
    """Screens, lists and documents in both languages."""
    told: dict[str, Any] = {"openapi": signed_in(app, "qin").get("/api/openapi.json").text}
    for lang in Lang:
        view = View(lang=lang, asof=DAY)
        rows = f"/api/rows?indicator={INDICATOR}&asof={DAY}&lang={lang}&format="
        told |= {
            f"unit {lang}": screen(app, "qin", "/unit/D", view.with_fields(indicator=INDICATOR)),
            f"map {lang}": screen(app, "qin", "/", view.with_fields(layer=LAYER, table=True)),
            f"subject {lang}": screen(app, "qin", "/subject/S1", view),
            f"rows {lang}": signed_in(app, "qin").get(rows + "csv").get_data().decode("utf-8-sig"),
            f"book {lang}": sheet_texts(signed_in(app, "qin").get(rows + "xlsx").get_data()),
            f"indicators {lang}": signed_in(app, "qin").get(f"/api/indicators?lang={lang}&asof={DAY}&format=csv").text,
            f"data {lang}": signed_in(app, "da").get(f"/data?lang={lang}").text,
            f"rights {lang}": signed_in(app, "ad").get(f"/admin/access?lang={lang}").text,
            f"rights book {lang}": sheet_texts(signed_in(app, "ad").get(f"/admin/access.xlsx?lang={lang}").get_data()),
        }
        for login in ("qin", "hu1", "hu2", "su1", "da"):
            client = signed_in(app, login)
            register, work = client.get(f"/certificates?lang={lang}"), client.get(f"/work?lang={lang}&asof={DAY}")
            told |= {
                f"register {login} {lang}": register.text,
                f"status {login} {lang}": register.status_code,
                f"me {login} {lang}": client.get(f"/me?lang={lang}").text,
                f"work {login} {lang}": work.text,
                f"search {login} {lang}": client.get(f"/search?find=C1&lang={lang}&asof={DAY}").text,
            }
    told |= {f"parts {level}": map_parts(app, level) for level in (Level.TOWN, Level.VILLAGE)}
    told |= {
        "docs indicators": indicators_page.render_page(),
        "docs checks": checks_page.render_page(),
        "docs sources": sources_page.render_page(),
    }
    return told


def drawings(folder: Path) -> dict[str, str]:
    """The page of all layers that needs no network, and the layer as a drawing."""
    told = {}
    for lang in Lang:
        page, drawing = folder / f"{lang}.html", folder / f"{lang}.svg"
        run(layers_verbs, "map", "--out", page, "--as-of", DAY, "--lang", lang)
        run(layers_verbs, "static", "--layer", LAYER, "--out", drawing, "--as-of", DAY, "--lang", lang)
        told |= {f"folium {lang}": page.read_text("utf-8"), f"static {lang}": drawing.read_text("utf-8")}
    return told


def rights(engine: Engine) -> dict[str, Any]:
    """Who sees which certificate, and where the new permission counts."""
    serials = "SELECT serial_no FROM grid.certificate ORDER BY 1"
    told = {f"{who} as grid_app": asked(engine, serials, "grid_app", who) for who in ("", "hu1", "hu2", "qin")}
    told |= {f"{who} as grid_all": asked(engine, serials, "grid_all", who) for who in ("hu1", "qin")}
    for who in ("qin", "hu1", "hu2", "su1", "da"):
        places = "SELECT u FROM unnest(ARRAY['V1', 'V3']) AS u WHERE grid.may_at('inspect_certificates', u) ORDER BY 1"
        told[f"{who} inspects"] = asked(engine, places, "grid_app", who)
    return told


def merged(engine: Engine) -> dict[str, Any]:
    """Where the certificates of two subjects are while one of them is part of the other, and after."""
    of = "SELECT serial_no || ' ' || subject_id FROM grid.certificate WHERE serial_no < 'C3' ORDER BY 1"
    with write_transaction(engine) as db:
        db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
        number = merge_subjects(db, "S1", "S2", on=DAY)
    while_merged = asked(engine, of)
    with write_transaction(engine) as db:
        undo_merge(db, number)
    return {"while": while_merged, "after": asked(engine, of)}


def jobs(engine: Engine, app: GridDash) -> dict[str, Any]:
    """What comes of the job for two accounts, and how its list shows it."""
    told: dict[str, Any] = {}
    for who in ("qin", "hu1", "su1"):
        with write_transaction(app.ctx.engine, Scope(who)) as db:
            number = start_job(db, "count_certificates", f"count:{who}", Lang.ZH)
        do_waiting_jobs(engine)
        client = signed_in(app, who)
        told[who] = {lang: client.get(f"/jobs/{number}?lang={lang}").text for lang in Lang}
    return told


def tell(folder: Path) -> dict[str, Any]:
    """Everything, in the order in which it happens."""
    engine = make_engine(settings().database_url)
    told: dict[str, Any] = {"upgrade": upgrade(engine)}
    app = application(engine)
    client = signed_in(app, "qin")
    told["empty"] = stands(engine, client)
    told["csv"] = load(engine, write_csv(folder / "三月.csv", MARCH))
    told["xlsx"] = load(engine, write_xlsx(folder / "其余.xlsx", REST))
    told["loaded"] = stands(engine, client)
    with write_transaction(engine) as db:
        run_checks(db, DAY)
    time.sleep(GLANCE_SECONDS + 0.1)
    told["news"] = {
        f"{who} {lang}": signed_in(app, who).get(f"/notices?lang={lang}").text
        for who in ("hu1", "hu2")
        for lang in Lang
    }
    told["help"] = {
        f"{who} {lang}": signed_in(app, who).get(f"/help?lang={lang}").text for who in ("qin", "ad") for lang in Lang
    }
    told["hint"] = signed_in(app, "qin").get("/certificates").text
    told |= {"files": files(folder), "pages": pages(app), "drawings": drawings(folder), "rights": rights(engine)}
    told["jobs"] = jobs(engine, app)
    told["same"] = asked(engine, "SELECT count(*) FROM grid.load_batch WHERE kind = 'certificates'")
    told["mended"] = load(engine, write_csv(folder / "更正.csv", MENDED))
    told["changes"] = run(etl_verbs, "changes", told["mended"]["id"][0])
    told["corrected"] = stands(engine, client)
    trail = "action || ' ' || row_key || ' ' || (before ->> 'basis') || ' ' || (after ->> 'basis')"
    told["audit"] = asked(engine, f"SELECT {trail} FROM grid.audit WHERE table_name = 'certificate' ORDER BY id")
    told["merge"] = merged(engine)
    for name in ("mended", "xlsx", "csv"):
        run(etl_verbs, "undo", told[name]["id"][0])
        told[f"without {name}"] = stands(engine, client)
    told["subject without"] = screen(app, "qin", "/subject/S1", View(asof=DAY))
    return told
