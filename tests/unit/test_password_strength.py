"""Passwords that others would try are refused, wherever one is set; those made at random and those of words are not."""

from __future__ import annotations

import time

import pytest

from dashboard.auth.password import LONGEST, SHORTEST, hash_password, new_password, password_matches
from dashboard.auth.password_strength import must_be_strong
from geodata.errors import UserError

OWN = ("zhangwei", "R0001", "张伟", "浑江区", "六道江镇", "监管员")
COMMON, MADE_OF_OWN, LENGTH = (f"account.error.{each}" for each in ("guessable", "own_words", "length"))


def refusal(password: str, *own: str) -> str:
    """Catalogue key of the sentence; "" for a password that is kept."""
    try:
        kept = hash_password(password, *own)
    except UserError as refused:
        return refused.text
    assert password_matches(kept, password)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "123456789012345", "111111111111111", "passwordpassword1", "P@ssw0rd123456789", "qwertyuiopasdfghjkl",
        "abcd1234abcd1234", "woaini1314520woaini", "1314520131452013145", "admin12345678admin", "gongchandang1949101",
        "zhongguo88888888888", "我爱你我爱你我爱你我爱你我爱你我爱你",
    ],
)  # fmt: skip
def test_a_common_one_is_refused(password):
    assert refusal(password) == COMMON


@pytest.mark.parametrize(
    "password",
    [
        "zhangweizhangwei1", "ZhangWei19880808888", "hunjiangqu2026zhangwei", "Zhangwei@HunJiang1",
        "liudaojiangzhen2026", "浑江区六道江镇张伟浑江区六道江镇", "R0001R0001R0001R0001", "jianguanyuan-zhangwei",
    ],
)  # fmt: skip
def test_one_made_of_login_name_post_or_place_is_refused_in_signs_and_in_pinyin(password):
    assert refusal(password, *OWN) == MADE_OF_OWN


@pytest.mark.parametrize(
    "password", ["correct horse battery", "yunduo-qianbi-shuibei", "水杯铅笔窗台云彩喇叭花轮胎石头"]
)
def test_words_that_have_nothing_to_do_with_each_other_are_kept(password):
    assert refusal(password, *OWN) == ""


def test_the_shortest_and_the_longest():
    sentence = "kx7 fpq mzu vbn 3hd"
    assert [refusal(sentence[:long]) for long in (0, SHORTEST - 1, SHORTEST)] == [LENGTH, LENGTH, ""]
    assert [refusal((sentence * 11)[:long]) for long in (LONGEST, LONGEST + 1)] == ["", LENGTH]


def test_a_random_one_is_never_refused():
    for _ in range(200):
        must_be_strong(new_password(), OWN)


def test_no_password_keeps_a_web_thread_for_long():
    """Made-up mixtures of signs that stand for letters take zxcvbn more than a minute at full length."""
    began = time.thread_time()
    hash_password(("@4(<3690!;|1/0$5+7%2" * 10)[:LONGEST])
    assert time.thread_time() - began < 3
