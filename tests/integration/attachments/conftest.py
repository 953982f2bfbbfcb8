"""An office with attachments, and an installation as it is before its first start."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from etl.mapping.mapping_file import shipped_mappings
from geodata.attachments.attachment_acts import add_attachments
from geodata.attachments.attachment_list import Owner
from geodata.attachments.attachment_store import AttachmentStore, open_store
from geodata.attachments.received_file import receive_file
from geodata.backup.home_files import KEY, MAPPINGS
from geodata.database.scope import Scope, write_transaction
from geodata.settings import Settings
from tests.attached_files import PDF, photo


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / KEY).write_text("a key")
    (tmp_path / "home" / MAPPINGS).mkdir()
    shutil.copy(shipped_mappings()["datav"], tmp_path / "home" / MAPPINGS / "鱼塘.toml")
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> AttachmentStore:
    return open_store(Settings(home=home))


@pytest.fixture
def furnished(loaded: Engine, store: AttachmentStore) -> Engine:
    """The small office with three attachments, two of them one file."""
    with loaded.begin() as db:
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('r2', 'R2')"))
        db.execute(text("UPDATE grid.post SET role = 'section_head' WHERE person_no = 'R2'"))
    for visit, body in (("V1", photo()), ("V2", photo()), ("V1", PDF)):
        with (
            receive_file(io.BytesIO(body), "a", store.incoming, 2**20) as file,
            write_transaction(loaded, Scope("r2")) as db,
        ):
            add_attachments(db, store, Owner(visit_no=visit), [file])
    return loaded


@pytest.fixture
def bare(new_database: Callable[..., Iterator[Engine]], cluster_url: str) -> Iterator[Engine]:
    """A database with the extensions and no tables, as a first start finds it."""
    database = new_database()
    engine = next(database)
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA grid CASCADE"))
        db.execute(text("DROP SCHEMA grid_queue, public_board CASCADE"))
    yield engine
    next(database, None)
