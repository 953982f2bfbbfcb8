"""The tables that hold no fact: what the program keeps for itself. None says anything of a person or a place."""

from __future__ import annotations

INTERNAL = frozenset(
    {
        "alembic_version",
        "audit",
        "banned_substance",
        "fact_table",
        "level",
        "load_batch",
        "permission_grant",
        "post_grantor",
        "revision",
        "role_level",
        "rule",
        "schema_state",
        "undo_row",
    }
)
