"""What ``serve`` does with a program that ends right after it was begun for the first time."""

from __future__ import annotations

import signal
import time
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest

from dashboard.app.supervise import keep_running
from geodata.errors import SetupError


def watched(starts: Path, fault: BaseException, seconds: float) -> tuple[int, int | None]:
    """Watch a program that fails with ``fault`` the first time: how often it was begun, and how watching ended."""

    def program() -> None:
        with starts.open("a") as told:
            told.write("x")
        if starts.read_text() == "x":
            raise fault
        time.sleep(60)

    process = get_context("fork").Process(target=lambda: keep_running([program], lambda: None))
    process.start()
    until = time.monotonic() + seconds
    while process.is_alive() and time.monotonic() < until and not (starts.exists() and starts.read_text() == "xx"):
        time.sleep(0.05)
    ended = process.exitcode
    if process.is_alive():
        process.terminate()
    process.join(30)
    return len(starts.read_text()), ended


@pytest.mark.parametrize(
    "fault",
    [
        psycopg.OperationalError("the server closed the connection"),
        ExceptionGroup("several", [ValueError("x"), psycopg.errors.AdminShutdown("ends")]),
    ],
)
def test_one_whose_database_went_away_is_begun_again(tmp_path, fault):
    assert watched(tmp_path / "starts", fault, 30) == (2, None)


@pytest.mark.parametrize("fault", [SetupError("error.no_jobs"), ValueError("a fault of the program")])
def test_one_that_cannot_begin_ends_all(tmp_path, fault):
    begun, ended = watched(tmp_path / "starts", fault, 30)
    assert begun == 1
    assert ended not in {None, 0, -signal.SIGTERM}
