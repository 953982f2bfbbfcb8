"""What a text may hold, at every door alike: rare signs come in whole, signs that only deceive do not."""

from __future__ import annotations

import logging

import pytest

from dashboard.app.log_filter import keep_tokens_out
from etl.kinds.cell_text import clean_text, whole_text
from etl.kinds.cell_types import CODE, TEXT, CellFault
from geodata.attachments.clean_name import clean_name
from geodata.cli.exit_codes import make_terminal
from geodata.errors import UserError
from geodata.file_type import FileType
from geodata.signs.refused_signs import refuse_unfit, refused_sign, show_refused

HONEST = (
    "演\ue5e5南", "演\uf8f0", "\U000f0000村", "㐂𠮷𪚥𰻝𲎯", "\U000323b0", "👩\u200d🌾", "家\u200b村", "نا\u200cم",
    "a\u200fb",
    "葛\U000e0100", "é", "A\nB", "A\tB", "\u2028x", "﷽", "🏴\U000e0067\U000e007f",
)  # fmt: skip
DECEIVING = {
    "a\x00b": "U+0000", "a\x1b[31mb": "U+001B", "a\x07": "U+0007", "a\x7fb": "U+007F", "a\x85b": "U+0085",
    "a\x9bb": "U+009B",
    "a\ud800b": "U+D800", "a\uffffb": "U+FFFF", "a\ufdd0b": "U+FDD0", "a\U0001fffeb": "U+1FFFE", "a\u202eb": "U+202E",
    "a\u2066b": "U+2066",
}  # fmt: skip


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_is_kept_sign_by_sign(text):
    assert refused_sign(text) is None
    assert TEXT.parse(TEXT.clean_cell(f" \ufeff{text}\u3000\r\n")) == text.strip()
    assert show_refused(text) == text


@pytest.mark.parametrize("text", DECEIVING)
def test_a_deceiving_sign_is_named_never_taken_off(text):
    with pytest.raises(CellFault) as told:
        TEXT.parse(TEXT.clean_cell(text))
    assert (told.value.key, told.value.detail) == ("refused_sign", DECEIVING[text])
    with pytest.raises(UserError, match="U"):
        refuse_unfit(["honest", text])
    assert refused_sign(show_refused(text)) is None


def test_a_code_is_what_is_seen_of_it():
    assert CODE.parse(CODE.clean_cell("S\u200b00\u200f01\x07")) == "S0001"
    assert clean_text("\u200b\u200f") == whole_text("\u200b\u200f") == ""
    assert whole_text("甲\r\n乙\r丙") == "甲\n乙\n丙"


@pytest.mark.parametrize(
    ("said", "kept"),
    [("演\ue5e5👩\u200d🌾$[red]{{7}}.pdf",) * 2, ("a\u200fb\x07.pdf", "ab.pdf"), ("<!--<script>.pdf", "!--script.pdf")],
)
def test_the_name_of_an_attached_file_keeps_what_is_honest(said, kept):
    assert clean_name(said, FileType.PDF) == kept


def test_a_log_says_one_thing_on_one_line(caplog):
    keep_tokens_out()
    log = logging.getLogger("grid")
    name = "甲\n2026-01-01 ERROR all is lost\r\x1b[2J\u202e\u2028"
    log.warning("%s is loaded", name)
    try:
        raise ValueError(name)
    except ValueError:
        log.exception("told")
    lines = caplog.text.splitlines()
    assert not [line for line in lines if line.startswith("2026")]
    assert not {"\x1b", "\u202e", "\u2028"} & set(caplog.text)
    assert r"甲\n2026-01-01 ERROR all is lost\r\x1b[2J\u202e\u2028 is loaded" in caplog.text


def test_a_terminal_shows_signs_that_would_move_or_turn_it():
    screen = make_terminal()
    with screen.capture() as told:
        screen.print("甲\x1b]0;x\x07\u202e乙\r丙", style="red")
    assert r"甲\x1b]0;x\u202e乙" in told.get().replace(r"\x07", "")
    assert "\u202e" not in told.get()
