"""Whoever is signed in, and what the posts of the day open to that person, as the database says (DECISIONS 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import Forbidden
from geodata.levels import Level, current_levels
from geodata.permissions import Permission, is_permitted
from geodata.vocabulary import Role


@dataclass(frozen=True)
class OpenPost:
    """A post held today; ``to_on`` is its last day (None: no end known)."""

    role: Role
    unit_code: str
    unit_name: str | None
    unit_level: Level
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class Visitor:
    """Whoever is signed in, as of today.

    Attributes
    ----------
    home : codes of the own units, none of them inside another; empty for those who see everything.
    above : codes of the units over them: their names and posts are seen, their numbers are not.
    token_id : number of the personal token it is asked by, which narrows all of this and reads alone; None: in person.
    """

    login: str
    person_no: str
    name: str
    posts: tuple[OpenPost, ...]
    sees_all: bool
    home: tuple[str, ...]
    above: frozenset[str]
    token_id: int | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held today."""
        return frozenset(post.role for post in self.posts)

    @property
    def admitted(self) -> bool:
        """Whether any place is open to this account today; a tester of a laboratory, for one, has none."""
        return self.sees_all or bool(self.home)

    @property
    def home_level(self) -> Level | None:
        """The highest level of the own units; None for those who see everything and for those who see nothing."""
        own = [post.unit_level for post in self.posts if post.unit_code in self.home]
        return min(own, key=current_levels().rank_of) if own and not self.sees_all else None

    @property
    def first_level(self) -> Level:
        """The highest level whose units the visitor can compare: those below the own unit."""
        levels, home = current_levels(), self.home_level
        return levels.first if home is None else levels.child_of(home) or Level.SUBJECT

    @property
    def area(self) -> str:
        """The names of the units of today's posts."""
        return " / ".join(dict.fromkeys(post.unit_name or post.unit_code for post in self.posts))

    @property
    def row_scope_key(self) -> str:
        """Equal for visitors to whom the database gives equal answers; answers are remembered under it."""
        area = "all" if self.sees_all else ",".join(self.home) + "<" + ",".join(sorted(self.above))
        mobiles = sorted(
            {
                f"{post.role}@{post.unit_code}"
                for post in self.posts
                if is_permitted({post.role}, Permission.SEE_MOBILES) and self.token_id is None
            }
        )
        return "+".join([area, *mobiles])

    def resolve_unit(self, unit: str | None) -> str | None:
        """The unit meant by ``unit``, so that a link of the district leader's opens the same view of the own area.

        Parameters
        ----------
        unit
            A unit's code as an address has it; None where it names none.

        Returns
        -------
        str | None
            The own unit for None and for a unit above it, else ``unit``; None means everything that is seen.
        """
        if self.sees_all or (unit is not None and unit not in self.above):
            return unit
        return self.home[0] if len(self.home) == 1 else None

    def must_see(self, level: Level) -> None:
        """Refuse numbers that would be sums over more than this visitor sees.

        Parameters
        ----------
        level
            Of the units whose numbers are asked.

        Raises
        ------
        Forbidden
            Of a root, or of units above several own ones: only a part of them would be counted.
        """
        levels, home = current_levels(), self.home_level
        beyond = home is not None and levels.rank_of(level) < levels.rank_of(home)
        if beyond and (level is levels.root or len(self.home) > 1):
            raise Forbidden("error.not_yours", area=self.area)


def find_visitor(db: Connection) -> Visitor | None:
    """The account of the transaction's scope.

    Parameters
    ----------
    db
        A transaction whose scope names a login, and the personal token it is asked by where there is one.

    Returns
    -------
    Visitor | None
        The visitor as of today, without the token's number; None for an unknown or disabled account and for nobody.
    """
    row = db.execute(text("SELECT * FROM grid.visitor()")).mappings().one_or_none()
    return visitor_of(dict(row)) if row is not None else None


def visitor_of(row: dict[str, Any]) -> Visitor:
    """What a row of ``grid.visitor`` says.

    Parameters
    ----------
    row
        Column → value.

    Returns
    -------
    visitor
        Without a token's number.
    """
    posts = tuple(_post(post) for post in row["posts"])
    return Visitor(**row | {"posts": posts, "home": tuple(row["home"]), "above": frozenset(row["above"])})


def _post(said: dict[str, Any]) -> OpenPost:
    last = said["to_on"]
    return OpenPost(
        role=Role(said["role"]),
        unit_code=said["unit_code"],
        unit_name=said["unit_name"],
        unit_level=Level(said["unit_level"]),
        from_on=date.fromisoformat(said["from_on"]),
        to_on=None if last is None else date.fromisoformat(last),
    )
