"""What the person at the server lives through: first start, Ctrl-C, second start, a power cut, the start after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from geodata import embedded
from geodata.embedded import server
from tests.integration.server.watched import free_port, parts_of, seconds_until_ready

PROJECT = Path(__file__).parents[3]
FIRST_START_SECONDS = 300
SECOND_START_SECONDS = 15  # five on a machine of its own (make bench); here other tests run beside it
TOOLS = ("sh", "cat", "dirname", "env", "find", "grep", "id", "printf", "sha256sum", "sort", "tr", "uname")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="grid-run-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    embedded.stop_cluster(folder)
    shutil.rmtree(folder)


@contextmanager
def make_run(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """``make run`` in a terminal of its own (a process group), as a person types it."""
    process = subprocess.Popen(
        ["make", "run"],
        cwd=PROJECT,
        env=os.environ | {"GRID_HOME": str(home), "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def press_ctrl_c(process: subprocess.Popen[str]) -> str:
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    return told


def test_start_stop_start_kill_start(home):
    port = free_port()
    with make_run(home, port) as first:
        seconds_until_ready(port, FIRST_START_SECONDS)
        family = psutil.Process(first.pid).children(recursive=True)
        told = press_ctrl_c(first)
    assert f"http://127.0.0.1:{port}" in told
    # what has ended is over, also while the machine has not taken note of it
    _, left = psutil.wait_procs(family, timeout=5)
    assert [member for member in left if member.status() != psutil.STATUS_ZOMBIE] == []
    assert not embedded.cluster_status(home).running
    assert server.processes_in(embedded.cluster_status(home).data) == set()

    with make_run(home, port) as second:
        seconds_until_ready(port, SECOND_START_SECONDS)
        os.killpg(second.pid, signal.SIGKILL)
        os.kill(embedded.cluster_status(home).pid, signal.SIGKILL)

    with make_run(home, port) as third:
        seconds_until_ready(port, 30)
        os.killpg(third.pid, signal.SIGKILL)
    left_behind = embedded.cluster_status(home).pid

    with make_run(home, port) as fourth:
        seconds_until_ready(port, 30)
        assert embedded.cluster_status(home).pid == left_behind, "the server that was left running is used again"
        press_ctrl_c(fourth)
    assert not embedded.cluster_status(home).running


def test_whichever_dies_is_begun_again(home):
    port = free_port()
    with make_run(home, port) as run:
        seconds_until_ready(port, FIRST_START_SECONDS)
        until = time.monotonic() + 20
        while set(first := parts_of(run.pid)) != {"web", "worker"} and time.monotonic() < until:
            time.sleep(0.1)
        for part, process in first.items():
            process.kill()
            while time.monotonic() < until + 30 and parts_of(run.pid).get(part, process) == process:
                time.sleep(0.1)
            assert parts_of(run.pid)[part].pid != process.pid, part
        seconds_until_ready(port, 30)
        database = embedded.cluster_status(home).pid
        os.kill(database, signal.SIGKILL)
        until = time.monotonic() + 30
        while time.monotonic() < until and embedded.cluster_status(home).pid in {None, database}:
            time.sleep(0.1)
        assert embedded.cluster_status(home).running
        seconds_until_ready(port, 30)
        press_ctrl_c(run)
    assert not embedded.cluster_status(home).running


@pytest.fixture
def only_these_tools(tmp_path: Path) -> Path:
    """A PATH without apt-get, sudo, Chromium and Poppler."""
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / tool).symlink_to(found)
    return tmp_path


def bootstrap(purpose: str, path: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / "bootstrap.sh", purpose],
        env={"PATH": path, "HOME": "/nonexistent"} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_when_all_is_there_bootstrap_installs_nothing(tmp_path):
    apt = tmp_path / "apt-get"
    apt.write_text(f"#!/bin/sh\ntouch {tmp_path}/touched\nexit 1\n")
    apt.chmod(0o755)
    begun = time.monotonic()
    done = bootstrap("test", f"{tmp_path}:{os.environ['PATH']}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - begun < 2
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "请先安装系统软件包"), ("en", "Install these system packages first")]
)
def test_without_rights_bootstrap_says_in_one_sentence_what_to_install(only_these_tools, lang, said):
    told = bootstrap("test", str(only_these_tools), GRID_LANG=lang)
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith(said)
    assert told.stderr.rstrip().endswith("sudo apt-get install chromium poppler-utils")
