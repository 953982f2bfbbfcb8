"""An office that loads, looks and exports through the pages whatever dies meanwhile, and what must hold afterwards."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import requests
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.auth import password
from dashboard.request.job_kinds import discover_jobs
from dashboard.tables.kept_file import FOLDER, PART, find_file
from geodata.database.engine import JOBS, engine_of_role, make_engine
from geodata.database.scope import write_transaction
from geodata.database.upgrade import migrate
from geodata.embedded import cluster_status, start_cluster, stop_cluster
from geodata.jobs.job_tidying import tidy_up
from tests.builders import small_world
from tests.visitors import add_accounts

ROWS = 3000
SUBJECTS = 1505
PATIENCE_S = 120


@dataclass(frozen=True)
class _Password:
    plain: str
    hashed: str


PASSWORD = _Password("correct horse battery", password.hash_password("correct horse battery"))


@contextmanager
def furnished_home(*more: str) -> Iterator[Path]:
    """A home whose private database holds the small world with accounts, and what more statements put there."""
    folder = Path(tempfile.mkdtemp(prefix="grid-office-", dir="/tmp"))
    folder.chmod(0o711)
    engine = make_engine(start_cluster(folder))
    migrate(engine)
    with write_transaction(engine) as db:
        add_accounts(small_world(db))
        for statement in more:
            db.execute(text(statement))
        db.execute(text("UPDATE grid.account SET password_hash = :kept"), {"kept": PASSWORD.hashed})
    engine.dispose()
    try:
        yield folder
    finally:
        stop_cluster(folder)
        shutil.rmtree(folder)


class Office:
    """The steward at a browser, and the owner of the database who looks on."""

    def __init__(self, home: Path, port: int, serve: int) -> None:
        self.home, self.port, self.serve = home, port, serve
        self._cookies: dict[str, str] = {}
        self._engine: Any = None

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    # -- the owner

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """Rows of a statement, as soon as the database answers."""

        def rows() -> list[Any]:
            if self._engine is None:
                url = cluster_status(self.home).url
                assert url is not None, "the database does not run"
                self._engine = make_engine(url)
            with self._engine.connect() as db:
                return list(db.execute(text(sql), values).all())

        return patiently(rows, DBAPIError, AssertionError)

    def number(self, sql: str, **values: Any) -> int:
        """The one number of a statement."""
        return int(self.ask(sql, **values)[0][0])

    def jobs(self, like: str) -> list[Any]:
        """Jobs of a key, oldest first: number, state, outcome."""
        return self.ask("SELECT id, state, outcome FROM grid.job WHERE job_key LIKE :key ORDER BY id", key=like)

    def wait_for_jobs(self) -> None:
        """Until no job is open."""
        until = time.monotonic() + PATIENCE_S
        while left := self.ask("SELECT id, kind, state, attempt_no, step FROM grid.job WHERE ended_at IS NULL"):
            assert time.monotonic() < until, f"never ended: {left}"
            time.sleep(0.1)

    # -- the steward

    def sign_in(self) -> None:
        """Through the form."""
        session = requests.Session()
        session.get(self._address("/sign-in"), timeout=30)
        said = {"login": "da", "password": PASSWORD.plain, "csrf_token": session.cookies["_csrf_token"], "next": "/me"}
        answer = session.post(self._address("/sign-in"), said, timeout=30)
        assert answer.url.endswith("/me"), answer.text
        self._cookies = dict(session.cookies)

    def send(self, name: str) -> str:
        """Upload a file of people; the address of its page."""
        rows = "".join(f"{name}-{row},新示例{row}\n" for row in range(ROWS))
        body = f"人员编号,姓名\nOw1,改名{name}\n{rows}".encode("utf-8-sig")

        def upload() -> str:
            answer = self._post("/data/upload", files={"file": (f"{name}.csv", io.BytesIO(body))})
            return str(answer.headers["Location"])

        return patiently(upload, *NETWORK)

    def look(self, page: str) -> None:
        """Open the page of a file, again and again until it answers: what it would do is found out."""
        patiently(lambda: self._get(page), *NETWORK)

    def load(self, page: str) -> None:
        """Click on load; where no answer comes the person looks whether it was asked for, and clicks again if not."""
        key = f"load_file:{page.rsplit('/', 1)[1]}"

        def click() -> None:
            if not self.jobs(key):
                self._post(f"{page}/load")

        patiently(click, *NETWORK)
        assert self.jobs(key)

    def export(self) -> None:
        """Click on the workbook of subjects, again until an answer comes."""
        patiently(lambda: self._get("/api/subjects?format=xlsx"), *NETWORK)

    def _address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _get(self, path: str) -> requests.Response:
        answer = requests.get(self._address(path), cookies=self._cookies, timeout=30, allow_redirects=False)
        answer.raise_for_status()
        return answer

    def _post(self, path: str, **more: Any) -> requests.Response:
        said = {"csrf_token": self._cookies["_csrf_token"]}
        answer = requests.post(
            self._address(path), said, cookies=self._cookies, timeout=30, allow_redirects=False, **more
        )
        answer.raise_for_status()
        return answer

    # -- what must hold

    def judge_load(self, name: str, page: str) -> None:
        """All of the file or nothing, once, and told as it is; what was not done is done when asked for again."""
        key = f"load_file:{page.rsplit('/', 1)[1]}"
        (_number, state, outcome) = self.jobs(key)[-1]
        assert state in {"done", "failed"}, (state, outcome)
        assert outcome, "told"
        self._whole_or_nothing(name, done=state == "done")
        if state == "failed":
            patiently(lambda: self._post(f"{page}/load"), *NETWORK)
            self.wait_for_jobs()
            assert self.jobs(key)[-1][1] == "done"
            self._whole_or_nothing(name, done=True)

    def _whole_or_nothing(self, name: str, *, done: bool) -> None:
        file = {"file": f"{name}.csv"}
        people = self.number("SELECT count(*) FROM grid.person WHERE person_no LIKE :name", name=f"{name}-%")
        batches = self.number("SELECT count(*) FROM grid.load_batch WHERE file_name = :file", **file)
        closed = self.number(
            "SELECT count(*) FROM grid.load_batch WHERE file_name = :file AND closed_at IS NOT NULL", **file
        )
        noted = self.number(
            "SELECT count(*) FROM grid.audit WHERE table_name = 'person' AND after ->> 'name' = :name",
            name=f"改名{name}",
        )
        expected = (ROWS, 1, 1, 1) if done else (0, 0, 0, 0)
        assert (people, batches, closed, noted) == expected, name

    def judge_look(self, page: str) -> None:
        """What the file would do is shown: the page finds it out again where the job was not done."""
        token = page.rsplit("/", 1)[1]
        for _number, state, outcome in self.jobs(f"preview_file:{token}"):
            assert state in {"done", "failed"}
            assert outcome
        folder = self.home / "uploads" / token
        shown = patiently(lambda: self._get(page).text, *NETWORK)
        self.wait_for_jobs()
        if str(ROWS) not in shown.replace(" ", "").replace(",", ""):  # the data have changed since, or it was not done
            shown = patiently(lambda: self._get(page).text, *NETWORK)
        assert re.search(rf"\b{ROWS}\b", shown.replace(" ", "").replace(",", "")), shown[-4000:]
        assert not (folder / ".preview.json.part").exists()

    def judge_exports(self) -> None:
        """Every workbook that was made is whole and there once; what was not made is told."""
        for number, state, outcome in self.jobs("export_table:%"):
            assert state in {"done", "failed"}
            assert outcome
            found = find_file(self.home, number)
            assert (found is not None) == (state == "done"), number
        number = self.jobs("export_table:%")[-1][0]
        if find_file(self.home, number) is not None:
            answer = patiently(lambda: self._get(f"/jobs/{number}/file"), *NETWORK)
            sheet = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
            assert sum(1 for _row in sheet.values) == SUBJECTS + 1

    def judge_whole(self) -> None:
        """Nothing left over anywhere: in the queue, in folders, in open transactions."""
        worker = engine_of_role(JOBS, cluster_status(self.home).url, pool_size=1)
        tidy_up(worker, discover_jobs(), self.home)
        worker.dispose()
        kept = {folder.name for folder in (self.home / FOLDER).iterdir()}
        done = {str(number) for number, state, _ in self.jobs("export_table:%") if state == "done"}
        assert kept == done
        assert not any(name.endswith(PART) for name in kept)
        until = time.monotonic() + 30  # what the library's worker writes last, it writes after the job is told
        while left := self.ask(_QUEUED):
            assert time.monotonic() < until, left
            time.sleep(0.2)
        twice = "SELECT file_name FROM grid.load_batch GROUP BY file_name HAVING count(*) > 1"
        assert [row for row in self.ask(twice) if row[0].endswith(".csv")] == []


_QUEUED = "SELECT id, status::text FROM grid_queue.procrastinate_jobs WHERE status IN ('todo', 'doing')"
NETWORK = (requests.RequestException, KeyError)


def patiently(act: Callable[[], Any], *faults: type[BaseException]) -> Any:
    """What an act gives, tried again until it goes."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return act()
        except faults:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
