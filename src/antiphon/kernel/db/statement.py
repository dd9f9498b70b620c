"""A SELECT that is written once as a SQLAlchemy expression and compiled once for each database.

Hot reads go around SQLAlchemy's execution: the compiled text runs on the driver itself and gives plain tuples.
Columns that hot reads touch are integers, text and reals only, so that raw rows mean the same on both databases.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import BindParameter, ClauseElement, Executable
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import Boolean, Integer

_DIALECTS = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.asyncpg.dialect(),  # type: ignore[no-untyped-call]
}


_WORD = re.compile(r"[A-Za-z_]+", re.ASCII)


class CompiledStatement:
    """Text for one database, the order of its parameters and the constants among them."""

    __slots__ = ("constants", "names", "text")

    def __init__(self, expression: ClauseElement, dialect: str) -> None:
        compiled = with_constants_written_out(expression).compile(dialect=_DIALECTS[dialect])
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())
        required = {name for name, bind in compiled.binds.items() if bind.required}
        self.constants = {name: value for name, value in compiled.params.items() if name not in required}

    def arguments(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in the order the driver wants them. KeyError names a parameter that was forgotten."""
        constants = self.constants
        return [parameters[name] if name in parameters else constants[name] for name in self.names]


def with_constants_written_out(expression: ClauseElement) -> ClauseElement:
    """The same expression with its constant numbers and words in the text instead of among the parameters.

    SQLite prepares a statement anew at every run where a parameter may decide on a partial index (`missing = ?`), which
    costs more than a point read; and what is written out can use such an index on both databases.
    """

    def written_out(element: Any, **_: Any) -> Any:
        if not isinstance(element, BindParameter) or element.required:
            return None
        if type(element.value) is int:
            return literal_column(str(element.value), element.type)
        if type(element.value) is str and _WORD.fullmatch(element.value):
            return literal_column(f"'{element.value}'", element.type)
        return None

    written = replacement_traverse(expression, {}, written_out)
    assert isinstance(written, ClauseElement)
    return written


class Statement:
    """One SELECT. Make it at import time; parameters are `bindparam("name")` inside the expression.

    Where the databases need different ones (full-text search), give one for each.
    """

    __slots__ = ("_compiled", "_expressions")

    def __init__(self, expression: Executable | None = None, **of_dialect: Executable) -> None:
        self._expressions = of_dialect if expression is None else dict.fromkeys(_DIALECTS, expression)
        self._compiled: dict[str, CompiledStatement] = {}

    def expression(self, dialect: str) -> Executable:
        """The expression for `sqlite` or `postgresql`."""
        return self._expressions[dialect]

    def compiled(self, dialect: str) -> CompiledStatement:
        """The text for `sqlite` or `postgresql`, compiled at first use and kept."""
        found = self._compiled.get(dialect)
        if found is None:
            expression = self._expressions[dialect]
            assert isinstance(expression, ClauseElement)
            found = self._compiled[dialect] = CompiledStatement(expression, dialect)
        return found


class _Listed(FunctionElement[Any]):
    """The values of a JSON list as rows."""

    inherit_cache = True


class _ListedNumbers(_Listed):
    """The same, which PostgreSQL reads as bigint. A class of its own: that alone is part of the cache's key."""

    inherit_cache = True


def in_list(column: ColumnElement[Any], parameter: BindParameter[str]) -> ColumnElement[bool]:
    """`column IN (…)` where the whole list is one parameter: a JSON text such as `[3, 7]`.

    An ordinary IN changes its text with the number of values and so cannot be compiled once.
    """
    listed = _ListedNumbers if isinstance(column.type, Integer) else _Listed
    return column.op("IN", is_comparison=True)(listed(parameter))


class _Same(FunctionElement[bool]):
    """Two values that are equal."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> "_Same":
        """Itself: SQLAlchemy would compare it with 1 on SQLite, which has no truth values."""
        return self


def same(column: ColumnElement[Any], value: ColumnElement[Any]) -> ColumnElement[bool]:
    """`column = value` in the condition of an outer join, of values that are never null.

    SQLite answers a page that is joined so with one look-up for each row. After `=` it reads the whole joined table
    first, to make a Bloom filter of it, wherever it takes the page for larger than that table.
    """
    return _Same(column, value)


@compiles(_Same, "sqlite")
def _same_sqlite(element: _Same, compiler: SQLCompiler, **options: Any) -> str:
    return f"({' IS '.join(compiler.process(side, **options) for side in element.clauses)})"


@compiles(_Same, "postgresql")
def _same_postgresql(element: _Same, compiler: SQLCompiler, **options: Any) -> str:
    return f"({' = '.join(compiler.process(side, **options) for side in element.clauses)})"


class _Checked(FunctionElement[Any]):
    """A column that rows are checked by, and never looked up by."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


def checked(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """`column`, for a condition that most rows meet.

    SQLite without statistics takes every comparison for a rare hit: it would read all rows by the index of the column
    and sort them, where walking along the index of the order ends after one page.
    """
    return _Checked(column)


@compiles(_Checked, "sqlite")
def _checked_sqlite(element: _Checked, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(_Checked, "postgresql")
def _checked_postgresql(element: _Checked, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Listed, "sqlite")
def _listed_sqlite(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - SQL made by SQLAlchemy


@compiles(_Listed, "postgresql")
def _listed_postgresql(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    cast = "::bigint" if isinstance(element, _ListedNumbers) else ""
    rows = f"json_array_elements_text(({compiler.process(element.clauses, **options)})::json) AS listed(value)"
    return f"(SELECT value{cast} FROM {rows})"  # noqa: S608 - SQL made by SQLAlchemy
