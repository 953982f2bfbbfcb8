"""No test keeps today: a run that goes over midnight would ask about a day that is another one by then."""

from __future__ import annotations

import ast

from tests.architecture.source import ROOMS, modules, name


def kept_days(code: str) -> list[int]:
    """Lines outside of functions that ask what day it is."""
    found: list[int] = []
    todo: list[ast.AST] = list(ast.parse(code).body)
    while todo:
        each = todo.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            todo.extend(each.decorator_list if not isinstance(each, ast.Lambda) else [])
            continue
        if isinstance(each, ast.Call) and ast.unparse(each.func).rpartition(".")[2] == "today":
            found.append(each.lineno)
        todo.extend(ast.iter_child_nodes(each))
    return sorted(found)


def test_no_module_asks_what_day_it_is_before_it_runs():
    files = modules(*ROOMS, "tests")
    assert {name(file): lines for file in files if (lines := kept_days(file.read_text("utf-8")))} == {}


def test_what_is_kept_is_seen():
    kept = "DAY = calendar.today()\n\n@mark(today())\ndef f(day=0):\n    return today()\nLATER = lambda: today()\n"
    assert kept_days(kept) == [1, 3]
