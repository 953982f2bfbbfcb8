"""The page ``docs/rules.md``: the rules as the tests of ``tests/spec`` state them; ``python -m tests.rules_page``."""

from __future__ import annotations

import ast
from pathlib import Path

SPEC = Path(__file__).parent / "spec"
PAGE = Path(__file__).parents[1] / "docs" / "rules.md"

HEAD = """\
# Rules

Each chapter is a file of `tests/spec`, each line a test that runs on a real PostGIS; a rule that is not here is not
promised. This page is generated (`make docs`).
"""


def render_page() -> str:
    """The page's text: a chapter per spec file, a line per test, its docstring after a colon."""
    parts = [HEAD]
    for path in sorted(SPEC.rglob("test_*.py"), key=lambda path: path.stem):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts.append(f"\n## {ast.get_docstring(tree)}\n")
        parts += [
            _line(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
    return "\n".join(parts) + "\n"


def _line(test: ast.FunctionDef) -> str:
    sentence = test.name.removeprefix("test_").replace("_", " ")
    explained = " ".join((ast.get_docstring(test) or "").split())
    return f"- {sentence[0].upper()}{sentence[1:]}" + (f": {explained}" if explained else ".")


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
