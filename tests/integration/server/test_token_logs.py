"""Tokens sent in every wrong way to a real server, which writes down all it can: none of them stands in any log."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, text

from geodata.accounts import tokens
from geodata.accounts.token_secret import PREFIX, find_secrets
from geodata.calendar import today
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.settings import settings
from tests.builders import small_world
from tests.visitors import add_accounts

PROJECT = Path(__file__).parents[3]
READY_SECONDS = 60


@dataclass
class Talkative:
    """A served application that logs as much as its server can, and the tokens it was sent."""

    port: int
    folder: Path
    secrets: list[str]

    def send(self, said: str) -> bytes:
        """What it answers to bytes as no client library would send them."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(said.encode("latin-1"))
            line.settimeout(30)
            answer = b""
            try:
                while chunk := line.recv(65536):
                    answer += chunk
            except (TimeoutError, ConnectionResetError):
                pass
        return answer

    def ask(self, target: str, *headers: str, method: str = "GET", body: str = "") -> bytes:
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers]
        lines += [f"Content-Length: {len(body)}"] if body else []
        return self.send("\r\n".join([*lines, "", body]))


@pytest.fixture(scope="module")
def talkative(module_db: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talkative]:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    with write_transaction(module_db, Scope("su1")) as db:
        made = [tokens.make_token(db, f"n{number}", None, 9, today()) for number in range(4)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("logs")
    options = ["--bind", f"127.0.0.1:{port}", "--log-level", "debug", "--capture-output", "--threads", "2"]
    options += ["--access-logfile", str(folder / "access.log"), "--error-logfile", str(folder / "error.log")]
    options += ["--access-logformat", '%(h)s %(u)s "%(r)s" %(s)s "%(f)s" "%(a)s" %(U)s %(q)s %({authorization}i)s']
    with (folder / "out.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "dashboard.wsgi:application"],
            cwd=PROJECT, stdout=out, stderr=out,
            env=os.environ | {"GRID_DATABASE_URL": module_db.url.render_as_string(hide_password=False)},
        )  # fmt: skip
        try:
            until = time.monotonic() + READY_SECONDS
            while time.monotonic() < until and process.poll() is None:
                try:
                    urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                    break
                except (URLError, ConnectionError, TimeoutError):
                    time.sleep(0.1)
            yield Talkative(port, folder, made)
        finally:
            process.terminate()
            process.wait(20)


def coded(secret: str) -> str:
    return "".join(f"%{ord(sign):02x}" for sign in secret)


def basic(said: str) -> str:
    return base64.b64encode(said.encode()).decode()


def spread(server: Talkative) -> None:
    """Every token in every wrong way that somebody could think of."""
    form = "Content-Type: application/x-www-form-urlencoded"
    for number, secret in enumerate(server.secrets):
        good = f"Authorization: Bearer {secret}"
        assert server.ask("/api/subjects?format=csv", good).startswith(b"HTTP/1.1 200")
        for header in (
            f"Authorization: Basic {basic(f'su1:{secret}')}", f"Authorization: {secret}",
            f"Authorization: Token {secret}", f"Authorization : Bearer {secret}",
            f"Authorization\t: Bearer {secret}", f"Authorization Bearer {secret}",
            f"Authorization: Bearer {secret}\x00", f"Authorization : Basic {basic(f'su1:{secret}')}", f"{secret}: x",
            f"Authori{secret}zation : y", f"Cookie: grid_session={secret}; remember={secret}",
            f"X-Forwarded-For: {secret}", f"User-Agent: {secret}", f"Referer: http://127.0.0.1/?t={secret}",
            f"Transfer-Encoding: {secret}", f"Content-Length: {secret}",
            f"Accept-Language: {secret}\r\nX: {coded(secret)}",
            f"Authorization: Basic {basic(f'su1:{secret}')}\r\n broken {secret}", f"X-CSRFToken: {secret}",
        ):  # fmt: skip
            server.ask("/me", header)
            server.ask("/api/subjects", header)
        server.send(f"GET /api/subjects?{secret}\r\n\r\n")
        server.send(f"GET /api/subjects HTTP/1.1 {secret}\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.send(f"{secret} /api/subjects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.send(f"GET {secret} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.send(f"GET http://su1:{secret}@127.0.0.1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        server.ask("/sign-in", form, method="POST", body=f"login=su1&password={secret}")
        server.ask("/me/tokens", form, good, method="POST", body=f"name={secret}")
        server.ask(
            "/_dash-update-component", "Content-Type: application/json", method="POST", body=f'{{"a": "{secret}"}}'
        )
        server.ask("/me", good, "Accept: text/html")
        # at last in an address, where it ends
        for address in (secret, coded(secret), quote(coded(secret)), coded(secret).upper(), f"x{secret}x"):
            server.ask(f"/api/subjects?token={address}")
            server.ask(f"/{address}/x")
            server.ask("/api/subjects", f"Authorization: Basic {basic(f'{secret}:x')}")
        assert server.ask("/api/subjects", good).startswith((b"HTTP/1.1 401", b"HTTP/1.1 429")), number


def test_no_log_and_no_row_holds_a_token_whatever_way_it_came(talkative, module_db):
    spread(talkative)
    with read_transaction(module_db) as db:
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r'"
        names = list(db.execute(text(tables)).scalars())
        rows = "".join(
            str(row) for name in names for row in db.execute(text(f'SELECT t::text FROM grid."{name}" AS t')).scalars()
        )
    logs = {file.name: file.read_text("utf-8", "replace") for file in talkative.folder.iterdir()}
    logs |= {file.name: file.read_text("utf-8", "replace") for file in settings().home.rglob("log/*.log")}
    assert {"access.log", "error.log"} <= logs.keys()
    assert any(name.startswith("postgres-") for name in logs), "the database's too"
    assert logs["access.log"].count("/api/subjects") > 60, "the address of every request was written down"
    assert f"{PREFIX}…" in logs["access.log"]
    hidden = [basic(f"su1:{secret}") for secret in talkative.secrets]
    hidden += [basic(f"{secret}:x") for secret in talkative.secrets]
    for where, told in (logs | {"rows": rows}).items():
        assert [line for line in told.splitlines() if find_secrets(line)][:3] == [], where
        assert [each for each in hidden if each.rstrip("=") in told] == [], where
