"""Tables full of rows that mean little, made by PostgreSQL itself: enough for its planner to choose as it would."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, Integer, Table, Text

# SQL that gives a column's value, `n` being the number of the row from 1 on.
Values = Mapping[str, str]


def filling(table: Table, rows: int, sizes: Mapping[str, int], values: Values) -> str:
    """The INSERT of `rows` rows: `values` where they say something, references to rows that are there, else something
    of the column's type that no other row has. Columns with a default keep it."""
    given = {column.name: _value(column, sizes, values) for column in table.columns}
    told = {name: value for name, value in given.items() if value is not None}
    return (
        f"INSERT INTO {table.name} ({', '.join(told)}) "
        f"SELECT {', '.join(told.values())} FROM generate_series(1, {rows}) AS row(n)"
    )


def _value(column: Column[object], sizes: Mapping[str, int], values: Values) -> str | None:
    if column.name in values:
        return values[column.name]
    for reference in column.foreign_keys:
        if reference.column.table.name in sizes:
            return f"1 + n % {sizes[reference.column.table.name]}"
    if column.nullable or column.server_default is not None:
        return None
    if isinstance(column.type, Text):
        return f"'{column.name} ' || n"
    return "n" if isinstance(column.type, Integer | BigInteger) else "random()"
