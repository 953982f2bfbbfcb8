"""What a page says somebody can do there, for the page of help: one line each, shown to whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.request.admission import Asked, admits_visitor
from geodata.accounts.visitor import Visitor

OWN_UNIT = "{unit}"
"""Place in a task's address for the code of the reader's own unit; of several none is meant: then there is no task."""


@dataclass(frozen=True)
class Task:
    """One thing that can be done on a page.

    Attributes
    ----------
    words : beginning of its catalogue keys: ``<words>.link`` what the link says, ``<words>.text`` what it is for.
    order : its place among all tasks, the lowest first.
    path : its address; "" for the page's own.
    asked : fields of the view the link asks for.
    permission : what it asks for; None: what the page asks for.
    count : ``(ctx, view) -> str``, the number of today in words, from what the product counts anyway; "" for none.
    """

    words: str
    order: int
    path: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    permission: Asked | None = None
    count: Callable[..., str] | None = None


def open_tasks(tasks: Iterable[Task], visitor: Visitor | None) -> list[Task]:
    """The tasks that are for a visitor.

    Parameters
    ----------
    tasks
        All there are, each with its address and permission (``pages.tasks_of``).
    visitor
        Whoever is there; None: not signed in.

    Returns
    -------
    tasks
        In their order.
    """
    found = [each for each in tasks if each.permission is not None and admits_visitor(each.permission, visitor)]
    return sorted(found, key=lambda each: (each.order, each.words))
