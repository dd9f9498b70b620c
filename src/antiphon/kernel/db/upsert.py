"""INSERT with ON CONFLICT: the one statement whose text SQLAlchemy wants from the database's own dialect."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.kernel.db.database import Transaction


def insert_unless_there(transaction: Transaction, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT on which `on_conflict_do_nothing` and `on_conflict_do_update` can be called.

    Two transactions that both find no row may both insert it: on PostgreSQL that is an error without this.
    """
    if transaction.dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
