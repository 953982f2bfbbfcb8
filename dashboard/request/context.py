"""What every page and address is given: settings, and the database asked on behalf of whoever is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from dashboard.request import signed_in
from dashboard.request.answer_cache import AnswerCache
from dashboard.request.navigation import NavLink
from dashboard.request.tasks import Task
from dashboard.request.view import View
from geodata import calendar
from geodata.accounts import visitor
from geodata.accounts.visitor import Visitor
from geodata.database.scope import Scope, door_transaction, read_transaction, write_transaction
from geodata.database.upgrade import is_empty
from geodata.errors import Forbidden
from geodata.freshness import Freshness, data_version, read_freshness
from geodata.levels import Level, current_levels, use_levels
from geodata.rollup.narrowing import NOTHING, Narrowing, narrow_to
from geodata.settings import Settings
from geodata.territory.level_table import read_levels
from geodata.territory.units import UnitRef, root_unit

GLANCE_SECONDS = 1.0
"""How long one look at the data's version holds; a load shows on screen within this time."""


@dataclass
class AppContext:
    """What every page and route is given; safe to share between threads.

    ``door`` is the engine people are let in with, None where nobody is (jobs). ``navigation`` holds the links of all
    pages and ``tasks`` what can be done there; every question is narrowed to ``narrowing``.
    """

    settings: Settings
    engine: Engine
    door: Engine | None = None
    navigation: tuple[NavLink, ...] = ()
    tasks: tuple[Task, ...] = ()
    memory: AnswerCache = field(default_factory=AnswerCache)
    narrowing: Narrowing = NOTHING
    _seen: tuple[float, str] = (0.0, "")

    def cached_query(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Ask the database on a read-only connection, and remember the answer until the data change.

        Parameters
        ----------
        function
            Takes a connection first; known by its module and qualified name.
        *args
            Handed on; hashable.
        **named
            Handed on; hashable.

        Returns
        -------
        answer
            Shared by those who see the same rows: never changed in place.

        Raises
        ------
        TypeError
            An argument is not hashable.
        """
        key = (function.__module__, function.__qualname__, args, tuple(sorted(named.items())))
        return self.keep_answer(key, lambda: self.query(function, *args, **named))

    def keep_answer(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, remembered under ``key`` until the data change, for those who see the same rows.

        Parameters
        ----------
        key
            Names the answer among all answers; hashable.
        make
            Called when nothing is kept.

        Returns
        -------
        answer
            Shared: never changed in place.
        """
        return self.memory.get_or_ask((self.data_version(), self.row_scope_key, self.narrowing, key), make)

    def query(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Ask the database on a read-only connection, never remembered.

        Parameters
        ----------
        function
            Takes a connection first, with the scope of whoever is asking.
        *args
            Handed on.
        **named
            Handed on.

        Returns
        -------
        answer
            What ``function`` gives.
        """
        with read_transaction(self.engine, signed_in.request_scope()) as db:
            narrow_to(db, self.narrowing)
            return function(db, *args, **named)

    def execute(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Act in a transaction that may write what the visitor's posts allow.

        Parameters
        ----------
        function
            Takes a connection first, with the scope of whoever is asking; its error undoes everything.
        *args
            Handed on.
        **named
            Handed on.

        Returns
        -------
        answer
            What ``function`` gives, committed.
        """
        with write_transaction(self.engine, signed_in.request_scope()) as db:
            return function(db, *args, **named)

    def execute_at_door(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Act as the role that alone lets people in and keeps accounts, in a transaction of its own.

        Parameters
        ----------
        function
            Takes a connection first, of a role that reads no table; its error undoes everything.
        *args
            Handed on.
        **named
            Handed on.

        Returns
        -------
        answer
            What ``function`` gives, committed.
        """
        assert self.door is not None, "jobs let nobody in"
        with door_transaction(self.door, signed_in.request_scope()) as db:
            return function(db, *args, **named)

    def find_visitor(self, login: str, token_id: int | None = None) -> Visitor | None:
        """What the database says of a login, before it counts as signed in.

        Parameters
        ----------
        login
            As it was typed or as the session holds it.
        token_id
            Number of the personal token it is asked by; None: in person.

        Returns
        -------
        visitor
            As of today; None for an unknown or disabled account.
        """
        with read_transaction(self.engine, Scope(login, signed_in.remote_address(), token_id=token_id)) as db:
            found = visitor.find_visitor(db)
        return replace(found, token_id=token_id) if found else None

    @property
    def visitor(self) -> Visitor | None:
        """Whoever is asking."""
        return signed_in.current_visitor()

    @property
    def login(self) -> str:
        """The login of whoever is asking, where the guard lets nobody else in."""
        found = signed_in.current_visitor()
        assert found is not None, "the guard lets nobody else in"
        return found.login

    @property
    def row_scope_key(self) -> str:
        """Equal for all who see the same rows."""
        found = signed_in.current_visitor()
        return found.row_scope_key if found else ""

    def resolve_unit(self, unit: str | None) -> str | None:
        """The unit meant by ``unit`` for whoever is asking (``Visitor.resolve_unit``).

        Parameters
        ----------
        unit
            Code of a unit; None: none was named.

        Returns
        -------
        unit
            The own one for None or for a unit above it; None: everything that is seen.
        """
        found = signed_in.current_visitor()
        return found.resolve_unit(unit) if found else unit

    def compared_levels(self) -> list[Level]:
        """The levels whose units can be compared on the map, the highest first.

        Returns
        -------
        levels
            From the level below the own unit (below the root for whoever sees everything, the roots themselves where
            there are several) down to the subject.
        """
        levels, found = current_levels(), signed_in.current_visitor()
        first = found.first_level if found else levels.first
        if levels.several_roots and (found is None or found.sees_all):
            first = levels.first if self.whole_unit(calendar.today()) else levels.root
        return list(levels.every[levels.rank_of(first) :])

    def use_levels(self) -> None:
        """Let the installation's levels hold in this thread."""
        use_levels(self.cached_query(read_levels, calendar.today()))

    def whole_unit(self, day: date) -> UnitRef | None:
        """The only root of a day, whose numbers are those of everything.

        Parameters
        ----------
        day
            The day, inclusive.

        Returns
        -------
        unit
            None where several roots are seen, or none.
        """
        return self.cached_query(root_unit, day)  # type: ignore[no-any-return]

    def opens_unit(self, code: str) -> bool:
        """Whether the page of a unit on the way up is open to whoever is asking.

        Parameters
        ----------
        code
            Code of the unit.

        Returns
        -------
        open
            False for a unit above the visitor's own; True when nobody is signed in.
        """
        found = signed_in.current_visitor()
        return found is None or code not in found.above

    def must_open(self, code: str) -> None:
        """Refuse a unit of whose numbers the visitor would see only a part.

        Parameters
        ----------
        code
            Code of the unit.

        Raises
        ------
        Forbidden
            The unit is above the visitor's own.
        """
        if not self.opens_unit(code):
            raise Forbidden("error.not_yours", area=self.area)

    @property
    def area(self) -> str:
        """The names of the units the visitor is at home in."""
        found = signed_in.current_visitor()
        return found.area if found else "—"

    def covered_area(self, everything: str) -> str:
        """What a view of all that is seen covers.

        Parameters
        ----------
        everything
            Name of the whole, the district's.

        Returns
        -------
        name
            ``everything`` for whoever sees all and for nobody; else the names of the visitor's units.
        """
        found = signed_in.current_visitor()
        return everything if found is None or found.sees_all else found.area

    def data_version(self) -> str:
        """The version of data and rules, at most ``GLANCE_SECONDS`` old.

        Returns
        -------
        version
            ``data_version``: 12 hex digits, equal for everybody.
        """
        at, version = self._seen
        if time.monotonic() - at > GLANCE_SECONDS or not version:
            version = self.query(data_version)
            self._seen = (time.monotonic(), version)
        return version

    def data_freshness(self, view: View) -> Freshness:
        """How old what is shown is, as of the view's day.

        Parameters
        ----------
        view
            Of it the day.

        Returns
        -------
        fresh
            Data as of, loaded at, rules version, and whether the data are stale or made up.
        """
        return self.cached_query(read_freshness, self.as_of_day(view))  # type: ignore[no-any-return]

    def is_empty(self) -> bool:
        """Whether no unit has been loaded yet.

        Returns
        -------
        empty
            Asked anew each time.
        """
        return bool(self.query(is_empty))

    def as_of_day(self, view: View) -> date:
        """The day the view asks about: today when it names none or one to come.

        Parameters
        ----------
        view
            What is looked at.

        Returns
        -------
        day
            Inclusive, never after today.
        """
        today = calendar.today()
        return min(view.asof or today, today)
