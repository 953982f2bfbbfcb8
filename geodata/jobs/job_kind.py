"""What a kind of job is, and what a job is given while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.locale import Lang, translate
from geodata.permissions import Permission


@dataclass(frozen=True)
class Sentence:
    """A sentence of the catalogue with its places, kept until somebody reads it in a language of his own.

    Attributes
    ----------
    key : of the catalogue.
    values : name of a place → what JSON can hold.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_words(self, lang: Lang) -> str:
        """The sentence in a language.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        words
            One sentence.
        """
        return translate(self.key, lang, **self.values)


@dataclass(frozen=True)
class RunningJob:
    """A job at work: what it was asked, and the database as the account it is done for may use it at this moment.

    Attributes
    ----------
    number : of the job.
    scope : whose work it is, and whether that account sees everything.
    attempt : 1, or more where it was begun before and interrupted.
    lang : the language it was asked in.
    arguments : as ``start_job`` was given them.
    engine : of the role pages connect as.
    tell : takes steps done, steps in all, and what is done now.
    """

    number: int
    scope: Scope
    attempt: int
    lang: Lang
    arguments: Mapping[str, Any]
    engine: Engine
    tell: Callable[[int, int, Sentence], None]

    def query(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Ask the database on a read-only connection, with the scope of the job.

        Parameters
        ----------
        function
            Takes a connection first.
        *args
            Handed on.
        **named
            Handed on.

        Returns
        -------
        answer
            What ``function`` gives.
        """
        with read_transaction(self.engine, self.scope) as db:
            return function(db, *args, **named)

    def execute(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Act in one transaction that may write what the account's posts allow.

        Parameters
        ----------
        function
            Takes a connection first; its error undoes everything.
        *args
            Handed on.
        **named
            Handed on.

        Returns
        -------
        answer
            What ``function`` gives, once it is committed.
        """
        with write_transaction(self.engine, self.scope) as db:
            return function(db, *args, **named)


@dataclass(frozen=True)
class KeptJob:
    """A job as far as tidying asks: what it was asked, and whether it waits or runs."""

    number: int
    arguments: Mapping[str, Any]
    is_open: bool


@dataclass(frozen=True)
class JobKind:
    """One kind of job, a plug-in: a file of a folder ``jobs`` that holds it as ``JOB``.

    Attributes
    ----------
    key : the file's name; its words stand under ``job.<key>`` (``name``, and what it tells).
    permission : what asking for it takes. What it then does is judged by the database again.
    run : does the work in one transaction or in steps that may be done twice, and gives the sentence of its outcome; a
        ``UserError`` is told as it stands.
    page : address at which the outcome is looked at; places in braces are filled with the job's arguments, ``{job}``
        with its number.
    limit_seconds : how long it may run before it is ended and told as such.
    attempts : how often it is begun at most, where the worker was killed in the middle.
    makes_file : whether ``page`` is a file to be saved, which is there only once the job is done.
    tidy : throws away what its jobs have left in their folders, of which it takes the home and every job that is still
        known, of whatever kind; gives how much is gone.
    """

    key: str
    permission: Permission
    run: Callable[[RunningJob], Sentence]
    page: str
    limit_seconds: int = 3600
    attempts: int = 3
    makes_file: bool = False
    tidy: Callable[[Path, Sequence[KeptJob]], int] | None = None
