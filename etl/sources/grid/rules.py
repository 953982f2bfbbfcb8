"""Rules (规则): what counts from which day on, past days included; the place's own intervals of patrols among them.

A row is known by its rule, its scope and its first day: loaded again with another value it corrects that day's. What is
not in the file stays as it is. Every value is held to the list of rules (``geodata.rule_kinds``).
"""

from __future__ import annotations

import json

import pandas as pd

from etl.kinds.cell_types import DATE, TEXT, Cell, CellFault
from etl.kinds.source import Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from geodata.errors import UserError
from geodata.rule_changes.rule_text import find_kind, read_value
from geodata.rule_kinds import RULE_KINDS

_STANDS = """EXISTS (SELECT FROM grid.rule AS r WHERE (r.key, r.scope, r.from_on) = (s.rule_key, s.scope, s.from_on)
    AND r.value = s.rule_value AND r.source = s.source)"""
_FAULT = "grid.rule_fault(s.rule_key, s.scope, s.rule_value)"
_MAY_BE = """(SELECT concat_ws(' / ', lower(k.bounds) || '–' || upper(k.bounds),
        nullif(array_to_string(k.words, ' / '), ''),
        CASE k.value_kind WHEN 'shares' THEN '5%, 15%, 30%' WHEN 'text' THEN '…' WHEN 'texts' THEN '…, …' END)
    FROM grid.rule_kind AS k WHERE k.key = s.rule_key)"""


def _rule(value: str) -> str:
    try:
        return find_kind(value).key
    except UserError:
        raise CellFault("rule_key") from None


def _said(key: str, said: str) -> str | None:
    """A value as JSON; what no text can hold is none, and refused as such."""
    try:
        return json.dumps(read_value(RULE_KINDS[key], said))
    except UserError:
        return "null"


def _with_values(frame: pd.DataFrame) -> pd.DataFrame:
    if not {"rule_key", "value"} <= set(frame.columns):
        return frame
    pairs = zip(frame["rule_key"].tolist(), frame["value"].tolist(), strict=True)
    values = [_said(key, said) if isinstance(key, str) and isinstance(said, str) else None for key, said in pairs]
    return frame.assign(rule_value=pd.Series(values, index=frame.index, dtype="object"))


SOURCE = Source(
    kind="rules",
    order=5,
    key=("rule_key", "scope", "from_on"),
    export=Export(
        "rule",
        within="true",
        columns={
            "rule_key": "t.key",
            "value": "CASE jsonb_typeof(t.value) WHEN 'string' THEN t.value #>> '{}' ELSE CAST(t.value AS text) END",
        },
        order="t.key, t.scope, t.from_on",
    ),
    fields=(
        Field("rule_key", Cell("rule", "text", _rule), Need.ALWAYS),
        Field("scope", TEXT),
        Field("from_on", DATE, Need.ALWAYS),
        Field("value", TEXT, Need.ALWAYS),
        Field("source", TEXT, Need.ALWAYS),
    ),
    extra={"rule_value": "jsonb"},
    frame=_with_values,
    frame_reads=("rule_key", "value"),
    derive=(("scope", "''"),),
    checks=(
        RowCheck("rule_scope", "scope", "NOT grid.knows_scope(s.rule_key, s.scope)"),
        RowCheck("rule_value", "value", f"{_FAULT} NOT IN ('key', 'scope')", _MAY_BE),
        RowCheck("rule_past", "from_on", f"NOT {_STANDS} AND NOT grid.may_begin(s.rule_key, s.from_on)"),
        RowCheck("rule_not_yours", "rule_key", f"NOT {_STANDS} AND NOT grid.may_rule()"),
    ),
    targets=(
        Target(
            "rule",
            key=(Column("key", "s.rule_key", ("rule_key",)), *same_columns("scope", "from_on")),
            columns=(Column("value", "s.rule_value", ("value",)), *same_columns("source")),
        ),
    ),
)
