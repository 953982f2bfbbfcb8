"""What acts has a name of verb + object, and no file's name stands twice: a search for a word finds its one place."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.source import ROOMS, modules, name, tree

# A single word that says what comes back without its import; ``Class.method`` where it does so of that class alone.
GUESSED = {
    **dict.fromkeys(("bounds", "centroid", "simplify", "buffer"), "a GIS engineer's word for the thing itself"),
    **dict.fromkeys(("main", "serve", "migrate"), "what a program of the web is started with"),
    **dict.fromkeys(("register", "layout"), "fixed names of a plug-in: each routes.py and each page has one"),
    **dict.fromkeys(("discover",), "the one way plug-ins are found"),
    **dict.fromkeys(("translate",), "a catalogue's word for the text of a key in a language"),
    **dict.fromkeys(("card", "breadcrumb"), "a web page's word for the part that comes back"),
    **dict.fromkeys(("today", "settings"), "what datetime and pydantic call it"),
    **dict.fromkeys(("transformer", "rng"), "the thing pyproj and NumPy call so comes back"),
    **dict.fromkeys(("gunzip", "unzip"), "the programs that do the same"),
    **dict.fromkeys(("parse", "records"), "of a value type what JSON and pandas call so"),
    **dict.fromkeys(("rgb", "rgba"), "CSS's own functions"),
    **dict.fromkeys(("facts",), "a decorator, read as what the class below it is"),
    **dict.fromkeys(("fingerprint",), "a digest by which two things are known to be the same"),
    **dict.fromkeys(("render",), "Branca's name, which it calls"),
    **dict.fromkeys(
        ("AppContext.execute", "AppContext.query", "RunningJob.execute", "RunningJob.query"),
        "a database's own words for acting and asking",
    ),
    **dict.fromkeys(("RequestCounts.collect",), "prometheus' name, which it calls"),
    **dict.fromkeys(
        ("_Bounded.append", "_Server.maintenance", "_Channel.write_soon"), "waitress' names, which it calls"
    ),
}
# No calls: an attribute is a noun, a Typer command's name is the word typed on the command line.
NOT_CALLED = {"property", "cached_property", "command", "callback"}
FIXED_PARTS = {"page", "view_model", "components", "routes", "__init__", "__main__"}
# Folders whose file names are the topic: models, source, indicator, check, layer and part of one topic share its word.
# Tests are named after the topic they hold, in each of their folders, and are not asked.
TOPICS = (
    "geodata/models", "geodata/migrations", "geodata/indicators", "geodata/integrity/checks", "geodata/search_kinds",
    "etl/sources",
    "layers/catalog", "dashboard/screens/admin/parts",
)  # fmt: skip


def decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The last word of each decorator: ``property``, ``command``, ``callback``."""
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return {getattr(each, "attr", getattr(each, "id", "")) for each in called}


def public_functions() -> Iterator[tuple[str, str]]:
    """File and name (``Class.method``) of what is called from elsewhere; attributes and commands left out."""
    for path in modules():
        if "migrations" in path.parts:
            continue
        for node in tree(path).body:
            inside = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
            owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
            for each in inside:
                if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) or each.name.startswith("_"):
                    continue
                if not decorators(each) & NOT_CALLED:
                    yield name(path), owner + each.name


def single_words() -> set[str]:
    """``file name`` of every public function that is one word nobody would guess."""
    return {
        f"{file} {function}"
        for file, function in public_functions()
        if "_" not in function.split(".")[-1] and not {function, function.split(".")[-1]} & GUESSED.keys()
    }


def test_no_function_has_a_name_of_one_word():
    assert single_words() == set()


def test_no_file_has_the_name_of_another():
    places = defaultdict(list)
    for path in modules(*ROOMS):
        file = PurePosixPath(name(path))
        if file.stem not in FIXED_PARTS and not str(file.parent).startswith(TOPICS):
            places[file.stem].append(str(file))
    assert {stem: files for stem, files in places.items() if len(files) > 1} == {}
