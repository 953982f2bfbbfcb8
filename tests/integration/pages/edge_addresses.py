"""Every address of the application filled with words, for tests that walk over all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, Engine, text
from werkzeug.routing import Rule

from dashboard.app.create_app import GridDash
from geodata.calendar import today
from geodata.database.scope import Scope, write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from tests.builders import small_world
from tests.visitors import add_accounts

ITEM = "subject_same_point"
OWN = {"unit": "V1", "subject": "S1", "visit": "p1", "item": f"{ITEM}:S1"}
FIXED = ("overdue", "accounts", "posts", "rules", "audit", "access", "light", "add", "subjects", "indicators", "work",
         "rows", "village", "town", "geojson", "assign", "@2x", "")  # fmt: skip
"""Words that addresses take in their places, other than names."""


def fill_world(engine: Engine) -> dict[str, str]:
    """The small world with a visit, an item, an attachment and a job in each town; numbers of those of T2 by kind."""
    with write_transaction(engine) as db:
        world = small_world(db)
        world.visits(
            "visit | subject | on | by | role\n"
            "p1 | S1 | 2026-02-01 | As1 | assistant\np4 | S4 | 2026-02-01 | Su2 | supervisor"
        )
        world.samples("sample | subject | on | judgement\nQ4 | S4 | 2026-02-01 | unqualified")
        add_accounts(world)
        for one, other, x in (("S1", "S2", 126.05), ("S4", "S5", 126.25)):
            for subject in (one, other):
                world.point(subject, x, 41.05)
        run_checks(db, today())
        foreign = {"unit": "T2", "subject": "S4", "visit": "p4", "item": _item(db, "V3")}
        OWN["item"] = _item(db, "V1")
        for table in ("attachment_attachment_no", "job_id"):  # numbers that stand nowhere else in a page
            db.execute(text(f"ALTER SEQUENCE grid.{table}_seq RESTART WITH 48611"))
        foreign["attachment"] = _attach(db, "p4", "1")
        OWN["attachment"] = _attach(db, "p1", "2")
    for login, whose in (("su2", foreign), ("su1", OWN)):
        with write_transaction(engine, Scope(login)) as db:
            whose["job"] = str(start_job(db, "export_table", f"x:{login}", Lang.ZH, {"what": "work", "asked": {}}))
    return foreign


def _item(db: Connection, village: str) -> str:
    asked = text("SELECT item_no FROM grid.work_item WHERE check_key = :check AND unit_code = :village")
    return str(db.execute(asked, {"check": ITEM, "village": village}).scalars().first())


def _attach(db: Connection, visit: str, sign: str) -> str:
    added = text(
        "INSERT INTO grid.attachment (visit_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
        " VALUES (:visit, 'a.pdf', repeat(:sign, 64), 'pdf', 1, false) RETURNING attachment_no"
    )
    return str(db.execute(added, {"visit": visit, "sign": sign}).scalar_one())


def rules_of(app: GridDash, method: str) -> list[Rule]:
    """The rules of a method, scripts and styles left out."""
    every = app.server.url_map.iter_rules()
    return sorted((rule for rule in every if method in (rule.methods or ())), key=lambda rule: rule.rule)


def filled(rule: Rule, words: Sequence[str]) -> Iterator[str]:
    """Every address a rule matches with the words, and with ``FIXED``, in its places."""
    places = sorted(rule.arguments)
    if not places:
        yield rule.rule
        return
    for chosen in itertools.product((*words, *FIXED), repeat=min(len(places), 2)):
        values: Mapping[str, str] = dict(zip(places, itertools.chain(chosen, itertools.repeat("x")), strict=False))
        try:
            built = rule.build(values, append_unknown=False)
        except ValueError:  # a place that takes certain words only
            continue
        if built:
            yield built[1]
