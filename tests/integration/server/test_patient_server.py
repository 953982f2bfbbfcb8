"""Who sends or reads slowly, too much, or for ever, at the real server: nobody else waits, and nothing is kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.request import Request, urlopen

import psutil
import pytest
from sqlalchemy import Engine

from dashboard.app.kept_scripts import script_asked_for
from dashboard.app.patient_server import BODY_SECONDS, HEADER_SECONDS, _Request
from geodata.database.scope import write_transaction
from tests.builders import small_world
from tests.integration.server.watched import free_port, seconds_until_ready
from tests.slow_clients import MUCH, slow_clients
from tests.visitors import add_accounts, application, signed_in, token

PROJECT = Path(__file__).parents[3]
MB = 2**20
BLOCK = b"x" * MB


def _unnamed_bytes(file: Path) -> int:
    try:
        return file.stat().st_size if str(file.readlink()).endswith("(deleted)") else 0
    except FileNotFoundError:
        return 0  # closed meanwhile


@dataclass
class Site:
    """A served application, and what a browser of somebody who is signed in sends along."""

    port: int
    process: subprocess.Popen[bytes]
    cookies: str
    csrf: str

    def page(self, path: str) -> str:
        asked = Request(f"http://127.0.0.1:{self.port}{path}", headers={"Cookie": self.cookies, "Accept": "text/html"})
        with urlopen(asked, timeout=60) as answer:
            return str(answer.read().decode())

    def kept_bytes(self) -> int:
        """Of files without a name that its processes have open: bodies on their way."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return sum(_unnamed_bytes(file) for each in family for file in Path(f"/proc/{each.pid}/fd").iterdir())

    def send(self, path: str, megabytes: int, *, cookies: str, chunked: bool = False) -> tuple[str, int]:
        """A body of so many MB, sent before the answer is read: the answer, the most bytes that were kept."""
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {megabytes * MB}"
        head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookies}", "Accept: text/html", length]
        head += ["Content-Type: multipart/form-data; boundary=x", "Connection: close", "", ""]
        already = self.kept_bytes()  # what the processes share to count requests has no name either
        most = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall("\r\n".join(head).encode())
            for _ in range(megabytes):
                line.sendall(b"%x\r\n%b\r\n" % (MB, BLOCK) if chunked else BLOCK)
                most = max(most, self.kept_bytes() - already)
            if chunked:
                line.sendall(b"0\r\n\r\n")
            answer = b""
            while part := line.recv(65536):
                answer += part
        return answer.decode(), most


@pytest.fixture(scope="module")
def site(module_db: Engine) -> Iterator[Site]:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    client = signed_in(application(module_db), "qin")
    csrf = token(client)
    cookies = "; ".join(
        f"{name}={cookie.value}" for name in ("grid_session", "_csrf_token") if (cookie := client.get_cookie(name))
    )
    port = free_port()
    process = start_web(module_db, port)
    seconds_until_ready(port, 60)
    yield Site(port, process, cookies, csrf)
    process.terminate()
    assert process.wait(20) == 0


def start_web(engine: Engine, port: int, **more: str) -> subprocess.Popen[bytes]:
    address = {"GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False), "PORT": str(port)}
    return subprocess.Popen([sys.executable, "-m", "dashboard", "web"], cwd=PROJECT, env=os.environ | address | more)


def test_a_thousand_slow_connections_keep_no_page_from_anybody(site):
    with slow_clients(site.port, 1000):
        for _ in range(5):
            assert "Qin" in site.page("/me")
    assert "Qin" in site.page("/me")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_too_large_is_thrown_away_as_it_comes_and_told_when_it_is_there(site, chunked):
    answer, kept = site.send("/data/upload", 90, cookies=site.cookies, chunked=chunked)
    assert answer.startswith("HTTP/1.1 413")
    assert "太大" in answer
    assert chunked <= kept <= (66 * MB if chunked else 0)


def test_who_is_not_signed_in_fills_no_disk(site):
    """Nor with a cookie of the right name; to an address that takes no files, nobody does."""
    for path, cookies in (
        ("/data/upload", ""),
        ("/data/upload", "grid_session=eyJfdXNlcl9pZCI6IjA6cWluIn0.aaaa.bbbb"),
        ("/attachments/add", ""),
        ("/work/accept", site.cookies),
        ("/nowhere", site.cookies),
    ):
        answer, kept = site.send(path, 20, cookies=cookies)
        assert answer.split()[1] in {"303", "401", "405", "413"}, (path, answer[:200])
        assert kept <= 3 * MB, path


def test_a_file_of_the_size_that_is_taken_arrives(site):
    edge, content = "x", "人员编号,姓名\nX1,新来的\n".encode("utf-8-sig")
    padded = content + b"\n" * (20 * MB)
    head = f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{site.csrf}\r\n--{edge}\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n'
    body = head.encode() + padded + f"\r\n--{edge}--\r\n".encode()
    headers = {"Cookie": site.cookies, "Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "text/html"}
    asked = Request(f"http://127.0.0.1:{site.port}/data/upload", body, headers)
    with urlopen(asked, timeout=60) as answer:
        assert "/data/" in answer.url
        assert answer.status == 200


def test_an_answer_that_is_being_read_is_read_to_its_end_when_the_server_is_told_to_stop(site, module_db):
    port = free_port()
    process = start_web(module_db, port, GRID_WEB_WORKERS="1")
    seconds_until_ready(port, 60)
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(60)
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {MUCH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = line.recv(4096)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        while part := line.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    (length,) = (int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length"))
    assert len(body) == length
    assert process.wait(20) == 0


def test_a_port_that_is_taken_is_told_in_one_sentence(site):
    for command in ("web", "serve"):
        done = subprocess.run(
            [sys.executable, "-m", "dashboard", command], cwd=PROJECT, env=os.environ | {"PORT": str(site.port)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert f"端口 {site.port} 已被占用" in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_request_may_take_so_long_to_come():
    for finished, seconds in ((False, HEADER_SECONDS), (True, BODY_SECONDS)):
        asked = SimpleNamespace(begun=0.0, headers_finished=finished)
        assert [_Request.is_late(asked, seconds + more) for more in (-1, 0, 1)] == [False, False, True]


def test_a_script_is_kept_once_whatever_fingerprint_is_asked_for():
    found = {
        script_asked_for(SimpleNamespace(path=MUCH.replace("plotly.min", f"plotly.v{number}m{number:x}.min")))
        for number in range(50)
    }
    assert found == {MUCH}
    assert script_asked_for(SimpleNamespace(path="/api/subjects")) == ""
