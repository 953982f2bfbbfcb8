"""The page for whoever keeps the system running, followed word by word from an empty machine to a restored one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata import embedded
from geodata.backup.home_files import KEY, MAPPINGS
from geodata.database.engine import ROLE_KEYS
from geodata.erasing.erasings import FILE as ERASINGS
from tests.integration.server.watched import free_port

PROJECT = Path(__file__).parents[3]
PAGES = [PROJECT / "docs" / name for name in ("operating.md", "operating.zh.md")]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LONGEST = 600
BACKED_UP = {KEY, MAPPINGS, "attachments", "postgres", ERASINGS}
"""The list of erasings lies beside the backups."""
LEFT_OUT = {*ROLE_KEYS.values(), "session.key", "accounts.txt", "logs", "demo", "uploads", "exports", "rejects"}


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.fixture
def machine() -> Iterator[Path]:
    """A place for ``/srv``, with nothing in it."""
    place = Path(tempfile.mkdtemp(prefix="grid-srv-", dir="/tmp"))
    place.chmod(0o711)
    yield place
    for home in place.glob("grid/*/postgres"):
        embedded.stop_cluster(home.parent)
    shutil.rmtree(place)


def test_both_languages_show_the_same_commands():
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    assert len(blocks(PAGES[0])) > 8


def test_every_step_from_an_empty_machine_to_a_restored_one(machine):
    steps = "\n".join(blocks(PAGES[0])).replace("/srv/", f"{machine}/").replace("PORT=8050", f"PORT={free_port()}")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GRID_", "PYTEST_"))}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-m", "-c", f"trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n{steps}"],
        cwd=PROJECT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "grid_database_up 1.0" in done.stdout
    first, second = ((machine / "grid" / f"{name}-start.txt").read_text() for name in ("first", "second"))
    assert "leader" in first
    assert "leader" not in second, "accounts are those of the backup"
    before, after = ((machine / "grid" / f"{name}.csv").read_text() for name in ("before", "after"))
    assert before == after
    assert before.count("\n") > 12
    # whatever the program writes into home is in a backup, or known to be made again or of a moment
    there = {each.name for home in ("home", "lost") for each in (machine / "grid" / home).iterdir()}
    assert there <= BACKED_UP | LEFT_OUT, there - BACKED_UP - LEFT_OUT
    kept = machine / "grid-backups" / "by-hand"
    assert not [each for each in kept.rglob("*") if each.is_file() and each.suffix not in {".age", ".json"}]
    assert (machine / "grid" / "home" / "logs" / "grid.log").exists()
