"""One log of many processes: every line whole, no file larger than it may be, none of them for others."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]
PROCESSES, LINES, OLDER = 4, 4000, 5
TALK = f"""
import logging, os
from dashboard.app.log_file import keep_log
from geodata.settings import settings
keep_log(settings())
keep_log(settings())  # a second call adds no second line
children = []
for number in range({PROCESSES}):
    child = os.fork()
    if child == 0:
        for line in range({LINES}):
            logging.getLogger("grid").warning("%s of %s %s", line, number, "x" * 300)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""


def test_many_processes_write_one_log_that_is_begun_anew(tmp_path):
    own = os.environ | {"GRID_HOME": str(tmp_path), "GRID_LOG_MB": "1"}
    done = subprocess.run(
        [sys.executable, "-c", TALK], cwd=PROJECT, env=own, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-500:]
    folder = tmp_path / "logs"
    files = [each for each in folder.iterdir() if each.name.startswith("grid.log")]
    assert len(files) == OLDER + 1 or sum(each.stat().st_size for each in files) > PROCESSES * LINES * 300
    assert max(each.stat().st_size for each in files) < 2**20 + 1000, "the last line may stand over"
    lines = [line for each in files for line in each.read_text().splitlines()]
    whole = re.compile(r"[-0-9]+ [:,0-9]+ \d+ WARNING grid \d+ of \d x{300}")
    assert [line for line in lines if not whole.fullmatch(line)] == []
    assert len(lines) == len(set(lines))
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(done.stderr.splitlines()) == PROCESSES * LINES, "the terminal gets every line too"


def test_a_full_disk_ends_no_process_and_prints_no_traceback(tmp_path):
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n" + TALK
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=PROJECT, env=os.environ | {"GRID_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert "Traceback" not in done.stderr
