"""Migrations stay as they are once they stand; what is replaced stands once, in its present form."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from geodata.schema.files import FOLDER, GROUND, TOPICS, VERSIONS, migration_checksums
from tests.architecture.source import modules, name, strings

LAST_OF_ITS_KIND = "0008"
"""The newest migration that made functions, policies and triggers itself."""
REPLACED = re.compile(r"^\s*(CREATE|DROP|ALTER) (OR REPLACE )?(FUNCTION|VIEW|POLICY|TRIGGER)\b", re.M | re.I)
MADE = re.compile(r"^CREATE (?:OR REPLACE )?(FUNCTION|VIEW) grid\.(\w+)", re.M)


def written() -> list[Path]:
    """The files of all migrations, in whichever folder."""
    found = (path for path in VERSIONS.rglob("*") if "__pycache__" not in path.parts)
    return [path for path in found if path.is_file() and path.suffix != ".sha256"]


def checksums() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written()}


def test_no_migration_has_changed_and_every_one_has_its_checksum():
    assert len(checksums()) == len(written()), "no two of one name, in whichever folder"
    assert checksums() == migration_checksums(), (
        "a migration that stands is never edited; a new one: sha256sum <revision>_* > <revision>.sha256"
    )


def test_each_file_of_checksums_is_of_one_revision():
    for file in VERSIONS.rglob("*.sha256"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines, file.name
        assert {line.split()[1].partition("_")[0] for line in lines} == {file.stem}


OF_LIBRARIES = {"0013_queue.sql"}
"""The schema of a library in a schema of its own: it comes as one file, and goes on by the library's own migrations."""


def test_migrations_change_tables_and_data_only():
    newer = [path for path in written() if path.name[:4] > LAST_OF_ITS_KIND]
    assert newer
    newer = [path for path in newer if path.name not in OF_LIBRARIES]
    assert [path.name for path in newer if REPLACED.search(path.read_text(encoding="utf-8"))] == []


def test_every_schema_file_is_run():
    assert {path.stem for path in FOLDER.glob("*.sql")} == {"clear", *GROUND, *TOPICS}


def test_every_function_and_view_stands_once():
    made = [each for path in FOLDER.glob("*.sql") for _, each in MADE.findall(path.read_text(encoding="utf-8"))]
    assert len(made) > 50
    assert sorted({each for each in made if made.count(each) > 1}) == []


def test_schema_files_are_small_and_hold_no_list_of_tables():
    for path in FOLDER.glob("*.sql"):
        sql = path.read_text(encoding="utf-8")
        assert len(sql.splitlines()) <= 350, path.name
        assert not re.search(r"ARRAY\s*\[\s*\[?\s*'(visit|unit|subject|person|post)'", sql), path.name


def test_the_zone_of_a_day_is_said_in_the_settings_alone():
    sql = [path for path in FOLDER.parent.rglob("*.sql") if path.name[:4] > LAST_OF_ITS_KIND]
    assert len(sql) > 20
    found = [path.name for path in sql if "Asia/" in path.read_text(encoding="utf-8")]
    said = {name(path) for path in modules() for _, text in strings(path) if "Asia/Shanghai" in text}
    assert (found, said) == ([], {"geodata/settings.py"})
