"""``make bench AGAINST=<commit>``: this tree and an older one in turn, so that both meet the same moods of the machine.

Each round is a fresh home: the demonstration is loaded, served and looked at by each tree's own measurements. What is
compared are medians and ranges of the rounds; a row counts as slower only where the ranges part and the medians differ
by a hundredth or more (sizes hardly vary: a longer name would part them). How a time stands to the owner's (×) is shown
and not judged: the time itself has a row of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).parents[2]
ROUNDS = 7
TRIES = 3
"""How often a round is begun: a browser that fails once would cost all the rounds before it."""
# Run inside of a tree, with its own harness; the last line printed is what was measured.
PROGRAM = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from geodata import embedded
from tests.benchmarks import browsing, loading, scoping
from tests.benchmarks.process import served
from tests.benchmarks.table import Row
home, rows = Path(sys.argv[1]), []
rows += loading.rows(home)
with served(home) as server:
    rows.append(Row("second start, until the map answers", server.seconds, "s"))
    rows += browsing.rows(server)
    rows.append(Row("memory of the web processes after that", server.memory_mb, "MB"))
small = scoping._ratios
scoping._ratios = lambda owner, size, rounds, views: small(owner, size, rounds, views) if size < 1000 else ()
scoping._grown = lambda url: None
rows += scoping.rows(home)
stop = getattr(embedded, "stop_cluster", None) or embedded.stop  # an older tree's name
for each in home.parent.iterdir():
    stop(each)
print(json.dumps([asdict(row) for row in rows]))
"""
APART = 0.01
Rounds = dict[str, dict[str, list[float]]]


def older_tree(commit: str, folder: Path) -> Path:
    """A tree of an older commit beside this one, with this one's environment."""
    subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=PROJECT, check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "worktree", "prune"], cwd=PROJECT, check=True)
    subprocess.run(["git", "worktree", "add", "--detach", folder, commit], cwd=PROJECT, check=True)
    return folder


def measure(tree: Path, home: Path) -> dict[str, tuple[float, str, bool]]:
    """One round in one tree: what was measured → value, unit, whether more is better."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRID_")}
    for left in reversed(range(TRIES)):
        shutil.rmtree(home.parent, ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, home], cwd=tree, env=kept | {"GRID_HOME": str(home)},
            stdout=subprocess.PIPE, text=True, check=not left,
        )  # fmt: skip
        if done.returncode == 0:
            break
    shutil.rmtree(home.parent, ignore_errors=True)
    found = {}
    for row in json.loads(done.stdout.splitlines()[-1]):
        told = re.search(r": ([\d,]+) ms, with", row["what"])
        what = re.sub(r": [\d,]+ ms, with", ", with", row["what"])
        if told:  # a ratio whose name holds the time itself
            found[what.partition(", with")[0]] = (float(told[1].replace(",", "")), "ms", False)
        found[what] = (row["value"], row["unit"], row["more_is_better"])
    return found


def compare(commit: str, folder: Path) -> list[str]:
    """Measure both trees in turn, print and keep the table; the rows that are slower for sure."""
    trees = {"old": older_tree(commit, folder / "older"), "new": PROJECT}
    values: Rounds = defaultdict(lambda: {"old": [], "new": []})
    kinds: dict[str, tuple[str, bool]] = {}
    for number in range(ROUNDS):
        order = list(trees.items()) if number % 2 else list(trees.items())[::-1]
        for name, tree in order:
            for what, (value, unit, more) in measure(tree, folder / name / "home").items():
                values[what][name].append(value)
                kinds[what] = (unit, more)
            Console().print(f"{number + 1}/{ROUNDS} {name}")
    subprocess.run(["git", "worktree", "remove", "--force", folder / "older"], cwd=PROJECT, check=True)
    return _tell(values, kinds, folder, f"{commit} and this tree, {ROUNDS} rounds in turn, {os.cpu_count()} cores")


def _tell(values: Rounds, kinds: dict[str, tuple[str, bool]], folder: Path, heading: str) -> list[str]:
    shown, slower = Table("measured", "old", "new", "new / old", "", title=heading), []
    lines = [f"# {heading}", "", "| measured | old | new | new / old | |", "|---|--:|--:|--:|---|"]
    for what, told in values.items():
        old, new = told["old"], told["new"]
        if not old or not new:
            continue
        unit, more = kinds[what]
        ratio = statistics.median(new) / statistics.median(old) if statistics.median(old) else float("nan")
        judged = unit != "×" and abs(ratio - 1) >= APART
        worse = judged and (max(new) < min(old) if more else min(new) > max(old))
        better = judged and (min(new) > max(old) if more else max(new) < min(old))
        cells = (what, _range(old, unit), _range(new, unit), f"{ratio:.2f}", "slower" if worse else "faster" * better)
        slower += [what] * worse
        shown.add_row(*cells)
        lines.append(f"| {' | '.join(cells)} |")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "against.md").write_text("\n".join([*lines, ""]), encoding="utf-8")
    Console().print(shown)
    return slower


def _range(values: list[float], unit: str) -> str:
    return f"{statistics.median(values):,.2f} ({min(values):,.2f}–{max(values):,.2f}) {unit}"
