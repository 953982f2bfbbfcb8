"""The page ``docs/planted-faults.md``: what is planted and what finds it; ``python -m tests.faults.faults_page``."""

from __future__ import annotations

from tests.architecture.source import PROJECT
from tests.faults.planted import FOUNDATIONS, INDICATORS, LOADERS, POLICIES, Planted

PAGE = PROJECT / "docs" / "planted-faults.md"

HEAD = """\
# Planted faults

Slips of one line, planted one at a time into a copy of the product by `make soak` (`tests/faults`). Each must be found
by the tests beside it, by an assertion of theirs; `make test` looks that the lines and the tests are still there. A
slip that no test finds is a test that is missing. This page is generated (`make docs`).
"""


def render_page() -> str:
    """The page's text: a table per sort of fault, a row per fault."""
    sorts = {
        "Policies and rights": POLICIES,
        "Indicators": INDICATORS,
        "Loaders": LOADERS,
        "Jobs, attachments, tokens, levels, checklists, cards, deadlines": FOUNDATIONS,
    }
    parts = [HEAD]
    for title, faults in sorts.items():
        parts.append(f"\n## {title}\n\n| a person would see that | fault | in | found by |\n|---|---|---|---|")
        parts += map(_row, faults)
    return "\n".join(parts) + "\n"


def _row(fault: Planted) -> str:
    tests = "<br>".join(f"`{test}`" for test in fault.found_by)
    return f"| {fault.seen} | `{fault.name}` | `{fault.file}` | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
