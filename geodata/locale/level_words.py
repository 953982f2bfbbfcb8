"""Places of the catalogue where a level is named: what stands there is the installation's own name for it.

A text says ``⟨place.form⟩``; nothing else puts the name of a level into a sentence. A place is a level by what it is
here (``root``, ``first``: the one right below it, ``above``: the one right above the lowest, ``lowest``) or by who
stands at it (``leading``, ``supervising``, ``assisting``), or one of four of several words: ``whole`` (all there is),
``chain`` (where the four tiers stand, one after the other), ``below`` (all levels below the root) and ``tiers``
(levels, where the tiers stand at all there are; else tiers). A form is how the shipped names change in a sentence
(``level_word.<form>.<level>``: 村社区, but 本村); a name of the installation's own stands as it is. With ``apart`` the
name of a tier stands behind a level that it shares with another. English names are written small, with ``many`` in
the plural, and with a capital where the place has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from geodata.levels import Level, Levels
from geodata.vocabulary import Tier

SIGN = "⟨"
_PLACE = re.compile(r"⟨(\w+)((?:\.\w+)*)⟩")
_LEVELS: dict[str, Callable[[Levels], Level]] = {
    "root": lambda levels: levels.root,
    "first": lambda levels: levels.first,
    "above": lambda levels: levels.above_lowest,
    "lowest": lambda _: Level.VILLAGE,
}


def fill_level_names(text: str, levels: Levels, lang: str, words: Mapping[str, str], *, to_format: bool = False) -> str:
    """A text of the catalogue with every ``⟨place⟩`` said as the installation calls it.

    Parameters
    ----------
    text
        As the catalogue has it.
    levels
        The installation's.
    lang
        ``zh`` or ``en``.
    words
        The catalogue of that language: dotted key → text.
    to_format
        Whether ``str.format`` follows: braces of names are doubled then.

    Returns
    -------
    text
        The same object where it names no level.

    Raises
    ------
    KeyError
        There is no such place: a bug.
    """
    if SIGN not in text:
        return text

    def said(found: re.Match[str]) -> str:
        name = found[1]
        word = _said(name.lower(), tuple(found[2].split(".")[1:]), levels, lang, words)
        word = word[:1].upper() + word[1:] if name[0].isupper() else word
        return word.replace("{", "{{").replace("}", "}}") if to_format else word

    return _PLACE.sub(said, text)


def level_in_sentence(level: Level, forms: Iterable[str], levels: Levels, lang: str, words: Mapping[str, str]) -> str:
    """What a level is called inside of a sentence.

    Parameters
    ----------
    level
        A level of the installation.
    forms
        Forms of ``level_word``, the first that the catalogue has for the level is taken, and ``many`` for the plural.
    levels, lang, words
        As for ``fill_level_names``.

    Returns
    -------
    name
        The installation's own, else the catalogue's in that form, else its plain one; English in small letters.

    Raises
    ------
    KeyError
        The level has no name at all: a bug, ``read_level_file`` refuses it.
    """
    own, asked = levels.own_name(level, lang), tuple(forms)
    shaped = (words.get(f"level_word.{form}.{level.value}") for form in asked)
    name = own or next((word for word in shaped if word), None) or words[f"Level.{level.value}"]
    if lang != "en":
        return name
    small = name if name.isupper() else name.lower()
    return _plural(small) if "many" in asked else small


def _said(place: str, forms: tuple[str, ...], levels: Levels, lang: str, words: Mapping[str, str]) -> str:
    def named(level: Level, *more: str) -> str:
        return level_in_sentence(level, (*more, *forms), levels, lang, words)

    if place == "whole":
        key = "several" if levels.several_roots else "one"
        return words[f"level_word.whole.{key}"].format(root=named(levels.root, "short"))
    if place == "tiers":
        at_all = {levels.tier_level(tier) for tier in Tier} == set(levels.every) and len(levels.every) == len(Tier)
        return words[f"level_word.tiers.{'levels' if at_all else 'tiers'}"]
    if place == "chain":
        return _listed(words, [_bearing(level, levels, words, named) for level in levels.every])
    if place == "below":
        return _listed(words, [named(level) for level in levels.units[1:] or levels.units])
    if place in _LEVELS:
        return named(_LEVELS[place](levels))
    level = levels.tier_level(Tier(place))
    if "apart" not in forms:
        return named(level)
    beside = [tier for tier in Tier if levels.tier_level(tier) is level]
    how = words[f"level_word.apart.{'several' if len(beside) > 1 else 'one'}"]
    return how.format(level=named(level, "tiny"), tier=words[f"Tier.{place}"].lower())


def _bearing(level: Level, levels: Levels, words: Mapping[str, str], named: Callable[..., str]) -> str:
    """A level at which tiers stand, with their names where there are several; blank where none does."""
    tiers = [words[f"Tier.{tier.value}"].lower() for tier in Tier if levels.tier_level(tier) is level]
    if len(tiers) > 1:
        said = words["level_word.chain.several"]
        return said.format(level=named(level, "short"), tiers=words["list.comma"].join(tiers))
    return named(level, "short") if tiers else ""


def _listed(words: Mapping[str, str], names: Iterable[str]) -> str:
    *first, last = filter(None, names)
    return words["level_word.and"].join(filter(None, (words["list.comma"].join(first), last)))


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "z", "ch", "sh")) else f"{name}s"
