"""Every command that README, CONTRIBUTING and docs show is run, in its page's order, on a copy of the demonstration.

A page's story is told in a folder, a home and a copy of the district of its own. What only reads and stands in no story
is run once, on one copy into which nobody can write.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction
from geodata.locale import Lang, read_catalogue
from tests.commands import run_command
from tests.integration.server.shown_commands import NOT_RUN, PAGES, PROJECT, ROOMS, passed_over, shown_in

FOLDER = Path(__file__).parent
VILLAGE = "220602101001"
NEW, TWIN = "S9001", "S9002"
"""Numbers for a subject of the reader's own, and for a second entry of one that stands on the roster."""
FILES = {
    "folder/": ("subjects.csv", NEW), "文件夹/": ("主体.csv", NEW),
    "their-sites.csv": ("", TWIN), "their-folder/": ("their-sites.csv", TWIN),
    "别家名录.csv": ("", TWIN), "别家文件夹/": ("别家名录.csv", TWIN),
}  # fmt: skip
"""What a page takes to be there → the file in it, and which subject that holds."""
STANDS_FOR = {
    "FILE": "their-sites.csv", "FOLDER": "their-folder/", "NAME_OR_FILE": "read.toml", "KIND": "subjects",
    "DROP": TWIN, "并入的主体": TWIN,
}  # fmt: skip
ITEM = "SELECT item_no FROM grid.work_item WHERE state = 'open' ORDER BY 1 LIMIT 1"
PERSON = "SELECT person_no FROM grid.post WHERE role = 'section_head' ORDER BY 1 LIMIT 1"
KEEP = f"SELECT min(subject_id) FROM grid.subject WHERE village_code = '{VILLAGE}'"
BATCH = "SELECT max(id) FROM grid.load_batch WHERE NOT synthetic"
MERGE = "SELECT max(merge_no) FROM grid.subject_merge"
ASKED_FOR = {
    "ITEM": ITEM, "PERSON": PERSON, "KEEP": KEEP, "BATCH": BATCH, "MERGE": MERGE,
    "编号": ITEM, "人员编号": PERSON, "保留的主体": KEEP, "批次号": BATCH, "合并号": MERGE,
}  # fmt: skip
"""What a page leaves to the reader → a word, or the question to the page's database for one."""
STANDALONE = {
    ("etl", "export"), ("etl", "template"), ("geodata", "chain"), ("geodata", "indicators"),
    ("geodata", "status"), ("layers", "map"), ("layers", "static"),
}  # fmt: skip
"""What reads only, and nothing that an earlier command of a page wrote."""

Words = tuple[str, ...]
Run = Callable[[Words], str]


@cache
def shown() -> dict[str, list[Words]]:
    """The commands of every page that shows any."""
    found = {page.relative_to(PROJECT).as_posix(): shown_in(page.read_text(encoding="utf-8")) for page in PAGES}
    return {page: commands for page, commands in found.items() if commands}


def runner(engine: Engine, folder: Path) -> Run:
    """A function that runs a command in a folder: what it told when it failed, nothing when it did what it should."""
    url = engine.url.render_as_string(hide_password=False)
    home = folder / ".home"
    home.mkdir(parents=True)

    def run(words: Words) -> str:
        if words[0] in ROOMS.split("|"):
            done = run_command(*words, folder=folder, GRID_DATABASE_URL=url, GRID_HOME=str(home))
        else:
            assert words[0].startswith(".venv/bin/"), f"{shlex.join(words)}: belongs into NOT_RUN"
            own = {name: value for name, value in os.environ.items() if not name.startswith(("GRID_", "PYTEST_"))}
            done = subprocess.run(words, cwd=PROJECT, env=own, capture_output=True, text=True, check=False, timeout=300)
        return "" if done.returncode == 0 else f"{shlex.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"

    return run


@pytest.fixture(scope="module")
def run_alone(demo_template, new_database, tmp_path_factory) -> Iterator[Run]:
    """Runs what only reads; asked for the same again, into a file of another name, it knows the answer."""
    database = new_database(demo_template)
    engine = next(database)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text(f"ALTER DATABASE {engine.url.database} SET default_transaction_read_only = on"))
    engine.dispose()
    run = cache(runner(engine, tmp_path_factory.mktemp("alone") / "folder"))
    yield lambda words: run(tuple(f"file{Path(word).suffix}" if Path(word).suffix else word for word in words))
    next(database, None)


@pytest.fixture(scope="module")
def first_subject(demo_district, tmp_path_factory) -> pd.DataFrame:
    """The first subject of the village as a file has it, without the codes that can stand there once only."""
    folder = tmp_path_factory.mktemp("exported") / "folder"
    told = runner(demo_district, folder)(("etl", "export", "subjects", "subjects.csv", "--unit", VILLAGE))
    assert told == ""
    return pd.read_csv(folder / "subjects.csv", dtype=str).sort_values("主体编号").head(1).assign(统一社会信用代码="")


@pytest.fixture
def own_district(demo_template, new_database) -> Iterator[Engine]:
    yield from new_database(demo_template)


def put_there(folder: Path, word: str, first_subject: pd.DataFrame, run: Run) -> None:
    """Make the file that a word of a command names, if it is one that a page takes to be there."""
    if word == STANDS_FOR["NAME_OR_FILE"]:
        assert run(("etl", "mapping", "draft", STANDS_FOR["FILE"], "--out", word)) == ""
    elif word in FILES:
        within, number = FILES[word]
        file = folder / word / within
        file.parent.mkdir(exist_ok=True)
        own = first_subject.assign(主体编号=number)
        if number == NEW:
            own = own.assign(主体名称="（示）读者合作社").drop(columns="坐标系")
        own.to_csv(file, index=False)


def filled_in(engine: Engine, words: Words) -> Words:
    """A command with something real for each word that the page leaves to its reader."""
    with read_transaction(engine) as db:
        return tuple(
            str(db.execute(text(ASKED_FOR[word])).scalar_one()) if word in ASKED_FOR else STANDS_FOR.get(word, word)
            for word in words
        )


@pytest.mark.parametrize("page", shown())
def test_every_command_runs(page, own_district, run_alone, first_subject, tmp_path):
    folder = tmp_path / "folder"
    run, there = runner(own_district, folder), set()
    for command in shown()[page]:
        if shlex.join(command) in NOT_RUN:
            continue
        words = filled_in(own_district, command)
        for word in {*words} - there:
            put_there(folder, word, first_subject, run)
        there |= {*words}
        assert (run_alone if words[:2] in STANDALONE or words[-1] == "--help" else run)(words) == ""


def test_commands_that_sentences_name_are_there(run_alone):
    said = " ".join(sentence for lang in Lang for sentence in read_catalogue(lang).values())
    named = set(re.findall(rf"python -m ({ROOMS}) ((?:(?:mapping|integrity|account) )?[a-z]+)", said))
    assert len(named) > 4
    assert [told for room, verb in sorted(named) if (told := run_alone((room, *verb.split(), "--help")))] == []


def test_a_page_shows_the_same_in_both_languages():
    shape = {page: sorted(words[:2] for words in commands) for page, commands in shown().items()}
    pairs = [(page, page.replace(".md", ".zh.md")) for page in shape if page.replace(".md", ".zh.md") in shape]
    assert len(pairs) == 5
    for page, other in pairs:
        assert shape[page] == shape[other]
    assert len(shape["README.md"]) > 20


def test_every_line_of_a_shell_block_is_understood():
    assert {page.name: lines for page in PAGES if (lines := passed_over(page.read_text(encoding="utf-8")))} == {}
    assert passed_over("```sh\n# a note\nmake x\nwget x\n```\n```toml\na = 1\n```\n") == ["wget x"]


def test_what_is_not_run_is_shown_and_held_by_another_test():
    everything = [words for commands in shown().values() for words in commands]
    assert {*NOT_RUN} <= {*map(shlex.join, everything)}
    assert {*STANDS_FOR, *ASKED_FOR, *FILES} <= {word for words in everything for word in words}
    for _, test in NOT_RUN.values():
        file, function = test.split("::")
        assert f"\ndef {function}(" in (FOLDER / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("target", [command for command in NOT_RUN if command.startswith("make ")])
def test_what_a_target_calls_is_there(target):
    done = subprocess.run([*target.split(), "--dry-run"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    called = re.findall(r"(?:^|[ ;&])(\.venv/bin/[\w-]+|\./bootstrap\.sh)", done.stdout, re.MULTILINE)
    assert called
    assert [program for program in called if not (PROJECT / program).exists()] == []
    assert [name for name in re.findall(r"python -m ([\w.]+)", done.stdout) if find_spec(name) is None] == []


@pytest.mark.parametrize(("page", "commands"), [
    ("`etl/` and `make`, a `docker` word, ``python -m``", []),
    ("runs `python -m etl\nload FOLDER` and `geodata status`", [("etl", "load", "FOLDER"), ("geodata", "status")]),
    ("```\nmake run   # all\n\n.venv/bin/pytest -k 'a b'\n```\n",
     [("make", "run"), (".venv/bin/pytest", "-k", "a b")]),
    ("```sh\n.venv/bin/python -m dashboard account add x   # also: reset, list\n```\n`./bootstrap.sh run`",
     [("dashboard", "account", "add", "x"), ("dashboard", "account", "reset", "--help"),
      ("dashboard", "account", "list", "--help"), ("./bootstrap.sh", "run")]),
    ("```sh\netl integrity assign 编号    # 另有 reopen\n```",
     [("etl", "integrity", "assign", "编号"), ("etl", "integrity", "reopen", "--help")]),
])  # fmt: skip
def test_commands_are_found(page, commands):
    assert shown_in(page) == commands
