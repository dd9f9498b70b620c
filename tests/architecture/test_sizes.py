"""Files and functions stay small enough to be read at once. The exceptions are data, and only shrink."""

import tomllib
from collections.abc import Mapping

from tests.architecture.sources import ROOT, assert_none, files, functions_of, name_of, python_files

FILE_LINES, FILE_LINES_AT_MOST = 400, 500
FUNCTION_LINES, FUNCTION_LINES_AT_MOST = 40, 60
VUE_LINES = 300

# A migration is history: one long list of statements, never edited again.
HISTORY = "src/antiphon/bootstrap/migrations/versions/"

EXCEPTIONS: dict[str, dict[str, int]] = tomllib.loads(
    (ROOT / "tests" / "architecture" / "exceptions.toml").read_text(encoding="utf-8")
)


def complaints(sizes: Mapping[str, int], limit: int, hard: int, exceptions: Mapping[str, int]) -> list[str]:
    """What is wrong with the sizes, or with the exceptions made for them."""
    found = []
    for name, size in sizes.items():
        allowed = exceptions.get(name, limit)
        if size > hard:
            found.append(f"{name}: {size} lines, and no exception goes beyond {hard}")
        elif size > allowed:
            found.append(f"{name}: {size} lines where {allowed} are allowed; could it be two?")
    for name, recorded in exceptions.items():
        size = sizes.get(name, 0)
        if size <= limit:
            found.append(f"{name}: within the limit now; remove its exception")
        elif size < recorded:
            found.append(f"{name}: has shrunk to {size}; lower its exception from {recorded}")
    return found


def test_files_are_short() -> None:
    sizes = {name_of(file): file.read_text(encoding="utf-8").count("\n") for file in python_files()}
    sizes = {name: size for name, size in sizes.items() if not name.startswith(HISTORY)}
    assert sizes
    assert_none(complaints(sizes, FILE_LINES, FILE_LINES_AT_MOST, EXCEPTIONS["files"]))


def test_functions_are_short() -> None:
    sizes = {
        f"{name_of(file)}::{function}": lines
        for file in python_files()
        if not name_of(file).startswith(HISTORY)
        for function, lines in functions_of(file)
    }
    assert sizes
    assert_none(complaints(sizes, FUNCTION_LINES, FUNCTION_LINES_AT_MOST, EXCEPTIONS["functions"]))


def test_components_of_the_web_player_are_short() -> None:
    sizes = {
        name_of(file): file.read_text(encoding="utf-8").count("\n")
        for file in files("web/src")
        if file.suffix == ".vue"
    }
    assert_none(complaints(sizes, VUE_LINES, VUE_LINES, {}))


def test_a_size_that_grew_or_shrank_is_told() -> None:
    assert complaints({"a": 41}, 40, 60, {}) == ["a: 41 lines where 40 are allowed; could it be two?"]
    assert complaints({"a": 61}, 40, 60, {"a": 61}) == ["a: 61 lines, and no exception goes beyond 60"]
    assert complaints({"a": 45}, 40, 60, {"a": 50}) == ["a: has shrunk to 45; lower its exception from 50"]
    assert complaints({"a": 40}, 40, 60, {"a": 50}) == ["a: within the limit now; remove its exception"]
    assert not complaints({"a": 50}, 40, 60, {"a": 50})
