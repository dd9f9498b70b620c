"""Conditions and ranges of HTTP (RFC 9110): what of a file a request wants, decided from its header fields alone."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from typing import Final, Literal, NamedTuple

_CONDITIONS: Final = frozenset(
    (b"range", b"if-range", b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
)
Verdict = Literal["send", "not_modified", "failed"]


class ByteRange(NamedTuple):
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range starts behind the end of the file: the answer is 416."""


def condition_fields(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    """The header fields that `verdict` and `wanted_range` read, by lower-case name; lists that came in parts joined."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in _CONDITIONS:
            text = value.decode("latin-1").strip()
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def http_date(seconds: float) -> str:
    """Seconds since 1970 as HTTP writes moments: `Sat, 21 Nov 2026 10:00:00 GMT`."""
    return formatdate(int(seconds), usegmt=True)


def verdict(fields: Mapping[bytes, str], etag: str, last_modified: float) -> Verdict:
    """What the conditions of a request say of a file with this ETag (in quotes) and this moment of its last change."""
    if b"if-match" in fields:
        if not _names(fields[b"if-match"], etag, weak=False):
            return "failed"
    elif b"if-unmodified-since" in fields:
        moment = _moment(fields[b"if-unmodified-since"])
        if moment is not None and int(last_modified) > moment:
            return "failed"
    if b"if-none-match" in fields:
        return "not_modified" if _names(fields[b"if-none-match"], etag, weak=True) else "send"
    if b"if-modified-since" in fields:
        moment = _moment(fields[b"if-modified-since"])
        if moment is not None and int(last_modified) <= moment:
            return "not_modified"
    return "send"


def wanted_range(fields: Mapping[bytes, str], size: int, etag: str, last_modified: float) -> ByteRange | None:
    """The one range that is wanted of `size` bytes, or None for the whole file.

    Several ranges, other units and unreadable ranges are answered with the whole file, as is an `If-Range` that names
    another state of the file. Raises Unsatisfiable.
    """
    text = fields.get(b"range")
    if text is None or not _if_range_holds(fields.get(b"if-range"), etag, last_modified):
        return None
    unit, _, wanted = text.partition("=")
    if unit.strip().lower() != "bytes" or "," in wanted:
        return None
    first, dash, last = (part.strip() for part in wanted.partition("-"))
    if not dash or not _is_number(first) or not _is_number(last) or not (first or last):
        return None
    if not first:
        return _tail(int(last), size)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, min(end, size - 1))


def _tail(wanted: int, size: int) -> ByteRange:
    if wanted == 0 or size == 0:
        raise Unsatisfiable
    return ByteRange(max(size - wanted, 0), size - 1)


def _is_number(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdigit() and len(text) <= 18)


def _if_range_holds(condition: str | None, etag: str, last_modified: float) -> bool:
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        return condition == etag and not etag.startswith("W/")
    moment = _moment(condition)
    return moment is not None and moment == int(last_modified)


def _names(listed: str, etag: str, *, weak: bool) -> bool:
    if listed.strip() == "*":
        return True
    tags = [tag.strip() for tag in listed.split(",")]
    if weak:
        return etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in tags]
    return not etag.startswith("W/") and etag in tags


def _moment(text: str) -> int | None:
    try:
        parsed = parsedate_to_datetime(text)
        return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
