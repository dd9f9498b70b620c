"""The database as the areas see it: one way to write (a transaction), one way to read fast (a reader)."""

from antiphon.kernel.db.database import Database, Transaction
from antiphon.kernel.db.reader import Reader
from antiphon.kernel.db.statement import Statement, checked, in_list, same
from antiphon.kernel.db.tables import Id, Moment, metadata
from antiphon.kernel.db.trouble import is_refused_value
from antiphon.kernel.db.upsert import insert_unless_there

__all__ = [
    "Database",
    "Id",
    "Moment",
    "Reader",
    "Statement",
    "Transaction",
    "checked",
    "in_list",
    "insert_unless_there",
    "is_refused_value",
    "metadata",
    "same",
]
