"""What an address asks of a page, judged: a value that cannot be meant is a sentence, never quietly something else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from dashboard.request.view import HEATS, READ, THEMES, View, read_parameter, read_search
from geodata.calendar import past_day_of
from geodata.errors import NotFound, UserError
from geodata.indicator import PARTS
from geodata.indicators import INDICATORS
from geodata.integrity.checks import discover as discover_checks
from geodata.levels import current_levels
from geodata.locale import Lang
from geodata.rollup.narrowing import WORDS
from layers.catalog import discover as discover_layers

_SWITCH = ("0", "1")
CHOICES: dict[str, Callable[[], Collection[str]]] = {
    "layer": discover_layers,
    "level": lambda: current_levels().every,
    "indicator": lambda: INDICATORS,
    "part": lambda: PARTS,
    "check": discover_checks,
    "heat": lambda: HEATS,
    "points": lambda: _SWITCH,
    "lines": lambda: _SWITCH,
    "table": lambda: _SWITCH,
    "side": lambda: _SWITCH,
    "theme": lambda: THEMES,
    "lang": lambda: tuple(Lang),
    **{name: partial(tuple, words) for name, words in WORDS.items()},
}
"""Parameters that choose among what there is; ``only`` is judged by the page, whose words it takes."""

PLACES = frozenset({"unit", "subject", "item", "person"})
"""Parameters that name something: what is no name at all is as little there as what nobody has named so."""


def require_readable(asked: Mapping[str, str]) -> None:
    """Refuse an address with a value that cannot be meant.

    Parameters
    ----------
    asked
        Name → text, decoded; a blank text counts as not said, and a name no page knows is passed over.

    Raises
    ------
    UserError
        A day that no calendar has or that is to come, a choice there is not, a number that counts no page, a text that
        is too long to be looked for.
    NotFound
        What should be the name of a unit, subject or item is none.
    """
    for name, text in asked.items():
        if text and name in READ:
            _require_parameter(name, text)


def read_view(search: object) -> View:
    """The view a search string asks for.

    Parameters
    ----------
    search
        With or without its question mark; whatever is no text counts as empty.

    Returns
    -------
    view
        What is not said is as by default.

    Raises
    ------
    UserError
        It says what cannot be meant, as ``require_readable``.
    """
    require_readable(read_search(search))
    return View.parse(search)


def _require_parameter(name: str, text: str) -> None:
    if name in ("asof", "since"):
        past_day_of(text)
    elif name in CHOICES:
        require_choice(name, text, CHOICES[name]())
    elif read_parameter(name, text) is None:
        raise NotFound("door.http.404") if name in PLACES else UserError("door.bad_value", name=name, value=text[:60])


def require_choice(name: str, said: str | None, known: Collection[str]) -> None:
    """Refuse a word that is none of those there are.

    Parameters
    ----------
    name
        Name of the parameter.
    said
        What the address says; None: nothing.
    known
        The words there are.

    Raises
    ------
    UserError
        It is none of them.
    """
    if said is not None and said not in known:
        raise UserError("api.error.value", name=name, value=said[:60], known=", ".join(known))
