"""No data becomes code: nothing is unpickled, and what helper processes answer is decoded as values.

A process that opens a stranger's file may be taken over by it. Whoever unpickled its answers would be, too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import assert_none, files, imports_of, is_within, name_of, tree_of

# What makes code of data; pools, queues and managers of processes unpickle what comes back from them.
MAKES_CODE = (
    "pickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "multiprocessing",
    "billiard",
    "concurrent.futures.process",
    "concurrent.futures.ProcessPoolExecutor",
)
UNPICKLES = {"ProcessPoolExecutor", "allow_pickle", "unsafe_load"}
ALLOWED = {
    "src/antiphon/adapters/demo_music/library.py": "composes the demo in a pool, and opens nobody's files",
    "src/antiphon/adapters/demo_music/seeding.py": "composes music in a pool, and opens nobody's files",
    "scripts/fit_sound.py": "fits constants once, by hand, over music that its caller has chosen; no server runs it",
}


def _told(file: Path) -> Iterator[str]:
    """What a file has that could make code of data."""
    for name in sorted(imports_of(file)):
        if any(is_within(name, forbidden) for forbidden in MAKES_CODE):
            yield f"imports {name}"
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Attribute) and node.attr in UNPICKLES:
            yield f"names {node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in UNPICKLES:
            yield f"names {node.arg}"


def _product() -> list[Path]:
    return [file for file in files("src/antiphon", "scripts") if file.suffix == ".py"]


def test_nothing_is_unpickled() -> None:
    assert_none(
        (f"{name_of(file)} {told}" for file in _product() if name_of(file) not in ALLOWED for told in _told(file)),
        "answers of helpers are decoded into types (antiphon.kernel.frames), see docs/adr/0013-helper-processes.md",
    )


def test_what_is_allowed_is_needed() -> None:
    needed = {name_of(file) for file in _product() if any(_told(file))}
    assert set(ALLOWED) <= needed


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import multiprocessing.pool",
        "from multiprocessing import get_context",
        "from concurrent.futures import ProcessPoolExecutor",
        "import concurrent.futures\nconcurrent.futures.ProcessPoolExecutor(1)",
        "import numpy\nnumpy.load('it', allow_pickle=True)",
    ],
)
def test_a_trespasser_is_found(source: str, tmp_path: Path) -> None:
    file = tmp_path / "trespasser.py"
    file.write_text(source)
    assert list(_told(file))
