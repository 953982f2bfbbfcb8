"""A3: paper is white and whole: the map with its legend's colours, every row of a list, day and address."""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest
from PIL import Image

from tests.browser.the_map import drawn, until

SHEETS = {"upright": {"format": "A4"}, "across": {"format": "A4", "landscape": True}, "A3": {"format": "A3"}}
ROWS = "() => [...document.querySelectorAll('.ag-center-cols-container .ag-row')].length"


def printed(page, tmp_path, **sheet):
    """The text of the sheets, and each sheet as a picture (red, green, blue of every pixel, small)."""
    file = tmp_path / "page.pdf"
    page.pdf(path=file, **sheet)
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pdftoppm", "-r", "40", "-png", file, tmp_path / "sheet"], check=True)
    return words, sorted(tmp_path.glob("sheet*.png"))


def squeezed(words: str) -> str:
    """Without blanks, which paper sets as it likes."""
    return re.sub(r"[\s\u2009]", "", words)


def shares(file) -> dict[str, float]:
    """How much of a sheet is white, how much dark, and whether anything stands at its right edge."""
    pixels = np.asarray(Image.open(file).convert("RGB")).astype(int)
    bright = pixels.min(axis=2)
    return {
        "white": float((bright > 225).mean()),
        "dark": float((pixels.max(axis=2) < 70).mean()),
        "edge": float((bright[:, -6:] < 200).mean()),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_a03_the_map_page_is_white_and_whole_on_every_sheet(see, tmp_path, sheet, theme):
    page = see(f"/?level=village&theme={theme}")
    drawn(page)
    total = page.locator("#legend .total").inner_text()
    words, sheets = printed(page, tmp_path, **SHEETS[sheet])
    said = shares(sheets[0])
    assert said["white"] > 0.55
    assert said["dark"] < 0.08
    assert said["edge"] == 0, "nothing runs off the sheet"
    for word in ("逾期率", total, "30 % 以上", "截至", "127.0.0.1", "在营主体"):
        assert squeezed(word) in squeezed(words), word
    assert len(set(re.findall(r"(\S+(?:村|社区))\s", words))) >= 95, "the whole ranking"


def test_a03_legend_colours_are_printed(see, tmp_path):
    """Browsers leave out backgrounds unless a page insists."""
    page = see("/?level=town")
    drawn(page)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.legend .swatch')).printColorAdjust") == "exact"


def test_a03_a_list_is_printed_with_all_its_rows_and_heads_on_every_sheet(see, tmp_path):
    page = see("/unit/220602101000")
    until(page, ROWS)
    listed = page.request.get(f"{page.url.split('/unit')[0]}/api/subjects?unit=220602101000").json()["rows"]
    words, sheets = printed(page, tmp_path, format="A4")
    assert len(listed) == 119
    told = squeezed(words)
    assert [row["subject_name"] for row in listed if squeezed(row["subject_name"]) not in told] == []
    assert words.count("应巡查日") >= len(sheets) - 3, "heads are repeated"
    page.wait_for_timeout(200)
    assert page.locator(".print-only").count() == 0, "the screen is as it was"


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a03_the_present_view_is_a_picture(see, kind, begins):
    page = see("/?layer=coverage&level=village&unit=220602101000&only=c4")
    drawn(page)
    page.locator(".moves details:not(.tools-menu) > summary").click()
    with page.expect_download() as waited:
        page.locator(".moves a", has_text=kind.upper()).click()
    file = waited.value
    assert file.suggested_filename.startswith("六道江镇")
    assert file.suggested_filename.endswith(f".{kind}")
    assert file.path().read_bytes().startswith(begins)
