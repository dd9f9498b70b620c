"""What docs/security.md promises is shown by tests that there are."""

import ast
import re
from functools import cache

import pytest

from scripts.documents import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", DOCUMENT)))


@cache
def names_in(file: str) -> set[str]:
    """The names of the tests in a file under tests/."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def test_every_promise_names_a_test() -> None:
    promises = [line for line in DOCUMENT.splitlines() if line.startswith("| ") and "---" not in line]
    promises = [line for line in promises if not line.startswith("| promise")]
    assert len(promises) > 30
    for line in promises:
        assert re.search(r"`[\w/]+\.py::test_\w+` *\|$", line) or "<br>" in line, line


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[f"{file}::{name}" for file, name in NAMED])
def test_the_test_is_there(file: str, name: str) -> None:
    assert name in names_in(file)


def test_the_family_of_security_tests_is_told_whole() -> None:
    """Every file of tests/security stands for at least one promise."""
    files = {f"security/{path.name}" for path in (ROOT / "tests" / "security").glob("test_*.py")}
    assert files <= {file for file, _ in NAMED}
