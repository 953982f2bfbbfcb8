"""Words other systems use in file names and headings, from the catalogue: what a draft of a mapping goes by."""

from __future__ import annotations

from functools import cache

from geodata.locale import Lang, read_catalogue


@cache
def _listed(topic: str) -> dict[str, tuple[str, ...]]:
    """The last part of each key under ``topic`` → its words in both languages, as the catalogue orders them."""
    start = f"etl.mapping.{topic}."
    words = [read_catalogue(lang) for lang in Lang]
    names = [key.removeprefix(start) for key in words[0] if key.startswith(start)]
    return {name: tuple(word for said in words for word in said[start + name].split()) for name in names}


def said_of_kind() -> dict[str, tuple[str, ...]]:
    """Kind of fact → words in names of files that hold it.

    Returns
    -------
    words
        In both languages, as the catalogue orders them; file names are compared folded.
    """
    return _listed("file_words")


def said_in_headings() -> dict[str, tuple[str, ...]]:
    """Field → words in headings of it.

    Returns
    -------
    words
        In both languages, as the catalogue orders them; headings are compared folded.
    """
    return _listed("field_words")
