"""Histories as services hand them out. What is no listen in them is passed over."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from antiphon.areas.playback.data.histories import HistoryEntry, HistorySource
from antiphon.kernel.clock import LATEST_MOMENT

# As the tools write moments that are no numbers.
_MOMENTS = ("%d %b %Y %H:%M", "%d %b %Y, %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
# Without a line of headings: artist, album, title, moment.
_COLUMNS = ("artist", "album", "track", "date")


def entries_in(source: HistorySource, content: bytes) -> Iterator[HistoryEntry]:
    """The listens of an export: ListenBrainz's JSON lines, or Last.fm's pages in JSON or CSV."""
    text = content.decode("utf-8-sig", "replace")
    if source == "listenbrainz":
        found = (_of_listenbrainz(_json(line)) for line in text.splitlines() if line.strip())
    elif text.lstrip()[:1] in ("[", "{"):
        found = (_of_lastfm(one) for one in _objects(_json(text)))
    else:
        found = (_of_row(row) for row in _rows(text))
    return (entry for entry in found if entry is not None)


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def _of_listenbrainz(value: Any) -> HistoryEntry | None:
    song = _at(value, "track_metadata")
    return _entry(
        _at(song, "artist_name"), _at(song, "track_name"), _at(song, "release_name"), _at(value, "listened_at")
    )


def _objects(value: Any) -> Iterator[Any]:
    """Every track in pages of tracks: whatever is dated."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            if "date" in one:
                yield one
            else:
                waiting += [part for part in one.values() if isinstance(part, list | dict)]


def _of_lastfm(value: Any) -> HistoryEntry | None:
    artist, album = _at(value, "artist"), _at(value, "album")
    return _entry(_named(artist), _at(value, "name"), _named(album), _at(_at(value, "date"), "uts"))


def _named(value: Any) -> Any:
    return (_at(value, "#text") or _at(value, "name")) if isinstance(value, dict) else value


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The lines of a table, with or without headings."""
    lines = csv.reader(io.StringIO(text))
    first = next(lines, [])
    headings = [name.strip().lower() for name in first]
    if not {"artist", "track"} <= set(headings):
        yield dict(zip(_COLUMNS, first, strict=False))
        headings = list(_COLUMNS)
    for line in lines:
        yield dict(zip(headings, line, strict=False))


def _of_row(row: dict[str, str]) -> HistoryEntry | None:
    moment: Any = row.get("uts") or row.get("date") or row.get("utc_time")
    return _entry(row.get("artist"), row.get("track"), row.get("album"), moment)


def _entry(artist: Any, title: Any, album: Any, moment: Any) -> HistoryEntry | None:
    at = _moment(moment)
    if not (isinstance(artist, str) and artist and isinstance(title, str) and title) or at is None:
        return None
    return HistoryEntry(artist, title, at, album if isinstance(album, str) else "")


def _moment(value: Any) -> float | None:
    """Seconds since 1970; None for what is no moment, as of songs that nobody knows when they were played."""
    if isinstance(value, str) and not value.strip().isdigit():
        for form in _MOMENTS:
            try:
                return datetime.strptime(value.strip(), form).replace(tzinfo=UTC).timestamp()
            except ValueError:
                continue
        return None
    try:
        at = float(value)
    except (TypeError, ValueError):
        return None
    return at if 0 < at <= LATEST_MOMENT else None


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
