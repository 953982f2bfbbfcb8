"""A copy of the product to which a test adds a thing, and programs run in it as in a tree of its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from geodata.settings import settings
from tests.architecture.source import PROJECT, ROOMS


def copy_product(folder: Path, added: Mapping[str, str]) -> Path:
    """The four rooms in ``folder``, with the files ``added``: path in the tree → text. Nothing there is overwritten."""
    for room in ROOMS:
        shutil.copytree(PROJECT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in added.items():
        file = folder / path
        assert not file.exists(), path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def read_tree(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` as ``copy_product`` takes them: path in the tree → text."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def migrate_last(added: dict[str, str], revision: str, newest: str) -> dict[str, str]:
    """The files with the one migration of ``revision`` put behind the newest, and its checksum then."""
    (path,) = [path for path in added if Path(path).name.startswith(f"{revision}_") and path.endswith(".py")]
    text = re.sub(r'^down_revision = "\w*"$', f'down_revision = "{newest}"', added[path], flags=re.MULTILINE)
    checksum = f"{hashlib.sha256(text.encode()).hexdigest()}  {Path(path).name}\n"
    return added | {path: text, str(Path(path).with_name(f"{revision}.sha256")): checksum}


def insert_line(folder: Path, path: str, after: str, line: str) -> None:
    """One line more in a file of the copy, after the one line that begins with ``after``; nothing there changes."""
    file = folder / path
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = [number for number, each in enumerate(lines) if each.lstrip().startswith(after)]
    file.write_text("".join([*lines[: at + 1], f"{line}\n", *lines[at + 1 :]]), encoding="utf-8")


def run_in_copy(folder: Path, program: str, engine: Engine) -> Any:
    """What a program prints last, as JSON; its rooms are the copy's, its tests ours, its database ``engine``'s."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": f"{folder}{os.pathsep}{PROJECT}",
            "GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "GRID_HOME": str(settings().home),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
