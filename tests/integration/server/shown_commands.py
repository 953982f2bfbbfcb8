"""The commands that the pages for people show, in the order of each page, and those that no test runs as they stand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[3]
PAGES = [PROJECT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")]
# docs/operating*.md is run as it stands, by test_operating.py
PAGES += sorted(page for page in (PROJECT / "docs").rglob("*.md") if not page.name.startswith("operating"))
ROOMS = "etl|geodata|layers|dashboard"
CODE = re.compile(
    r"^```(?P<language>\w*)\n(?P<block>.*?)^```$|(?P<tick>`+)(?P<inline>.+?)(?P=tick)", re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(rf"(?:(?:\.venv/bin/)?python -m|\.venv/bin/\w+|make|docker|{ROOMS}) |\./bootstrap\.sh")
PROGRAM = re.compile(rf"^(?:(?:\.venv/bin/)?python -m )?(?=(?:{ROOMS}) )")
ALSO = re.compile(r"# (?:also: |另有 )(?P<verbs>\w+(?:(?:, |、)\w+)*)$")

TARGETS = "test_commands_shown.py::test_what_a_target_calls_is_there"
NOT_RUN = {
    "make run": ("serves until Ctrl-C", "test_make_run.py::test_start_stop_start_kill_start"),
    "docker compose --env-file docker/.env -f docker/compose.yaml up --build": (
        "needs an engine of containers and its base image",
        "test_docker.py::test_every_variable_of_compose_stands_in_the_example",
    ),
    "docker compose --env-file docker/.env -f docker/compose.yaml exec -T db pg_dump -U grid -Fc grid '>' grid.dump": (
        "needs an engine of containers",
        "test_docker.py::test_no_backup_is_made_where_the_image_has_no_program_for_it",
    ),
    "dashboard worker": (
        "does jobs until it is stopped",
        "test_worker.py::test_a_job_is_done_and_told_and_told_too_while_nobody_is_there_to_do_it",
    ),
    "geodata restore backup/": (
        "needs an installation without data",
        "../attachments/test_backup.py::test_what_was_backed_up_comes_back",
    ),
    "make test": ("is what runs this", TARGETS),
    "make quick": ("a part of make test", TARGETS),
    "make lint": ("the first part of make test", TARGETS),
    "make soak": ("takes hours", TARGETS),
    "make bench": ("takes half an hour", TARGETS),
    "make format": ("changes the tree", TARGETS),
    "make docs": ("changes the tree; what it would write is held by tests/architecture/test_pages.py", TARGETS),
    "make lock": ("asks the index of packages", TARGETS),
}
"""Command → why it is not run beside the others, and the test of this folder that holds it instead."""


def shown_in(text: str) -> list[tuple[str, ...]]:
    """Every command of a page, in its order, without the ``#`` that is for the reader.

    Parameters
    ----------
    text
        Markdown. Lines of fenced blocks are looked at, and code within a line; what begins like no command is passed
        over.

    Returns
    -------
    commands
        Each as its words, the first a room (``python -m`` goes without saying) or another program. A comment that
        names further verbs of a group (``# also: reset, list``) gives ``… reset --help`` and ``… list --help``.
    """
    found: list[tuple[str, ...]] = []
    for code in CODE.finditer(text):
        lines = [" ".join(code["inline"].split())] if code["inline"] else code["block"].splitlines()
        for line in filter(COMMAND.match, lines):
            words = tuple(shlex.split(PROGRAM.sub("", line), comments=True))
            found += [words, *_further(words, line)]
    return found


def passed_over(text: str) -> list[str]:
    """Lines of a page's shell blocks that begin like no command known here, empty ones and notes left out.

    Parameters
    ----------
    text
        Markdown; a block that says no language, or ``sh``, is one of the shell.

    Returns
    -------
    lines
        In their order.
    """
    blocks = (code["block"] for code in CODE.finditer(text) if code["language"] in {"", "sh", "bash", "console"})
    lines = (line.strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line and line[0] != "#" and not COMMAND.match(line)]


def _further(words: tuple[str, ...], line: str) -> Iterator[tuple[str, ...]]:
    if also := ALSO.search(line):
        for verb in re.split(", |、", also["verbs"]):
            yield (*words[:2], verb, "--help")
