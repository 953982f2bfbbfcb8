"""The declarative base: one schema, named constraints, and checks made from the vocabulary."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase

SCHEMA = "grid"


VOCABULARY = "vocabulary"
"""Under this word a check of ``one_of`` and ``all_of`` keeps its column and its words, for whoever reads the column."""


class Base(DeclarativeBase):
    """Base of all tables of schema ``grid``."""

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A CHECK that ``column`` holds one of the words (NULL passes, as in SQL).

    Parameters
    ----------
    column
        Name of the column, as it stands in SQL.
    words
        The vocabulary.

    Returns
    -------
    check
        Named ``ck_<table>_<column>_word``.
    """
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_word", info={VOCABULARY: (column, words)})


def all_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A CHECK that the text array ``column`` holds at least one and only known words.

    Parameters
    ----------
    column
        Name of the column, as it stands in SQL.
    words
        The vocabulary.

    Returns
    -------
    check
        Named ``ck_<table>_<column>_words``; NULL passes.
    """
    listed = ", ".join(f"'{word.value}'" for word in words)
    known = f"cardinality({column}) > 0 AND {column} <@ ARRAY[{listed}]::text[]"
    return CheckConstraint(known, name=f"{column}_words", info={VOCABULARY: (column, words)})
