"""Whether a password is one that others would try: a common one, a pattern of keys or dates, or made of the own names.

NIST SP 800-63B-4 (3.1.1.2) asks for 15 characters where there is no second factor, for no mixture of signs, and for a
look at what is common or follows from the account; zxcvbn looks, offline. What is common in Chinese stands in
``common_words.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from geodata.errors import UserError

LOOKED_AT = 24
"""How many signs are looked at: the time it takes grows with the square, made-up mixtures take seconds beyond that."""
STRONG_ENOUGH = 3
"""Of 4: more than 10^8 guesses, for the whole and for what is left when names and common words are taken out."""
_KNOWN = tomllib.loads(Path(__file__).with_name("common_words.toml").read_text(encoding="utf-8"))


_KIND_OF_PLACE = re.compile(f"(?:{'|'.join(_KNOWN['kinds_of_place'])})$")


def must_be_strong(password: str, own_words: Iterable[str]) -> None:
    """Refuse a password that others would try.

    Parameters
    ----------
    password
        Of any length; its first 24 signs count.
    own_words
        The login, the name, units of the account: what somebody who knows it would try first; Chinese words count in
        pinyin too.

    Raises
    ------
    UserError
        In one sentence: it is made of the own words, or is common or easily guessed.
    """
    own = _with_pinyin(own_words)
    looked, left = password[:LOOKED_AT].lower(), password[:LOOKED_AT].lower()
    for each in sorted({*own, *_KNOWN["words"]}, key=len, reverse=True):
        left = left.replace(each, "")
    if _is_strong(looked) and (left == looked or _is_strong(left)):
        return
    raise UserError("account.error.own_words" if any(each in looked for each in own) else "account.error.guessable")


def _is_strong(text: str) -> bool:
    return text != "" and zxcvbn(text)["score"] >= STRONG_ENOUGH


def _with_pinyin(words: Iterable[str]) -> list[str]:
    """In small letters; a single Chinese sign or two letters are in too many innocent words."""
    said = [each.strip().lower() for each in words]
    plain = [*said, *(_KIND_OF_PLACE.sub("", each) for each in said)]
    every = {each for each in plain if len(each) > 1} | {"".join(lazy_pinyin(each)) for each in plain}
    return [each for each in every if len(each) > 2 or not each.isascii()]
