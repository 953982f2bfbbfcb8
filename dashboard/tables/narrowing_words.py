"""What a question is narrowed to, in words."""

from __future__ import annotations

from geodata.locale import Lang, label_of, translate
from geodata.rollup.narrowing import OWN, WORDS, Narrowing


def narrowing_words(narrowing: Narrowing, lang: Lang, person: str = "") -> dict[str, str]:
    """What is picked, pick by pick.

    Parameters
    ----------
    narrowing
        As the address says it.
    lang
        The language wanted.
    person
        Name of the person picked; "" for the number itself.

    Returns
    -------
    words
        Field → what it is and which, e.g. 风险：高.
    """
    found = {}
    for name, value in narrowing.said.items():
        told = {"what": translate(f"ui.narrow.{name}", lang), "value": _said(name, value, lang, person)}
        found[name] = translate("ui.narrow.picked", lang, **told)
    return found


def narrowing_text(narrowing: Narrowing, lang: Lang, person: str = "") -> str:
    """All that is picked, in one line.

    Parameters
    ----------
    narrowing, lang, person
        As for ``narrowing_words``.

    Returns
    -------
    text
        "" where nothing is.
    """
    return translate("list.comma", lang).join(narrowing_words(narrowing, lang, person).values())


def _said(name: str, value: str, lang: Lang, person: str) -> str:
    if name in WORDS:
        return label_of(WORDS[name](value), lang)
    if name == "person":
        return translate("ui.narrow.me", lang) if value == OWN else person or value
    if name == "inside":
        return translate("ui.narrow.corners", lang, n=value.count(";") + 1)
    return value
