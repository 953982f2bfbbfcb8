"""A rule in words: its name, what it is for, what its value may be, and the value as people write and read it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from geodata.errors import UserError
from geodata.locale import Lang, label_of, read_catalogue, translate
from geodata.rule_kinds import (
    LONGEST_TEXT,
    MOST_ITEMS,
    MOST_SHARES,
    RULE_KINDS,
    RuleKind,
    ScopeKind,
    ValueKind,
)
from geodata.signs.refused_signs import refuse_unfit
from geodata.vocabulary import Risk, SubjectKind, Tier

LISTS = frozenset({ValueKind.WORDS, ValueKind.TEXTS, ValueKind.SHARES})
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%")
_LONGEST = 4000


def rule_name(key: str, lang: Lang | str) -> str:
    """What a rule is called.

    Parameters
    ----------
    key, lang
        Name of a rule; the language wanted.

    Returns
    -------
    words
        Of the catalogue.
    """
    return translate(f"rule.name.{key}", lang)


def scope_name(kind: RuleKind, scope: str, lang: Lang | str) -> str:
    """What a value of a rule is for.

    Parameters
    ----------
    kind, scope, lang
        The rule; one of its scopes; the language wanted.

    Returns
    -------
    words
        Blank for a rule without scopes; the scope itself where the catalogue has no word for it.
    """
    if kind.scope is ScopeKind.TIER:
        return label_of(Tier(scope), lang)
    if kind.scope is ScopeKind.INTERVAL:
        what, _, rest = scope.partition(":")
        word, _, months = rest.partition("@")
        said = label_of(Risk(word) if what == "risk" else SubjectKind(word), lang)
        first, _, last = months.partition("-")
        return translate("rule.season", lang, what=said, first=first, last=last) if months else said
    key = f"layers.layer.{scope}.label" if kind.scope is ScopeKind.LAYER else f"rule.scope.{scope}"
    return translate(key, lang) if key in read_catalogue(Lang(lang)) else scope


def value_note(kind: RuleKind, lang: Lang | str) -> str:
    """What the value of a rule may be, in a sentence.

    Parameters
    ----------
    kind, lang
        The rule; the language wanted.

    Returns
    -------
    sentence
        With its bounds and its unit, or its words.
    """
    unit = translate(f"rule.unit.{kind.unit}", lang) if kind.unit else ""
    said = translate(f"rule.kind.{kind.value}", lang, unit=unit, **_bounds(kind, lang))
    if kind.value is ValueKind.WHOLE and kind.words:
        return translate("rule.kind.or_word", lang, said=said, words=_words(kind, lang))
    return said


def read_value(kind: RuleKind, said: str) -> Any:
    """The value a text says: JSON, or as ``show_value`` shows it in either language.

    Parameters
    ----------
    kind
        The rule.
    said
        A number, a word or its label, a text, or several of them with commas between; a rate may be a percent.

    Returns
    -------
    value
        For JSON; a text that says nothing of the rule's kind stays a text, which the database refuses.

    Raises
    ------
    UserError
        No value is that long, or holds signs that no text has.
    """
    plain = plain_text(said)
    found = _json(plain)
    if kind.value in LISTS:
        parts = found if isinstance(found, list) else [each for each in _parted().split(plain) if each.strip()]
        return [_item(kind, each) for each in parts]
    return _item(kind, plain if kind.value is ValueKind.TEXT and not isinstance(found, str) else found)


def plain_text(said: str) -> str:
    """What somebody wrote, without the blanks around it.

    Parameters
    ----------
    said
        From a form, a file or the command line.

    Returns
    -------
    text
        One the database can hold.

    Raises
    ------
    UserError
        It is too long, or holds a sign that is refused everywhere.
    """
    plain = said.strip()
    refuse_unfit([plain])
    if len(plain) > _LONGEST:
        raise UserError("rule.error.text", said=plain[:60])
    return plain


def show_value(kind: RuleKind, value: Any, lang: Lang | str) -> str:
    """A value as people read it; ``read_value`` reads it back.

    Parameters
    ----------
    kind, value, lang
        The rule; a value it may have; the language wanted.

    Returns
    -------
    text
        Lists with commas, words by their labels, rates in percent.
    """
    if not isinstance(value, list):
        return _shown(kind, value, lang)
    parts = [_shown(kind, each, lang) for each in value]
    if any(_parted().search(each) for each in parts):
        return json.dumps(value, ensure_ascii=False)
    return translate("list.comma", lang).join(parts)


def value_refusal(kind: RuleKind, fault: str, said: str) -> UserError:
    """The sentence for a value that cannot be.

    Parameters
    ----------
    kind
        The rule.
    fault
        What ``grid.rule_fault`` says.
    said
        The value as it was said.

    Returns
    -------
    refusal
        To be raised.
    """
    lists = MOST_SHARES if kind.value is ValueKind.SHARES else MOST_ITEMS
    return UserError(f"rule.error.{fault}", said=said[:60], items=lists, longest=LONGEST_TEXT, **_bounds(kind, None))


def find_kind(key: str) -> RuleKind:
    """The rule of a name, or of what it is called in either language.

    Parameters
    ----------
    key
        As somebody wrote it.

    Returns
    -------
    kind
        The rule.

    Raises
    ------
    UserError
        There is no such rule.
    """
    plain = key.strip()
    called = {rule_name(each, lang).casefold(): kind for each, kind in RULE_KINDS.items() for lang in Lang}
    found = RULE_KINDS.get(plain) or called.get(plain.casefold())
    if found is None:
        raise UserError("rule.error.key", key=plain[:60])
    return found


def _parted() -> re.Pattern[str]:
    """What parts the items of a list, in either language."""
    return re.compile(f"[{translate('rule.parted', Lang.ZH)}]")


def _bounds(kind: RuleKind, lang: Lang | str | None) -> dict[str, object]:
    return {"least": kind.least, "most": kind.most, "words": _words(kind, lang)}


def _words(kind: RuleKind, lang: Lang | str | None) -> str:
    """The labels of a rule's words, which a value may be said by; the words where the language is not known yet."""
    words: Sequence[StrEnum] = kind.words
    return " / ".join(each.value if lang is None else label_of(each, lang) for each in words)


def _shown(kind: RuleKind, item: Any, lang: Lang | str) -> str:
    word = next((each for each in kind.words if each.value == item), None)
    if word is not None:
        return label_of(word, lang)
    if kind.value is ValueKind.SHARES:
        return f"{(Decimal(str(item)) * 100).normalize():f}%"
    return item if isinstance(item, str) else json.dumps(item)


def _json(plain: str) -> Any:
    """What a text is as JSON; the text itself where it is none. NaN and its like are no numbers for JSON."""
    try:
        found = json.loads(unicodedata.normalize("NFKC", plain) if plain[:1] != "[" else plain, parse_constant=str)
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        return plain
    return found


def _item(kind: RuleKind, said: Any) -> Any:
    """One value, or one of a list."""
    if isinstance(said, float) and said.is_integer():
        return int(said) if kind.value is ValueKind.WHOLE else said
    if not isinstance(said, str):
        return said
    plain = said.strip()
    if kind.value is ValueKind.SHARES:
        percent = _SHARE.fullmatch(unicodedata.normalize("NFKC", plain))
        found = float(Decimal(percent[1]) / 100) if percent else _json(plain)
        return found if isinstance(found, int | float) else plain
    called = {label_of(each, lang).casefold(): each.value for each in kind.words for lang in Lang}
    return called.get(plain.casefold(), plain)
