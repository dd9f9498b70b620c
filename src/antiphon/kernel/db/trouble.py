"""What the errors of databases mean to who asked: trouble that passes, or that people can mend."""

from collections.abc import Callable

from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from antiphon.kernel.errors import AntiphonError, Kind, unavailable


def database_busy() -> AntiphonError:
    """Others keep the database from this work."""
    return unavailable("database_busy", "The database is busy. Try again in a moment.")


def database_down() -> AntiphonError:
    """The database does not answer, or ends the connection."""
    return unavailable("database_down", "The database does not answer just now.")


def _damaged() -> AntiphonError:
    return unavailable(
        "database_damaged", "The database is damaged. Stop the server and restore the last backup of it."
    )


def _disk_full() -> AntiphonError:
    return AntiphonError(Kind.NO_SPACE, "disk_full", "The disk is full: nothing was saved. Free some space.")


def _read_only() -> AntiphonError:
    return unavailable("database_read_only", "The database cannot be written just now.")


def _bad_text() -> AntiphonError:
    return AntiphonError(Kind.INVALID, "invalid", "A text holds a character that cannot be kept.")


# Beginnings of SQLSTATE codes, the longer before the shorter.
_STATES: list[tuple[tuple[str, ...], Callable[[], AntiphonError]]] = [
    (("53100",), _disk_full),
    (("08", "57P"), database_down),
    (("40001", "40P01", "55P03", "57014", "53"), database_busy),
    (("22021", "22P05"), _bad_text),
]

# SQLite tells its troubles in words.
_WORDS: list[tuple[tuple[str, ...], Callable[[], AntiphonError]]] = [
    (("database is locked", "database table is locked"), database_busy),
    (("unable to open database file",), database_down),
    (("database disk image is malformed", "file is not a database"), _damaged),
    (("database or disk is full", "no space left", "disk i/o error"), _disk_full),
]


def trouble(state: str | None, text: str) -> AntiphonError | None:
    """The trouble that an error speaks of: by its SQLSTATE where it has one, else by its words. None for any other."""
    if state:
        found = (meaning for beginnings, meaning in _STATES if state.startswith(beginnings))
    else:
        lower = text.lower()
        found = (meaning for signs, meaning in _WORDS if any(sign in lower for sign in signs))
    meaning = next(found, None)
    return meaning() if meaning is not None else None


def database_trouble(error: BaseException | None) -> AntiphonError | None:
    """The trouble with the database that `error`, raised by SQLAlchemy, speaks of; None for any other error."""
    if isinstance(error, PoolTimeoutError):
        return database_busy()
    if not isinstance(error, DBAPIError):
        return None
    text = str(error.orig)
    told = trouble(getattr(error.orig, "sqlstate", None), text)
    if told is None and error.connection_invalidated:
        return database_down()
    return _read_only() if "attempt to write a readonly database" in text else told


def is_refused_value(error: BaseException | None) -> bool:
    """Whether `error`, raised by a transaction, says that a value is none that the database can keep: too large a
    number, a text with a character that it has not. The same rows would fail again, others would not."""
    if isinstance(error, AntiphonError):
        error = error.__cause__
    if isinstance(error, DataError | OverflowError | UnicodeEncodeError):
        return True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    # What the driver for PostgreSQL refuses before it asks the server has no SQLSTATE and is a ValueError.
    state = getattr(error.orig, "sqlstate", None)
    return state.startswith(("22", "54")) if state else isinstance(error.orig.__cause__, ValueError)
