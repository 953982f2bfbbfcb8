"""The tables that hold no fact: what the program keeps for itself. None tells of a place, nor of more than a login."""

from __future__ import annotations

INTERNAL = frozenset(
    {
        "alembic_version",
        "audit",
        "banned_substance",
        "fact_table",
        "known_device",
        "level",
        "load_batch",
        "permission_grant",
        "post_grantor",
        "revision",
        "role_level",
        "rule_kind",
        "schema_state",
        "search_entry",
        "search_kind",
        "search_reading",
        "session",
        "undo_row",
    }
)
