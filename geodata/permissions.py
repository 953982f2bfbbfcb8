"""What each post may do, how far that reaches, and by which rule: said here, written to the database by the upgrade.

``grid.permission_grant`` is this table; policies, functions, guard, pages, buttons and "who can see what" ask for a
permission, and name no post.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from geodata.vocabulary import Role


class Permission(StrEnum):
    """One thing that may be allowed; its words stand under ``admin.right``."""

    SEE_AREA = "see_area"
    SEE_MOBILES = "see_mobiles"
    RECORD_PATROL = "record_patrol"
    RECORD_RECHECK = "record_recheck"
    RECORD_ADMINISTRATIVE_CHECK = "record_administrative_check"
    """Beside the post, each officer's card: ``schema/enforcement.sql``."""
    RECORD_FINDING = "record_finding"
    ORDER_RECTIFICATION = "order_rectification"
    LOAD_FACTS = "load_facts"
    GIVE_POSTS = "give_posts"
    GIVE_DISTRICT_POSTS = "give_district_posts"
    GIVE_OFFICE_POSTS = "give_office_posts"
    MANAGE_RULES = "manage_rules"
    SEE_ACCOUNTS = "see_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"
    CHECK_GRID = "check_grid"
    MEND_GRID = "mend_grid"
    SEE_JOBS = "see_jobs"
    ANSWER_FEEDBACK = "answer_feedback"


class Reach(StrEnum):
    """How far a permission goes that a post carries; the words stand under ``admin.reach``."""

    EVERYWHERE = "everywhere"
    OWN_AREA = "own_area"
    """The unit of the post and all below it, in the tree of today: a town with its villages, or one village."""
    OWN_ROWS = "own_rows"
    """In the own area, and there only what hangs on nothing of somebody else's."""


@dataclass(frozen=True)
class Grant:
    """One permission of one post.

    Attributes
    ----------
    role : the post; held today, by an account that is not disabled.
    permission : what it allows.
    reach : where.
    source : the rule it stands on.
    """

    role: Role
    permission: Permission
    reach: Reach
    source: str


def _each(permission: Permission, source: str, **reaches: Reach) -> tuple[Grant, ...]:
    """One permission of several posts: post = reach."""
    return tuple(Grant(Role(role), permission, reach, source) for role, reach in reaches.items())


_ALL, _AREA, _ROWS = Reach.EVERYWHERE, Reach.OWN_AREA, Reach.OWN_ROWS

GRANTS: tuple[Grant, ...] = (
    *_each(
        Permission.SEE_AREA, "DECISIONS 11",
        district_leader=_ALL, section_head=_ALL, data_steward=_ALL, administrator=_ALL,
        station_head=_AREA, supervisor=_AREA, assistant=_AREA,
    ),
    *_each(
        Permission.SEE_MOBILES, "PIPL art 6, 25; domain §2",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA,
    ),
    *_each(
        Permission.RECORD_PATROL, "domain §1, §11.12",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA, assistant=_AREA,
    ),
    *_each(
        Permission.RECORD_RECHECK, "law art 52, 55; domain §11.12",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA,
    ),
    *_each(
        Permission.RECORD_ADMINISTRATIVE_CHECK, "law art 53; Administrative Penalty Law art 42; domain §13",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA,
    ),
    *_each(
        Permission.RECORD_FINDING, "domain §1, §11.12",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA, assistant=_ROWS,
    ),
    *_each(
        Permission.ORDER_RECTIFICATION, "law art 55; domain §11.12",
        section_head=_ALL, station_head=_AREA, supervisor=_AREA,
    ),
    *_each(Permission.LOAD_FACTS, "DECISIONS 36", section_head=_ALL, data_steward=_ALL),
    *_each(Permission.GIVE_POSTS, "domain §1", section_head=_ALL, administrator=_ALL),
    *_each(Permission.GIVE_DISTRICT_POSTS, "DECISIONS 38", section_head=_ALL, administrator=_ALL),
    *_each(Permission.GIVE_OFFICE_POSTS, "DECISIONS 38", administrator=_ALL),
    *_each(Permission.MANAGE_RULES, "domain §11.10", section_head=_ALL, administrator=_ALL),
    *_each(Permission.SEE_ACCOUNTS, "DECISIONS 11", administrator=_ALL),
    *_each(Permission.MANAGE_ACCOUNTS, "DECISIONS 11", administrator=_ALL),
    *_each(Permission.READ_AUDIT, "DECISIONS 11", administrator=_ALL),
    *_each(Permission.CHECK_GRID, "DECISIONS 25", section_head=_ALL, data_steward=_ALL),
    *_each(Permission.SEE_JOBS, "DECISIONS 60", administrator=_ALL),
    *_each(Permission.ANSWER_FEEDBACK, "DECISIONS 82", section_head=_ALL, data_steward=_ALL),
    *_each(Permission.MEND_GRID, "DECISIONS 25", section_head=_ALL, data_steward=_ALL, station_head=_AREA),
)  # fmt: skip
"""Every permission of every post; at most one line for the two together."""

GIVEN_BY: dict[Role, Permission] = {
    Role.DISTRICT_LEADER: Permission.GIVE_DISTRICT_POSTS,
    Role.SECTION_HEAD: Permission.GIVE_DISTRICT_POSTS,
    Role.DATA_STEWARD: Permission.GIVE_OFFICE_POSTS,
    Role.ADMINISTRATOR: Permission.GIVE_OFFICE_POSTS,
} | dict.fromkeys(
    (
        Role.STATION_HEAD, Role.SUPERVISOR, Role.ASSISTANT, Role.LAB_TESTER, Role.RESPONSIBLE_PERSON,
        Role.IN_HOUSE_CONTROLLER,
    ),
    Permission.GIVE_POSTS,
)  # fmt: skip
"""Post → what giving or ending one asks for: nobody gives a post that opens more than the own."""


def reach_of(role: Role, permission: Permission) -> Reach | None:
    """Tell how far a permission goes for the holder of a post.

    Parameters
    ----------
    role
        The post held.
    permission
        What is to be done.

    Returns
    -------
    reach
        None where the post does not carry it.
    """
    return next((each.reach for each in GRANTS if each.role is role and each.permission is permission), None)


def is_permitted(roles: Collection[Role], permission: Permission) -> bool:
    """Whether one of the posts carries a permission, anywhere; the database judges where.

    Parameters
    ----------
    roles
        The posts held on the day asked about.
    permission
        What is to be done.

    Returns
    -------
    allowed
        True as soon as one of them carries it, however far it reaches.
    """
    return any(reach_of(role, permission) is not None for role in roles)
