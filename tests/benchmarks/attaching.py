"""Attachments in and out, against copying the same bytes as safely: two megabytes each, as a phone's photograph has."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from geodata import embedded
from geodata.attachments.attachment_acts import add_attachments
from geodata.attachments.attachment_list import Owner, get_attachment
from geodata.attachments.attachment_store import AttachmentStore, open_store
from geodata.attachments.received_file import CHUNK_BYTES, receive_file
from geodata.database.engine import make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.settings import Settings
from tests.attached_files import noisy_photo
from tests.benchmarks.process import command
from tests.benchmarks.table import Row
from tests.builders import small_world
from tests.visitors import add_accounts

FILES, SIZE, PHOTOS = 1_000, 2 * 2**20, 20


def rows(home: Path) -> Iterator[Row]:
    """Measure in ``home``, which is removed by the caller."""
    command(home, "geodata", "up")
    try:
        engine = make_engine(embedded.start_cluster(home))
        yield from _measured(engine, open_store(Settings(home=home)), home)
        engine.dispose()
    finally:
        embedded.stop_cluster(home)


def _measured(engine: Engine, store: AttachmentStore, home: Path) -> Iterator[Row]:
    with write_transaction(engine) as db:
        world = small_world(db)
        world.visits("visit | subject | on | by | role\np1 | S1 | 2026-02-01 | As1 | assistant")
        add_accounts(world)
    bodies = [_document(number) for number in range(FILES)]
    (home / "copied").mkdir()
    # copied in tens and attached in tens, in turn: whatever else the disk does meets both alike
    copied_in = copied_out = came = went = 0.0
    for first in range(0, FILES, 10):
        copied_in += _timed(lambda part=bodies[first : first + 10], at=first: _copy_in(part, home / "copied", at))
        came += _timed(lambda part=bodies[first : first + 10]: _attach(engine, store, part))
    with engine.connect() as db:
        numbers = list(db.execute(text("SELECT attachment_no FROM grid.attachment ORDER BY 1")).scalars())
    for first in range(0, FILES, 10):
        copied_out += _timed(lambda at=first: _copy_out(home / "copied", at))
        went += _timed(lambda part=numbers[first : first + 10]: _hand_out(engine, store, part, home / "copied"))
    yield Row(f"{FILES:,} attachments of 2 MB in, against copying", copied_in / came, "×", 0.3, more_is_better=True)
    yield Row(f"{FILES:,} attachments of 2 MB out, against copying", copied_out / went, "×", 0.3, more_is_better=True)
    photos = [noisy_photo((2300, 1700), seed) for seed in range(PHOTOS)]
    seconds = _timed(lambda: _attach(engine, store, photos))
    size = sum(map(len, photos)) / PHOTOS / 2**20
    yield Row(f"a photograph of {size:.1f} MB looked at, made small and kept", seconds / PHOTOS, "s")
    with read_transaction(engine) as db:
        assert db.execute(text("SELECT count(*) FROM grid.attachment")).scalar_one() == FILES + PHOTOS


def _document(number: int) -> bytes:
    return b"%PDF-1.4\n" + os.urandom(16) * ((SIZE - 64) // 16) + b"%d\n%%%%EOF\n" % number


def _timed(act: object) -> float:
    begun = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - begun


def _copy_in(bodies: list[bytes], folder: Path, first: int) -> None:
    """Written, brought to the disk and renamed, as anything is that must not be lost."""
    for number, body in enumerate(bodies, first):
        draft = folder / f"{number}.new"
        with draft.open("wb") as file:
            shutil.copyfileobj(io.BytesIO(body), file, CHUNK_BYTES)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / str(number))
        there = os.open(folder, os.O_RDONLY)
        os.fsync(there)
        os.close(there)


def _copy_out(folder: Path, first: int) -> None:
    for number in range(first, first + 10):
        with (folder / str(number)).open("rb") as file, (folder / "out").open("wb") as sink:
            shutil.copyfileobj(file, sink, CHUNK_BYTES)


def _attach(engine: Engine, store: AttachmentStore, bodies: list[bytes]) -> None:
    for body in bodies:
        with (
            receive_file(io.BytesIO(body), "a", store.incoming, 20 * 2**20) as file,
            write_transaction(engine, Scope("qin")) as db,
        ):
            add_attachments(db, store, Owner(visit_no="p1"), [file])


def _hand_out(engine: Engine, store: AttachmentStore, numbers: list[int], folder: Path) -> None:
    """Each asked for by itself, with the scope of who asks, as an address is."""
    for number in numbers:
        with read_transaction(engine, Scope("qin")) as db:
            found = get_attachment(db, number)
        with store.open_file(found.file_sha256) as file, (folder / "out").open("wb") as sink:
            shutil.copyfileobj(file, sink, CHUNK_BYTES)
