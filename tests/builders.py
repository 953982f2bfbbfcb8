"""One small named world: a district D, towns T1 and T2, villages V1 V2 (T1) and V3 (T2), subjects S1 to S5.

Everybody is in post since 2020: leader Lin, section head Qin, station heads, supervisors and assistants named after
their place, and each subject's own person. Squares of 0.1 degree stand side by side; every subject lies in its village.
Tests say only what differs.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geodata.levels import Level
from geodata.rollup.indicator_counts import count_indicator, list_counted_rows
from tests.ascii_table import rows, shown

UNITS = """
code | level    | name | kind     | parent_code | west
D    | district | 甲区 | district |             |
T1   | town     | 东镇 | town     | D           | 126.0
T2   | town     | 西街 | street   | D           | 126.2
V1   | village  | 一村 | village  | T1          | 126.0
V2   | village  | 二村 | village  | T1          | 126.1
V3   | village  | 三社 | community | T2         | 126.2
"""
WIDTH = {"D": 0.3, "T1": 0.2}
POSTS = """
person | role               | unit | subject
Lin    | district_leader    | D    |
Qin    | section_head       | D    |
Hu1    | station_head       | T1   |
Su1    | supervisor         | T1   |
Hu2    | station_head       | T2   |
Su2    | supervisor         | T2   |
As1    | assistant          | V1   |
As2    | assistant          | V2   |
As3    | assistant          | V3   |
Ow1    | responsible_person |      | S1
Ow2    | responsible_person |      | S2
Ow3    | responsible_person |      | S3
Ow4    | responsible_person |      | S4
Ow5    | responsible_person |      | S5
"""
SUBJECTS = """
subject | village | kinds        | risk   | entry_on
S1      | V1      | grower       | high   | 2026-01-01
S2      | V1      | cooperative  | medium | 2026-01-01
S3      | V2      | family_farm  | low    | 2026-01-01
S4      | V3      | market       | low    | 2026-01-01
S5      | V3      | input_dealer | low    | 2026-01-01
"""
VILLAGE_WEST = {"V1": 126.0, "V2": 126.1, "V3": 126.2}


class World:
    """The small world inside one transaction; every verb takes an ASCII table of what is to be there."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.batch = db.execute(
            text("INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('test', 'world', '') RETURNING id")
        ).scalar_one()
        self._serial = 0

    def standard(self) -> World:
        """Everything of the module's tables."""
        self.units(UNITS)
        self.subjects(SUBJECTS)
        self.posts(POSTS)
        return self

    def put(self, table: str, **values: Any) -> None:
        """One row of a grid table; ``valid`` may be a range literal, dates ISO strings."""
        names = [name for name, value in values.items() if value is not None]
        casts = {
            "valid": "CAST(:valid AS daterange)",
            "kinds": "CAST(:kinds AS text[])",
            "sectors": "CAST(:sectors AS text[])",
            "officers": "CAST(:officers AS text[])",
            "card_nos": "CAST(:card_nos AS text[])",
        }
        marks = ", ".join(casts.get(name, f":{name}") for name in names)
        self.db.execute(
            text(f"INSERT INTO grid.{table} ({', '.join(names)}, batch_id) VALUES ({marks}, {self.batch})"),
            {name: values[name] for name in names},
        )

    def units(self, table: str) -> None:
        for row in rows(table):
            west = float(row["west"] or 126.0)
            east = west + WIDTH.get(str(row["code"]), 0.1)
            self.db.execute(text("INSERT INTO grid.unit VALUES (:code, :level) ON CONFLICT DO NOTHING"), row)
            self.db.execute(
                text(
                    "INSERT INTO grid.unit_version"
                    " (code, level, name, kind, parent_code, geom, source_datum, valid, batch_id)"
                    " VALUES (:code, :level, :name, :kind, :parent_code,"
                    " ST_Multi(ST_MakeEnvelope(:west, 41.0, :east, 41.1, 4490)), 'cgcs2000',"
                    " CAST(:valid AS daterange), :batch)"
                ),
                row | {"west": west, "east": east, "batch": self.batch, "valid": row.get("valid") or "(,)"},
            )

    def boundary(self, code: str, west: float, east: float, south: float = 41.0, north: float = 41.1) -> None:
        """Give a unit another rectangle, in degrees."""
        self.db.execute(
            text(
                "UPDATE grid.unit_version SET geom = ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4490))"
                " WHERE code = :code"
            ),
            {"code": code, "west": west, "east": east, "south": south, "north": north},
        )

    def subjects(self, table: str) -> None:
        for row in rows(table):
            point = row.get("point", "inside")
            self.put(
                "subject",
                subject_id=row["subject"],
                name=f"主体{row['subject']}",
                village_code=row["village"],
                kinds="{" + (row.get("kinds") or "grower") + "}",
                sectors="{vegetable}",
                entry_on=row["entry_on"],
            )
            if point == "inside":
                self.point(str(row["subject"]), VILLAGE_WEST.get(str(row["village"]), 126.0) + 0.05, 41.05)
            self.put("subject_risk", subject_id=row["subject"], from_on=row["entry_on"], risk=row.get("risk") or "low")

    def point(self, subject: str, lon: float, lat: float) -> None:
        self.db.execute(
            text(
                "UPDATE grid.subject SET point = ST_SetSRID(ST_MakePoint(:x, :y), 4490), source_datum = 'cgcs2000',"
                " source_x = :x, source_y = :y WHERE subject_id = :id"
            ),
            {"id": subject, "x": lon, "y": lat},
        )

    def people(self, *names: str) -> None:
        for name in names:
            self.db.execute(
                text("INSERT INTO grid.person (person_no, name, batch_id) VALUES (:n, :n, :b) ON CONFLICT DO NOTHING"),
                {"n": name, "b": self.batch},
            )

    def posts(self, table: str) -> None:
        for row in rows(table):
            self.people(*[str(name) for name in (row["person"], row.get("acting_for")) if name])
            self._serial += 1
            self.put(
                "post",
                post_no=f"P{self._serial}",
                person_no=row["person"],
                role=row["role"],
                unit_code=row.get("unit"),
                subject_id=row.get("subject"),
                acting_for=row.get("acting_for"),
                valid=row.get("valid") or "[2020-01-01,)",
            )

    def end_post(self, person: str, last_day: str) -> None:
        self.db.execute(
            text("UPDATE grid.post SET valid = daterange(lower(valid), CAST(:d AS date), '[]') WHERE person_no = :p"),
            {"p": person, "d": last_day},
        )

    def visits(self, table: str) -> None:
        for row in rows(table):
            self._serial += 1
            outcome = row.get("outcome") or "completed"
            self.put(
                "visit",
                visit_no=row.get("visit") or f"X{self._serial}",
                subject_id=row["subject"],
                kind=row.get("kind") or "patrol",
                outcome=outcome,
                reason=None if outcome == "completed" else "门锁",
                visited_on=row["on"],
                recorded_at=f"{row['on']} 18:00+08",
                person_no=row.get("by") or "Su1",
                visitor_role=row.get("role") or "supervisor",
            )

    def cards(self, table: str) -> None:
        """Enforcement cards: card, person; body, from and until where they matter."""
        for row in rows(table):
            self.people(str(row["person"]))
            self.put(
                "enforcement_card",
                card_no=row["card"],
                person_no=row["person"],
                body=row.get("body") or "甲区农业农村局",
                issued_on=row.get("from") or "2020-01-01",
                expires_on=row.get("until") or "2029-12-31",
            )

    def checks(self, table: str) -> None:
        """Administrative checks: subject, on; what is not said is as it must be (Su1 and Hu1, cards K-…, a plan)."""
        for row in rows(table):
            self._serial += 1
            officers = str(row.get("officers") or "Su1,Hu1").split(",")
            outcome = row.get("outcome") or "completed"
            self.put(
                "visit",
                visit_no=row.get("visit") or f"X{self._serial}",
                subject_id=row.get("subject") or "S1",
                kind="administrative_check",
                outcome=outcome,
                reason=None if outcome == "completed" else "门锁",
                visited_on=row["on"],
                recorded_at=f"{row['on']} 18:00+08",
                person_no=row.get("by") or officers[0],
                visitor_role=row.get("role") or "supervisor",
                officers="{" + ",".join(officers) + "}",
                card_nos="{" + (str(row.get("cards") or "") or ",".join(f"K-{no}" for no in officers)) + "}",
                check_origin=row.get("origin") or "plan",
                legal_item=row.get("item") or "生产记录",
            )

    def statuses(self, table: str) -> None:
        for row in rows(table):
            self.put(
                "subject_status", subject_id=row["subject"], from_on=row["from"], status=row["status"], reason="停产"
            )

    def risks(self, table: str) -> None:
        for row in rows(table):
            where = {"subject": row["subject"], "from": row["from"]}
            self.db.execute(
                text("DELETE FROM grid.subject_risk WHERE subject_id = :subject AND from_on = :from"), where
            )
            self.put("subject_risk", subject_id=row["subject"], from_on=row["from"], risk=row["risk"])

    def samples(self, table: str) -> None:
        """Columns sample, subject, stream, purpose, on, and one analyte: judgement (blank: pending), analyte, value."""
        for row in rows(table):
            village = self.db.execute(
                text("SELECT village_code FROM grid.subject WHERE subject_id = :s"), {"s": row["subject"]}
            ).scalar_one()
            self.put(
                "sample",
                sample_no=row["sample"],
                subject_id=row["subject"],
                village_code=village,
                stream=row.get("stream") or "quantitative",
                purpose=row.get("purpose") or "routine",
                product="豇豆",
                sampled_on=row["on"],
                lab="检测中心",
                person_no=row.get("first"),
                second_person_no=row.get("second"),
                retest_of=row.get("retest_of"),
            )
            if row.get("judgement"):
                self.put(
                    "result",
                    sample_no=row["sample"],
                    analyte=row.get("analyte") or "毒死蜱",
                    value=row.get("value"),
                    unit="mg/kg" if row.get("value") else None,
                    judgement=row["judgement"],
                    judged_on=row.get("judged") or row["on"],
                    received_at=f"{row.get('judged') or row['on']} 09:00+08",
                )

    def measured(self, key: str, level: str, as_of: str, columns: str = "unit_code numerator denominator") -> Any:
        """An indicator at a level as table rows."""
        return shown(count_indicator(self.db, key, Level(level), date.fromisoformat(as_of)), columns.split())

    def listed(self, key: str, as_of: str, columns: str, within: str | None = None) -> Any:
        """An indicator's rows as table rows."""
        return shown(list_counted_rows(self.db, key, date.fromisoformat(as_of), within), columns.split())


def small_world(db: Connection) -> World:
    """The standard small world."""
    return World(db).standard()
