"""What each post may do, as it is told to an auditor. The database keeps it; a test holds that both say the same."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from geodata.vocabulary import Role

_ALL = frozenset({Role.DISTRICT_LEADER, Role.SECTION_HEAD, Role.DATA_STEWARD, Role.ADMINISTRATOR})
_TOWN = frozenset({Role.STATION_HEAD, Role.SUPERVISOR})

MOBILE_ROLES = frozenset({Role.SECTION_HEAD, Role.STATION_HEAD, Role.SUPERVISOR})
"""Posts whose holders may see private mobiles (domain §2: the section, and the own chain's supervisors)."""

RIGHTS: dict[str, frozenset[Role]] = {
    "see_all": _ALL,
    "see_town": _TOWN,
    "see_village": frozenset({Role.ASSISTANT}),
    "see_mobiles": MOBILE_ROLES,
    "record_patrol": frozenset({Role.SECTION_HEAD, Role.ASSISTANT}) | _TOWN,
    "record_check": frozenset({Role.SECTION_HEAD}) | _TOWN,
    "order_rectification": frozenset({Role.SECTION_HEAD}) | _TOWN,
    "manage_posts": frozenset({Role.SECTION_HEAD, Role.ADMINISTRATOR}),
    "manage_office_posts": frozenset({Role.ADMINISTRATOR}),
    "manage_rules": frozenset({Role.SECTION_HEAD, Role.ADMINISTRATOR}),
    "manage_accounts": frozenset({Role.ADMINISTRATOR}),
    "read_audit": frozenset({Role.ADMINISTRATOR}),
    "check_grid": frozenset({Role.SECTION_HEAD, Role.DATA_STEWARD}),
    "mend_grid": frozenset({Role.SECTION_HEAD, Role.DATA_STEWARD, Role.STATION_HEAD}),
}
"""Right → the posts that have it; its words stand under ``admin.right``."""


def may(roles: Collection[Role], right: str) -> bool:
    """Whether one of the posts carries the right."""
    return not RIGHTS[right].isdisjoint(roles)


class Permission(StrEnum):
    """One thing that may be allowed; which post or duty allows it, and how far it reaches, is said elsewhere."""

    SEE_AREA = "see_area"
    SEE_WORK = "see_work"
    SEE_ACCOUNTS = "see_accounts"
    LOAD_FACTS = "load_facts"
    RECORD_PATROL = "record_patrol"
    GIVE_POSTS = "give_posts"
    MANAGE_ACCOUNTS = "manage_accounts"
    MEND_GRID = "mend_grid"
