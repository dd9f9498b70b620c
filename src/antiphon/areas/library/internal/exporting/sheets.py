"""Lines of CSV that a spreadsheet takes as text, whatever somebody has called a song."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from antiphon.kernel.clock import date_of

BOM = b"\xef\xbb\xbf"
# A cell that begins so would be run as a formula; the last four are the full-width forms of the first.
_DANGEROUS = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def defused(value: Any) -> Any:
    """A cell that no spreadsheet runs: what looks like a formula begins with an apostrophe. Blanks before it do not
    help it."""
    if not isinstance(value, str) or not value:
        return value
    is_dangerous = value.startswith(_DANGEROUS) or value.lstrip().startswith(_DANGEROUS)
    return f"'{value}" if is_dangerous else value


def lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as CSV in UTF-8; None is an empty cell."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([[defused(cell) for cell in row] for row in rows])
    return written.getvalue().encode("utf-8", "replace")


def told(seconds: float | None) -> str:
    """A moment as spreadsheets read it, in UTC; empty for none."""
    return date_of(seconds).strftime("%Y-%m-%d %H:%M:%S") if seconds else ""
