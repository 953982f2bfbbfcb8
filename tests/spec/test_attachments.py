"""Attachments of visits and work items: what is taken, what a photograph tells, who attaches, how long they stay."""

from __future__ import annotations

import io
import random
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy import text

from geodata.attachments.attachment_acts import add_attachments
from geodata.attachments.attachment_list import Owner, list_attachments
from geodata.attachments.attachment_store import open_store
from geodata.attachments.received_file import receive_file
from geodata.errors import UserError
from geodata.integrity.run_checks import run_checks
from geodata.settings import Settings
from tests.attached_files import (
    HEIC,
    HTML,
    LAT,
    LON,
    PDF,
    SVG,
    archive,
    commented,
    hidden_in_photo,
    photo,
    pixel_bomb,
)
from tests.spec.looking import DAY, unlocate
from tests.spec.test_access import allowed
from tests.visitors import add_accounts

MB = 2**20
KINDS = {
    "JPEG": photo(), "PNG": photo("PNG"), "WebP": photo("WEBP"), "PDF": PDF,
    "no bytes": b"", "text": "巡查记录".encode(), "HTML": HTML, "SVG": SVG, "GIF": b"GIF89a" + bytes(40), "HEIC": HEIC,
    "ZIP": archive(), "ZIP bomb": archive(50 * MB), "program": b"\x7fELF" + bytes(64), "pixel bomb": pixel_bomb(),
    "half a JPEG": photo(size=(1200, 900))[:3000], "half a PNG": photo("PNG")[:200], "half a PDF": PDF[:40],
    "JPEG with a ZIP": hidden_in_photo(archive()), "PDF with a ZIP": PDF + archive(),
    "JPEG that begins a page": commented(HTML), "PDF in a JPEG": commented(PDF), "3 MB": photo() + bytes(3 * MB),
}  # fmt: skip
"""Content → bytes."""


def taken_in(tmp_path, content: bytes, name: str, *, mb: int = 2, strip: bool = False) -> str:
    """The name and type under which a file is taken, or the key of the sentence that refuses it."""
    try:
        with receive_file(io.BytesIO(content), name, tmp_path / "incoming", mb * MB, strip=strip) as file:
            return f"{file.name} · {file.file_type}"
    except UserError as refused:
        assert list((tmp_path / "incoming").iterdir()) == [], "nothing stays behind"
        return refused.text.rpartition(".")[2]


@pytest.mark.parametrize(("content", "name", "found"), [
    ("JPEG", "大棚.jpg", "大棚.jpg · jpeg"),
    ("JPEG", "a.JPEG", "a.jpeg · jpeg"),
    ("JPEG", "a.png", "a.png.jpg · jpeg"),
    ("JPEG", "a.html", "a.html.jpg · jpeg"),
    ("JPEG", "a", "a.jpg · jpeg"),
    ("PNG", "a.png", "a.png · png"),
    ("WebP", "a.webp", "a.webp · webp"),
    ("PDF", "整改通知书.pdf", "整改通知书.pdf · pdf"),
    ("PDF", "a.jpg", "a.jpg.pdf · pdf"),
    ("JPEG", "../../etc/passwd", "passwd.jpg · jpeg"),
    ("JPEG", "C:\\照片\\a.jpg", "a.jpg · jpeg"),
    ("JPEG", "a\x00\r\n\x1b.jpg", "a.jpg · jpeg"),
    ("JPEG", "a\u202egpj.exe", "agpj.exe.jpg · jpeg"),
    ("JPEG", "", "file.jpg · jpeg"),
    ("JPEG", "...", "file.jpg · jpeg"),
    ("JPEG", "长" * 300 + ".jpg", "长" * 116 + ".jpg · jpeg"),
    ("no bytes", "a.jpg", "empty"),
    ("text", "a.jpg", "type"),
    ("HTML", "a.jpg", "type"),
    ("SVG", "a.jpg", "type"),
    ("GIF", "a.gif", "type"),
    ("ZIP", "a.jpg", "type"),
    ("ZIP bomb", "a.jpg", "type"),
    ("program", "a.pdf", "type"),
    ("HEIC", "IMG_1.HEIC", "heic"),
    ("HEIC", "IMG_1.jpg", "heic"),
    ("JPEG with a ZIP", "a.jpg", "two_kinds"),
    ("PDF with a ZIP", "a.pdf", "two_kinds"),
    ("JPEG that begins a page", "a.jpg", "two_kinds"),
    ("PDF in a JPEG", "a.jpg", "two_kinds"),
    ("half a JPEG", "a.jpg", "damaged"),
    ("half a PNG", "a.png", "damaged"),
    ("half a PDF", "a.pdf", "damaged"),
    ("pixel bomb", "a.png", "pixels"),
    ("3 MB", "a.jpg", "too_large"),
])  # fmt: skip
def test_what_a_file_is_follows_from_its_content(tmp_path, content, name, found):
    """By content, name and size each is taken, with the ending of its type, or refused with one sentence."""
    assert taken_in(tmp_path, KINDS[content], name) == found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_with_any_byte_changed_is_taken_or_refused_in_a_sentence(tmp_path, kind):
    """Cut short or with up to twenty bytes overwritten, also among its notes: never an error of the program."""
    whole = photo(kind, size=(200, 150))
    for seed in range(40):
        chance = random.Random(seed)
        changed = bytearray(whole[: chance.choice((len(whole), chance.randrange(20, len(whole))))])
        for _ in range(chance.choice((1, 3, 20))):
            changed[chance.randrange(min(len(changed), chance.choice((60, 600, 10**6))))] = chance.randrange(256)
        assert taken_in(tmp_path, bytes(changed), "a", strip=bool(seed % 2))


@pytest.mark.parametrize(("kind", "mode"), [
    ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "1"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "I;16"), ("WEBP", "RGBA"),
])  # fmt: skip
def test_photographs_of_any_colours_are_taken(tmp_path, kind, mode):
    """Grey, printers' colours, scans in black and white, see-through ones; also made silent."""
    kept = io.BytesIO()
    Image.new(mode, (50, 30)).save(kept, kind)
    assert {taken_in(tmp_path, kept.getvalue(), "a", strip=strip) for strip in (False, True)} == {
        f"a.{'jpg' if kind == 'JPEG' else kind.lower()} · {kind.lower()}"
    }


def told(tmp_path, content: bytes, *, strip: bool = False):
    with receive_file(io.BytesIO(content), "a.jpg", tmp_path, MB, strip=strip) as file:
        return file, file.path.read_bytes(), file.thumb.read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_tells_its_place_and_time(tmp_path, kind):
    """The place as its receiver gave it; a time without a zone is the district's."""
    file, kept, small = told(tmp_path, photo(kind))
    assert (round(file.told.lon, 5), round(file.told.lat, 5)) == (LON, LAT)
    assert file.told.taken_at == datetime.fromisoformat("2026-03-01T09:30:00+08:00")
    assert kept == photo(kind), "what was sent is kept as it was sent"
    assert not Image.open(io.BytesIO(small)).getexif()


def test_a_photograph_may_tell_its_zone(tmp_path):
    file, *_ = told(tmp_path, photo(offset="+09:00"))
    assert file.told.taken_at == datetime.fromisoformat("2026-03-01T08:30:00+08:00")


@pytest.mark.parametrize("content", [
    photo(told=False), photo(lon=0, lat=0), photo(taken="0000-00-00 00:00:00", lat=99),
    photo(told=False)[:2] + b"\xff\xe1\x00\x10Exif\x00\x00MM\x00*\xff\xff\xff\xff" + photo(told=False)[2:],
])  # fmt: skip
def test_what_cannot_be_read_is_not_told(tmp_path, content):
    """No EXIF, a receiver that saw nothing, a latitude there is none of, bytes that only begin like one."""
    file, *_ = told(tmp_path, content)
    assert file.told.lon is None
    assert file.told.lat is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_time_are_taken_out_when_asked(tmp_path, kind):
    """Neither the file nor the entry knows them then, nor what took it; nothing hides behind its end."""
    file, kept, _ = told(tmp_path, photo(kind) + (b"GPS" * 100 if kind == "JPEG" else b""), strip=True)
    assert file.is_stripped
    assert (file.told.lon, file.told.lat, file.told.taken_at) == (None, None, None)
    for sign in (b"Exif", b"EXIF", b"eXIf", b"Phone", b"GPS", b"2026:03:01"):
        assert sign not in kept
    assert Image.open(io.BytesIO(kept)).format == kind


@pytest.mark.parametrize("strip", [False, True])
def test_it_is_shown_as_it_was_held(tmp_path, strip):
    """Taken upright it lies on its side in the file, with a note which way is up: the note goes, the way stays."""
    _, kept, small = told(tmp_path, photo(turned=6), strip=strip)
    shown = Image.open(io.BytesIO(small)).convert("RGB")
    assert (shown.width, shown.height) == (240, 320)
    red, _, blue = shown.getpixel((120, 20))
    assert red > blue, "what was left in the file is on top"
    if strip:
        assert Image.open(io.BytesIO(kept)).size == (480, 640)


def attached(world, login: str, owner: Owner) -> bool:
    statement = (
        "INSERT INTO grid.attachment (visit_no, item_no, file_name, file_sha256, file_type, size_bytes, is_stripped)"
        " VALUES (:visit, :item, 'a.jpg', :sha, 'jpeg', 1, false)"
    )
    return allowed(world, login, statement, visit=owner.visit_no, item=owner.item_no, sha="0" * 64)


@pytest.fixture
def furnished(world):
    world.visits(
        "visit | subject | on | by | role | kind\n"
        "p1 | S1 | 2026-02-01 | As1 | assistant | patrol\n"
        "c1 | S1 | 2026-02-02 | Su1 | supervisor | recheck\n"
        "p4 | S4 | 2026-02-01 | Su2 | supervisor | patrol"
    )
    add_accounts(world)
    for subject in ("S1", "S4"):
        unlocate(world, subject)
    run_checks(world.db, DAY)
    return world


def item_of(world, unit: str) -> str:
    asked = "SELECT min(item_no) FROM grid.work_item WHERE unit_code = :unit AND check_key = 'subject_without_point'"
    return str(world.db.execute(text(asked), {"unit": unit}).scalar_one())


def test_who_attaches_is_who_writes_what_it_is_attached_to(furnished):
    """The section everywhere, a station in its town, an assistant on own patrols; at items whoever mends the grid."""
    owners = {
        "own patrol": Owner(visit_no="p1"), "check": Owner(visit_no="c1"), "other town": Owner(visit_no="p4"),
        "item": Owner(item_no=item_of(furnished, "V1")), "other item": Owner(item_no=item_of(furnished, "V3")),
        "none": Owner(visit_no="no"),
    }  # fmt: skip
    found = {
        login: {name for name, owner in owners.items() if attached(furnished, login, owner)}
        for login in ("qin", "hu1", "su1", "as1", "as3", "hu2", "da", "lin", "ad", "")
    }
    visits, items = {"own patrol", "check"}, {"item"}
    assert found == {
        "qin": {*owners} - {"none"}, "hu1": visits | items, "su1": visits, "as1": {"own patrol"}, "as3": set(),
        "hu2": {"other town", "other item"}, "da": {"item", "other item"}, "lin": set(), "ad": set(), "": set(),
    }  # fmt: skip


def keep(world, tmp_path, owner: Owner, content: bytes, *, days_ago: int = 0) -> int:
    store = open_store(Settings(home=tmp_path))
    with receive_file(io.BytesIO(content), "a.jpg", store.incoming, MB) as file:
        world.db.execute(text("SELECT grid.take_on('qin', '')"))
        world.db.execute(text("SET LOCAL ROLE grid_app"))
        (number,) = add_attachments(world.db, store, owner, [file])
        world.db.execute(text("RESET ROLE"))
    # the trail of a test's own making is none of the rule
    world.db.execute(text("UPDATE grid.attachment SET added_at = added_at - make_interval(days => :d),"
                          " taken_at = taken_at - make_interval(days => :d) WHERE attachment_no = :n"),
                     {"d": days_ago, "n": number})  # fmt: skip
    return number


def test_they_are_kept_as_long_as_the_rule_says(furnished, tmp_path):
    """1096 days by the proposed rule; what hangs on a fault nobody has mended stays until it is."""
    old, new, open_item = (
        keep(furnished, tmp_path, owner, photo(tint=40 * tint), days_ago=days)
        for tint, (owner, days) in enumerate(
            [
                (Owner(visit_no="p1"), 1097),
                (Owner(visit_no="p1"), 1095),
                (Owner(item_no=item_of(furnished, "V1")), 2000),
            ]
        )
    )
    assert furnished.db.execute(text("SELECT grid.forget_old_attachments()")).scalar_one() == 1
    left = set(furnished.db.execute(text("SELECT attachment_no FROM grid.attachment")).scalars())
    assert left == {new, open_item}
    trail = "SELECT row_key FROM grid.audit WHERE table_name = 'attachment' AND action = 'delete'"
    assert furnished.db.execute(text(trail)).scalars().all() == [str(old)]
    furnished.db.execute(text("UPDATE grid.work_item SET state = 'accepted', reason = 'x',"
                              " open_days = datemultirange(daterange('2020-01-01', '2020-02-01'))"))  # fmt: skip
    assert furnished.db.execute(text("SELECT grid.forget_old_attachments()")).scalar_one() == 1


def test_a_time_to_come_is_not_told(furnished, tmp_path):
    """A camera whose clock is ahead has taken no photograph in the future."""
    keep(furnished, tmp_path, Owner(visit_no="p1"), photo(taken="2099-01-01 00:00:00"))
    (found,) = list_attachments(furnished.db, Owner(visit_no="p1"))
    assert found.taken_at is None
    assert (round(found.lon, 5), round(found.lat, 5)) == (LON, LAT)


@pytest.mark.parametrize(("column", "value"), [
    ("file_sha256", "'0'"), ("file_sha256", "repeat('G', 64)"), ("size_bytes", "0"), ("size_bytes", "209715201"),
    ("file_type", "'svg'"), ("file_name", "''"), ("file_name", "'a/b'"), ("file_name", "E'a\\\\\\\\b'"),
    ("file_name", "E'a\\u202eb'"), ("file_name", "E'a\\nb'"), ("taken_at", "now() + interval '1 hour'"),
    ("visit_no", "NULL"), ("point", "NULL"), ("is_stripped", "true"),
])  # fmt: skip
def test_the_database_refuses_what_no_attachment_is(furnished, tmp_path, column, value):
    """Whatever a program may send: no other form of hash, no size beyond the limit, no other type, no second owner."""
    keep(furnished, tmp_path, Owner(visit_no="p1"), photo())
    with pytest.raises(Exception, match="ck_attachment"), furnished.db.begin_nested():
        furnished.db.execute(text(f"UPDATE grid.attachment SET {column} = {value}"))
