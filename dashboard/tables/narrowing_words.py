"""What a question is narrowed to, in words."""

from __future__ import annotations

from geodata.locale import Lang, label_of, translate
from geodata.rollup.narrowing import WORDS, Narrowing


def narrowing_words(narrowing: Narrowing, lang: Lang, names: dict[str, str] | None = None) -> dict[str, str]:
    """What is picked, pick by pick.

    Parameters
    ----------
    narrowing
        As the address says it.
    lang
        The language wanted.
    names
        Number of a person → the name; None, and a number that is not in it: the number itself.

    Returns
    -------
    words
        Field → what it is and which, e.g. 风险：高.
    """
    found = {}
    for name, value in narrowing.said.items():
        told = {"what": translate(f"ui.narrow.{name}", lang), "value": _said(name, value, lang, names)}
        found[name] = translate("ui.narrow.picked", lang, **told)
    return found


def _said(name: str, value: str, lang: Lang, names: dict[str, str] | None) -> str:
    if name in WORDS:
        return label_of(WORDS[name](value), lang)
    if value == "me":
        return translate("ui.narrow.me", lang)
    return (names or {}).get(value, value)
