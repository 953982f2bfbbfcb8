"""CHANGELOG.md has versions with dates, newest first, and the newest is the program's own."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from tests.architecture.source import PROJECT

HEADINGS = re.findall(r"^## (.*)$", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
VERSION = re.compile(r"^\[(\d+\.\d+\.\d+)\] – (\d{4}-\d{2}-\d{2})$")


def test_every_heading_is_a_version_with_its_day_newest_first():
    told = [VERSION.match(heading) for heading in HEADINGS]
    assert told
    assert all(told), HEADINGS
    order = [(tuple(map(int, each[1].split("."))), date.fromisoformat(each[2])) for each in told if each]
    assert order == sorted(order, reverse=True)
    assert len({version for version, _ in order}) == len(order)


def test_the_newest_version_is_the_programs():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert HEADINGS[0].startswith(f"[{project['version']}] ")
