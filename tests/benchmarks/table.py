"""The table of measurements: one row per thing measured, with what the project aims at beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measurement; ``aim`` is the value hoped for on two cores, None where nothing is hoped for."""

    what: str
    value: float
    unit: str
    aim: float | None = None
    more_is_better: bool = False

    @property
    def verdict(self) -> str:
        """✓ within the aim, ✗ beyond it, blank without one."""
        if self.aim is None:
            return ""
        met = self.value >= self.aim if self.more_is_better else self.value <= self.aim
        return "✓" if met else "✗"

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row as text."""
        return (self.what, _number(self.value, self.unit), _number(self.aim, self.unit), self.verdict)


def write(rows: Iterable[Row], folder: Path, heading: str) -> None:
    """Print the table and keep it as ``latest.md`` and ``latest.json`` in ``folder``."""
    kept = list(rows)
    shown = Table("measured", "value", "aim", "", title=heading)
    lines = [f"# {heading}", "", "| measured | value | aim | |", "|---|--:|--:|---|"]
    for row in kept:
        shown.add_row(*row.cells)
        lines.append(f"| {' | '.join(row.cells)} |")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "latest.json").write_text(
        json.dumps([asdict(row) for row in kept], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    Console().print(shown)


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:,.{0 if value >= 100 else 2}f} {unit}"
