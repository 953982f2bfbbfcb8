"""What keeps a command from beginning is told in one sentence and an exit code, never as the program's insides."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.integration.server.watched import free_port

PROJECT = Path(__file__).parents[3]
NOBODY = "postgresql://nobody@127.0.0.1:9/nothing"


def said(command: str, **changed: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=PROJECT, env=os.environ | changed,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("command", "changed", "code", "sentence"),
    [
        ("dashboard serve", {"PORT": "abc"}, 78, "PORT 的值不能用：要写整数"),
        ("dashboard web", {"PORT": "70000"}, 78, "PORT 的值不能用：不能大于 65535"),
        ("geodata up", {"GRID_LANG": "fr"}, 78, "GRID_LANG 的值不能用：只能是"),
        ("etl batches", {"GRID_TLS": "perhaps", "GRID_LANG": "en"}, 78, "GRID_TLS cannot be used: it must be true"),
        ("dashboard serve", {"GRID_HOME": "/etc/hostname/home"}, 4, "数据文件夹 /etc/hostname/home 不能使用"),
        ("etl demo", {"GRID_HOME": "/proc/home", "GRID_LANG": "en"}, 4, "The folder /proc/home cannot be used"),
        ("dashboard serve", {"GRID_DATABASE_URL": NOBODY}, 75, "连不上数据库"),
        ("geodata migrate", {"GRID_DATABASE_URL": NOBODY}, 75, "连不上数据库"),
        ("etl batches", {"GRID_DATABASE_URL": NOBODY, "GRID_LANG": "en"}, 75, "The database cannot be reached"),
        ("dashboard account list", {"GRID_DATABASE_URL": NOBODY}, 75, "连不上数据库"),
    ],
)
def test_it_is_one_sentence_and_a_code(command, changed, code, sentence):
    ended, told = said(command, **changed)
    assert ended == code, told
    assert sentence in told
    assert len(told.strip().splitlines()) == 1, told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk of its own size")
def test_a_full_disk_is_told():
    # not under the tests' own folder, where the database's account may not go
    home = Path(tempfile.mkdtemp(prefix="grid-full-", dir="/tmp"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m,mode=711", "tmpfs", home], check=False).returncode:
        home.rmdir()
        pytest.skip("this machine lets nobody mount")
    try:
        ended, told = said("dashboard serve", GRID_HOME=str(home), PORT=str(free_port()))
    finally:
        subprocess.run(["umount", "-l", home], check=True)
        home.rmdir()
    assert ended == 75, told
    assert "磁盘已满" in told
    assert "Traceback" not in told
