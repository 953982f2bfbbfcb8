"""Faults planted by hand into a copy of the product are found, each by the tests that are said to find it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.source import PROJECT
from tests.faults.planted import INDICATORS, LOADERS, PLANTED, POLICIES, Planted
from tests.scratch_copy import copy_product

ASSERTED = ("AssertionError", "assert ", "Failed: DID NOT RAISE")
LONGEST_RUN = 600


def copy_with_tests(folder: Path) -> Path:
    """The product and its tests, as a tree of its own."""
    copy_product(folder, {})
    shutil.copytree(PROJECT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def run_tests(tree: Path, tests: Collection[str]) -> dict[str, list[str]]:
    """What became of the tests in a tree of their own: ``file::name`` → per case how it failed, empty if it did not."""
    report = tree / "report.xml"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "GRID_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests],
        cwd=tree,
        # a module that changed within a second and kept its length would be taken from its compiled file
        env=inherited | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_RUN,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found: dict[str, list[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        test = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name'].partition('[')[0]}"
        ends = [f"{end.tag}: {end.get('message')}" for end in case if end.tag in {"failure", "error", "skipped"}]
        found.setdefault(test, []).append("".join(ends))
    assert found.keys() == set(tests), done.stdout
    return found


def test_twenty_faults_of_three_sorts_are_planted():
    assert len(PLANTED) >= 20
    assert len({fault.name for fault in PLANTED}) == len(PLANTED)
    assert min(map(len, (POLICIES, INDICATORS, LOADERS))) >= 6


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_what_a_fault_replaces_and_who_finds_it_is_there(fault: Planted):
    assert (PROJECT / fault.file).read_text(encoding="utf-8").count(fault.text) == 1
    assert fault.found_by
    for test in fault.found_by:
        path, name = test.split("::")
        tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


@pytest.mark.soak
def test_without_a_fault_the_tests_pass(tmp_path: Path):
    found = run_tests(copy_with_tests(tmp_path), {test for fault in PLANTED for test in fault.found_by})
    assert {test: ends for test, ends in found.items() if any(ends)} == {}


@pytest.mark.soak
@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found(fault: Planted, tmp_path: Path):
    tree = copy_with_tests(tmp_path)
    file = tree / fault.file
    file.write_text(file.read_text(encoding="utf-8").replace(fault.text, fault.slip), encoding="utf-8")
    for test, ends in run_tests(tree, fault.found_by).items():
        failed = [end for end in ends if end]
        assert failed, f"{test} does not find it"
        # a fault that breaks the program would be found by anything
        assert [end for end in failed if not end.removeprefix("failure: ").startswith(ASSERTED)] == []
