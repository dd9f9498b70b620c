"""The one MetaData that all areas' tables register with, and its naming rules (they make migrations readable).

Columns that hot reads touch are integers, text and reals only: a truth is 0 or 1, a moment is
seconds since 1970 in UTC.
"""

from sqlalchemy import BigInteger, Double, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""The type of primary and foreign keys: 64 bits on both databases (SQLite numbers only an INTEGER by itself)."""

Moment: Double[float] = Double()
"""Seconds since 1970-01-01 UTC."""
