"""The store of attachments: a folder of home, or an S3-compatible store on this machine, alike to all that use it."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from moto.server import ThreadedMotoServer
from sqlalchemy import Engine, text

from geodata.attachments.attachment_acts import add_attachments
from geodata.attachments.attachment_list import Owner
from geodata.attachments.attachment_store import THUMB, AttachmentStore, open_store
from geodata.attachments.received_file import receive_file
from geodata.attachments.tidy_attachments import UNNAMED_SECONDS, tidy_attachments
from geodata.database.scope import Scope, take_on_scope, write_transaction
from geodata.errors import NotFound, SetupError
from geodata.settings import Settings
from tests.attached_files import PDF, photo
from tests.builders import small_world
from tests.visitors import add_accounts

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Address of an S3-compatible server of this machine with a bucket ``office``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def bucket_settings(home: Path, endpoint: str) -> Settings:
    return Settings(
        home=home,
        attachments_url="s3://office/grid",
        attachments_s3_endpoint=endpoint,
        attachments_s3_key="key",
        attachments_s3_secret="secret",
    )


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> AttachmentStore:
    if request.param == "folder":
        return open_store(Settings(home=tmp_path))
    endpoint = request.getfixturevalue("endpoint")
    requests.post(f"{endpoint}/moto-api/reset", timeout=10).raise_for_status()
    requests.put(f"{endpoint}/office", timeout=10).raise_for_status()
    return open_store(bucket_settings(tmp_path, endpoint))


def keep(store: AttachmentStore, body: bytes) -> str:
    with receive_file(io.BytesIO(body), "a.jpg", store.incoming, 2**20) as file:
        if file.thumb:
            store.keep_file(file.thumb, file.sha256 + THUMB)
        store.keep_file(file.path, file.sha256)
        return file.sha256


def test_what_is_kept_comes_back_and_stands_once(store):
    first, again = keep(store, photo()), keep(store, photo())
    assert first == again
    assert {each.name for each in store.list_files()} == {first, first + THUMB}
    with store.open_file(first) as file:
        assert file.read() == photo()
    assert list(store.incoming.iterdir()) == []


def test_what_is_not_there_is_a_sentence(store):
    with pytest.raises(NotFound):
        store.open_file("0" * 64)
    store.remove_file("0" * 64)
    name = keep(store, PDF)
    store.remove_file(name)
    assert list(store.list_files()) == []


def test_files_of_the_folder_are_for_the_program_alone(tmp_path):
    store = open_store(Settings(home=tmp_path))
    keep(store, PDF)
    assert {
        oct(folder.stat().st_mode & 0o777) for folder in (tmp_path / "attachments").rglob("*") if folder.is_dir()
    } == {"0o700"}


def test_a_store_that_gives_no_answer_is_a_sentence(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = open_store(bucket_settings(tmp_path, f"http://127.0.0.1:{port}"))
    for act in (lambda: keep(store, PDF), lambda: list(store.list_files())):
        with pytest.raises(SetupError) as told:
            act()
        assert told.value.text == "attachment.error.store"


def test_a_bucket_without_its_endpoint_is_refused(tmp_path):
    with pytest.raises(SetupError):
        open_store(Settings(home=tmp_path, attachments_url="s3://office/grid", attachments_s3_key="k"))


def test_the_client_of_buckets_is_imported_where_one_is_set_only():
    """It takes half a second of every start, and brings what could ask other machines."""
    code = (
        "import sys; from dashboard.app.create_app import create_app; from geodata.settings import settings;"
        "from geodata.attachments.attachment_store import open_store; open_store(settings());"
        "sys.exit(str({'s3fs', 'botocore', 'aiobotocore', 'aiohttp'} & {*sys.modules} or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


@pytest.fixture
def grid(empty_db: Engine) -> Engine:
    with write_transaction(empty_db) as db:
        world = small_world(db)
        world.visits("visit | subject | on | by | role\np1 | S1 | 2026-02-01 | As1 | assistant")
        add_accounts(world)
    return empty_db


@pytest.fixture
def attach(grid: Engine, store: AttachmentStore) -> Callable[[bytes], int]:
    def add(body: bytes) -> int:
        with (
            receive_file(io.BytesIO(body), "a.jpg", store.incoming, 2**20) as file,
            write_transaction(grid, Scope("qin")) as db,
        ):
            return add_attachments(db, store, Owner(visit_no="p1"), [file])[0]

    return add


def test_bytes_lie_there_before_the_row_and_a_row_undone_leaves_them(grid, store):
    """Interrupted in between, an attachment is bytes that no row names; tidied once they are a day old."""
    with receive_file(io.BytesIO(photo()), "a.jpg", store.incoming, 2**20) as file, grid.connect() as db:
        take_on_scope(db, Scope("qin"))
        add_attachments(db, store, Owner(visit_no="p1"), [file])
        db.rollback()
    assert len(list(store.list_files())) == 2
    with grid.connect() as db:
        assert db.execute(text("SELECT count(*) FROM grid.attachment")).scalar_one() == 0


def make_old(store: AttachmentStore) -> None:
    for file in Path(store.root).rglob("*"):
        os.utime(file, (0, file.stat().st_mtime - UNNAMED_SECONDS - 60))


def test_what_is_tidied_and_what_is_attached_meanwhile_never_cross(grid, tmp_path):
    """The same old photograph is attached again in the moment its bytes would go: row and bytes are both there."""
    store = open_store(Settings(home=tmp_path))
    name = keep(store, photo())
    make_old(store)
    with receive_file(io.BytesIO(photo()), "a.jpg", store.incoming, 2**20) as file:
        with write_transaction(grid, Scope("qin")) as db:
            add_attachments(db, store, Owner(visit_no="p1"), [file])
            make_old(store)
            found: list[int] = []
            tidying = threading.Thread(target=lambda: found.append(tidy_attachments(grid.begin, store).files))
            tidying.start()
            tidying.join(1)
            assert tidying.is_alive(), "it waits for the row"
        tidying.join()
    assert found == [0]
    with store.open_file(name) as kept:
        assert kept.read() == photo()


def test_tidying_takes_from_every_store(grid, store, attach, monkeypatch):
    attach(photo())
    keep(store, photo(tint=90))
    monkeypatch.setattr("geodata.attachments.tidy_attachments.UNNAMED_SECONDS", -60)
    assert tidy_attachments(grid.begin, store).files == 2
    assert len(list(store.list_files())) == 2


def test_the_worker_tidies_by_itself(grid, tmp_path):
    """At its start, and every hour: a file of a day ago that no entry names is gone."""
    store = open_store(Settings(home=tmp_path))
    keep(store, PDF)
    make_old(store)
    url = grid.url.render_as_string(hide_password=False)
    known = os.environ | {"GRID_DATABASE_URL": url, "GRID_HOME": str(tmp_path)}
    worker = subprocess.Popen([sys.executable, "-m", "dashboard", "worker"], cwd=PROJECT, env=known)
    try:
        until = time.monotonic() + 60
        while list(store.list_files()) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(20)
    assert list(store.list_files()) == []
