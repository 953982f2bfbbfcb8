"""An order of levels is known in one place: no other module, statement or script compares with the word of a level."""

from __future__ import annotations

import re

from tests.architecture.source import PROJECT, ROOMS, modules, name

ELSEWHERE = {"geodata/levels.py"}
"""What names the shipped levels."""
NAMED = re.compile(
    r"\bLevel\.(?:DISTRICT|TOWN)\b|\blist\(Level\)|\btuple\(Level\)"
    r"|\blevel\b\s*(?:=|==|<>|!=|in|IN|is|is not)\s*\(?['\"](?:nation|province|city|district|town)['\"]"
    r"|\blevel['\"]\]\s*(?:==|!=)\s*['\"](?:nation|province|city|district|town)['\"]"
    r"|WHEN\s+'(?:village|town|district)'\s+THEN\s+'(?:village|town|district)'"
)


def named(text: str) -> list[str]:
    """What of a text compares with a level that an installation need not have."""
    return NAMED.findall(text)


def test_nothing_compares_with_a_level_that_need_not_be():
    files = [
        file
        for room in ROOMS
        for end in ("py", "sql", "js")
        for file in (PROJECT / room).rglob(f"*.{end}")
        if "migrations" not in file.parts
    ]
    assert len(files) > 300
    found = {file.relative_to(PROJECT).as_posix() for file in files if named(file.read_text(encoding="utf-8"))}
    assert found - ELSEWHERE == set()


def test_each_way_to_do_so_is_found():
    for wrong in (
        "if unit.level is Level.TOWN:",
        "order = list(Level)",
        "WHERE u.level = 'district'",
        'if level == "town":',
        "CASE level WHEN 'village' THEN 'town' END",
        "level <> 'city'",
        'text["level"] != "town"',
    ):
        assert named(wrong), wrong
    for right in ("WHERE u.level = 'village'", "level is Level.VILLAGE", "t.level <> 'subject'"):
        assert not named(right), right


def test_every_command_opens_the_database_where_the_levels_are_read():
    """What a command prints names levels: none makes an engine of its own."""
    commands = [path for path in modules() if "cli" in path.parts or path.stem.endswith("commands")]
    assert len(commands) > 15
    own = {name(path) for path in commands if "make_engine" in path.read_text(encoding="utf-8")}
    assert own == {"geodata/cli/opened_database.py"}
