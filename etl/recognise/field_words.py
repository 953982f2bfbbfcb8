"""What the catalogues call a field and a kind of fact."""

from __future__ import annotations

from geodata.locale import Lang, read_catalogue, translate
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
        From ``etl.<topic>.<kind>.<name>`` or ``etl.<topic>.<name>``.
    """
    words = read_catalogue(lang)
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
