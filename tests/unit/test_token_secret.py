"""A token is known by its beginning, however it is written, and is struck out of every line."""

from __future__ import annotations

import base64
import logging
import re
from urllib.parse import quote

import pytest

from dashboard.app.log_filter import keep_tokens_out
from geodata.accounts.token_secret import PREFIX, find_secrets, hash_secret, new_secret, strike_secrets

SECRET = PREFIX + "0123456789abcdef" * 3
EVERY_SIGN = "".join(f"%{ord(sign):02x}" for sign in SECRET)


def basic(said: str) -> str:
    return base64.b64encode(said.encode()).decode()


def test_a_token_is_drawn_at_random_and_has_192_bits():
    drawn = {new_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert all(re.fullmatch(r"grid_[0-9a-f]{48}", each) for each in drawn)
    assert re.fullmatch(r"[0-9a-f]{64}", hash_secret(SECRET))
    assert hash_secret(SECRET) != hash_secret(SECRET.upper())
    assert hash_secret("\ud800x")


WRITTEN = {
    "plain": SECRET, "in an address": f"GET /api/x?token={SECRET}&a=1", "percent": f"/x?t={EVERY_SIGN}",
    "percent twice": f"/x?t={quote(EVERY_SIGN)}", "percent thrice": quote(quote(EVERY_SIGN)),
    "half": SECRET[:30], "upper case": SECRET.upper(), "glued": f"x{SECRET}y", "a header": f"Bearer {SECRET}",
}  # fmt: skip


@pytest.mark.parametrize("how", WRITTEN)
def test_it_is_found_and_struck_however_it_is_written(how):
    text = f"before {WRITTEN[how]} after"
    assert find_secrets(text)
    struck = strike_secrets(text)
    assert find_secrets(struck) == set()
    assert struck.startswith("before ")
    assert struck.endswith(" after")


@pytest.mark.parametrize("said", [f":{SECRET}", f"lin:{SECRET}", f"{SECRET}:", f"zhang:{SECRET}"])
@pytest.mark.parametrize("end", ["", "="])
def test_basic_credentials_are_struck_where_a_token_is_in_them(said, end):
    coded = basic(said).rstrip("=") + end
    assert coded.rstrip("=") not in strike_secrets(f"Invalid header: Authorization : Basic {coded} x")


@pytest.mark.parametrize(
    "text",
    ["grid_clean", "grid_app", "grid_decade", "100% of 50%zz", "a basic question of information",
     "/api/subjects?unit=V1", f"Basic {basic('lin:a password')}", "", "%", "一村"],
)  # fmt: skip
def test_every_other_text_stays_as_it_is(text):
    assert find_secrets(text) == set()
    assert strike_secrets(text) == text


def test_no_logger_tells_one_however_it_is_told(caplog):
    keep_tokens_out()
    log = logging.getLogger("gunicorn.error")
    log.error("%s %s", "GET", f"/x?t={EVERY_SIGN}")
    log.error(SECRET)
    try:
        raise ValueError(f"no header {SECRET}")
    except ValueError:
        log.exception("Error handling request %s", {"url": SECRET})
    log.info("%(r)s", {"r": f"GET /?{SECRET}"})
    assert len(caplog.records) >= 3
    assert find_secrets(caplog.text) == set()
    assert PREFIX in caplog.text
    assert "ValueError: no header grid_…" in caplog.text
    assert SECRET.startswith(PREFIX)
