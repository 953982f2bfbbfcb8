"""What the catalogues call a field and a kind of fact."""

from __future__ import annotations

from geodata.levels import current_levels
from geodata.locale import Lang, said_words, spellings_of, translate
from geodata.settings import settings


def words_of(topic: str, kind: str, name: str, lang: Lang) -> str | None:
    """The catalogue's word for a field: its own in this kind of fact, else the common one, else None.

    Parameters
    ----------
    topic, kind, name
        ``heading``, ``note`` or ``example``; a kind of fact; a field of it.
    lang
        The language of the word.

    Returns
    -------
    word
        From ``etl.<topic>.<kind>.<name>`` or ``etl.<topic>.<name>``; levels by the installation's names.
    """
    words = said_words(lang, current_levels())
    return words.get(f"etl.{topic}.{kind}.{name}", words.get(f"etl.{topic}.{name}"))


def field_heading(kind: str, name: str, lang: Lang | None = None) -> str:
    """The heading a person reads over a field (the field's name when the catalogue has none).

    Parameters
    ----------
    kind, name
        A kind of fact; a field of it.
    lang
        The language of the heading; None: that of the settings.

    Returns
    -------
    heading
        Its own in this kind, else the common one.
    """
    return words_of("heading", kind, name, lang or settings().lang) or name


def heading_spellings(kind: str, name: str) -> tuple[str, ...]:
    """The headings a file may have over a field: as this installation writes them, then as others do.

    Parameters
    ----------
    kind, name
        A kind of fact; a field of it.

    Returns
    -------
    headings
        In both languages, without repeats; the field's name where the catalogue has none.
    """
    known = said_words(Lang.ZH, current_levels())
    keys = (f"etl.heading.{kind}.{name}", f"etl.heading.{name}")
    return next((spellings_of(key) for key in keys if key in known), (name,))


def kind_name(kind: str, lang: Lang | None = None) -> str:
    """What a kind of fact is called.

    Parameters
    ----------
    kind, lang
        A kind of fact; the language of its name, None: that of the settings.

    Returns
    -------
    name
        As the catalogue has it under ``etl.kind.<kind>``.
    """
    return translate(f"etl.kind.{kind}", lang or settings().lang)
