"""The sources as data: which files there are, what they import, what they define."""

import ast
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "antiphon"

# Folders that no person writes, besides the hidden ones.
MADE_FOLDERS = {"node_modules", "dist", "player", "__pycache__", "shots"}
HIDDEN_FOLDERS = {".ci"}
PYTHON_FOLDERS = ("src", "tests", "bench", "scripts")
TEXT_ENDINGS = {
    "", ".py", ".md", ".toml", ".sh", ".yaml", ".yml", ".ts", ".vue", ".js", ".mjs", ".css", ".html", ".conf",
    ".service", ".cfg", ".txt", ".lock", ".ini", ".mako", ".jinja", ".example", ".json",
}  # fmt: skip


def files(*folders: str) -> Iterator[Path]:
    """Every file that people write, under the given folders of the repository (all of it where none is given)."""
    for folder in folders or (".",):
        for place, names, found in os.walk(ROOT / folder):
            names[:] = sorted(name for name in names if _is_written(name, Path(place)))
            yield from (Path(place) / name for name in sorted(found))


def _is_written(folder: str, place: Path) -> bool:
    """False for what tools make, and for the data that a server keeps at the top when it is run from here."""
    if folder.startswith("."):
        return folder in HIDDEN_FOLDERS
    return folder not in MADE_FOLDERS and not (folder == "data" and place == ROOT)


def python_files() -> list[Path]:
    """Every Python file of the product, its tests and its benchmarks."""
    return [file for file in files(*PYTHON_FOLDERS) if file.suffix == ".py"]


def text_files() -> list[Path]:
    """Every file that holds text, whatever its language."""
    return [file for file in files() if file.suffix in TEXT_ENDINGS]


def name_of(file: Path) -> str:
    """The path as the repository names it."""
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    """The dotted name of a module of the product."""
    parts = list(file.relative_to(SOURCE.parent).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def assert_none(found: Iterable[str], reason: str = "") -> None:
    """Fail with everything that was found, a line each."""
    lines = sorted(found)
    assert not lines, "\n".join([reason, *lines])


@cache
def tree_of(file: Path) -> ast.Module:
    """The parsed source."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


@cache
def imports_of(file: Path) -> frozenset[str]:
    """The dotted names a file imports, at any depth in it; `from a import b` counts as `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def is_within(module: str, package: str) -> bool:
    """True for the package itself and everything inside it."""
    return module == package or module.startswith(f"{package}.")


def functions_of(file: Path) -> Iterator[tuple[str, int]]:
    """Each function's dotted name inside the file, and its length in lines from `def` to its end."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{prefix}{child.name}", (child.end_lineno or child.lineno) - child.lineno + 1
                yield from walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    yield from walk(tree_of(file), "")
