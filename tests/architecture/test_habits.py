"""Habits that no one should have to look for in review."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, assert_none, name_of, python_files, text_files, tree_of

THIS_FILE = "tests/architecture/test_habits.py"
LOCKS = sorted(ROOT.glob("*.lock"))

# Where something lies on one person's machine, and whose registry it was fetched from, is no part of the project.
MACHINE_WORDS = re.compile(
    r"(?<![\w.])/(?:work|home/(?!you/)\w+|root|Users/\w+)/"
    r"|pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|crates\.io"
)
UNFINISHED_WORDS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def _is_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in caught)


def test_no_error_is_swallowed() -> None:
    swallowed = [
        f"{name_of(file)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and all(map(_is_nothing, node.body))
    ]
    assert_none(swallowed, "an error that nobody expected must be told to somebody")


def test_no_error_of_every_kind_is_suppressed() -> None:
    suppressed = [
        f"{name_of(file)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("suppress", "contextlib.suppress")
        and any(isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in node.args)
    ]
    assert_none(suppressed)


def test_nothing_is_left_unfinished() -> None:
    unfinished = [
        f"{name_of(file)}: {match.group()}"
        for file in text_files()
        if name_of(file) != THIS_FILE and not file.name.endswith(("lock.json", ".lock"))
        for match in UNFINISHED_WORDS.finditer(file.read_text(encoding="utf-8"))
    ]
    assert_none(unfinished)


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    named = [
        f"{name_of(file)}: {match.group()}"
        for file in text_files()
        if name_of(file) != THIS_FILE
        for match in MACHINE_WORDS.finditer(file.read_text(encoding="utf-8"))
    ]
    assert_none(named)


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions() -> list[tuple[Path, Function]]:
    """Every function of the tests."""
    return [
        (file, node)
        for file in python_files()
        if name_of(file).startswith("tests/")
        for node in ast.walk(tree_of(file))
        if isinstance(node, Function)
    ]


def _called(function: Function) -> set[str]:
    """The last parts of the names that a function calls."""
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }


def test_every_test_asserts_something() -> None:
    """By itself, through a helper that does, or by a failure that a time limit or a library brings about."""
    asserting = {"raises", "validate", "timeout", "wait_for", "fail", "expect"}
    functions = _functions()
    known = {
        function: (any(isinstance(node, ast.Assert) for node in ast.walk(function)), _called(function))
        for _, function in functions
    }
    while True:
        found = {function.name for function, (asserts, called) in known.items() if asserts or called & asserting}
        if found <= asserting:
            break
        asserting |= found
    assert_none(
        f"{name_of(file)}:{function.lineno} {function.name}"
        for file, function in functions
        if function.name.startswith("test_") and function.name not in asserting
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(?:index-url|find-links)", text)
    for requirement in re.split(r"(?<!\\)\n", text):
        if requirement.strip():
            assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", requirement), requirement
            assert "--hash=sha256:" in requirement, requirement


def test_the_locks_agree_on_versions() -> None:
    versions = {
        lock.name: dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    }
    for smaller, larger in (
        ("requirements.lock", "requirements-test.lock"),
        ("requirements-test.lock", "requirements-bench.lock"),
    ):
        different = {name for name, version in versions[smaller].items() if versions[larger].get(name) != version}
        assert not different, f"{smaller} and {larger} disagree; run `make lock`"


def test_the_web_players_lock_names_no_address_of_a_package() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]
