"""What may stand in the fields that people change."""

import math
import re
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from antiphon.areas.library.data import CreditEdit, Licence, SyncedLine
from antiphon.areas.library.data.licences import DEEDS
from antiphon.areas.library.data.lyrics import as_kept, line_of_words, written_line
from antiphon.areas.library.internal.fold import fold, name_key
from antiphon.kernel.clock import LATEST_MOMENT
from antiphon.kernel.errors import AntiphonError, Kind, invalid
from antiphon.kernel.text import clean_line, clean_lines

LONGEST_TITLE, LONGEST_NAME, LONGEST_GENRE = 1000, 500, 200
LONGEST_COMMENT, LONGEST_LYRICS = 2000, 100_000
MOST_CREDITS, MOST_GENRES, MOST_LINES = 100, 50, 5000
LONGEST_SONG = 86_400_000
SLOWEST, FASTEST = 20, 400
ROLES = frozenset(
    (
        *("artist", "composer", "conductor", "lyricist", "writer", "arranger", "remixer", "producer", "engineer"),
        *("mixer", "djmixer", "director", "performer"),
    )
)

Value = TypeVar("Value")


def is_set(value: object) -> bool:
    """Whether an edit names a field."""
    return value is not UNSET


def checked_line(field: str, text: str, longest: int, *, may_be_empty: bool = False) -> str:
    """A text of one line, without blanks around it and characters that nobody sees. Raises INVALID."""
    trimmed = clean_line(text)
    if not trimmed and not may_be_empty:
        raise invalid(**{field: "This is needed."})
    if len(trimmed) > longest or "\0" in text:
        raise invalid(**{field: f"This has at most {longest} characters."})
    return trimmed


def checked_name(field: str, text: str, longest: int = LONGEST_NAME) -> str:
    """A name that can be told apart from others. Raises INVALID."""
    name = checked_line(field, text, longest)
    if not name_key(name):
        raise invalid(**{field: "A name needs a letter or a digit."})
    return name


def checked_text(field: str, text: str, longest: int) -> str:
    """A text of several lines, without characters that nobody sees. Raises INVALID."""
    if len(text) > longest or "\0" in text:
        raise invalid(**{field: f"This has at most {longest} characters."})
    return clean_lines(text)


def checked_number(field: str, number: int | None, largest: int = 9999) -> int | None:
    """A number that counts from 0. Raises INVALID."""
    if number is not None and not 0 <= number <= largest:
        raise invalid(**{field: f"This is a whole number from 0 to {largest}."})
    return number


def checked_tempo(field: str, bpm: int | None) -> int | None:
    """Beats a minute. Raises INVALID."""
    if bpm is not None and not SLOWEST <= bpm <= FASTEST:
        raise invalid(**{field: f"This is a whole number from {SLOWEST} to {FASTEST}."})
    return bpm


def checked_key(field: str, text: str) -> str:
    """A musical key as it is kept: `F#` for F sharp major, `Bbm` for B flat minor; an empty text for none. Raises
    INVALID."""
    written = text.strip().replace("♯", "#").replace("♭", "b")
    if written and not _KEY.fullmatch(written):
        raise invalid(**{field: "A key is a note with # or b and, for minor, m: C, F#, Bb, Am, Ebm."})
    return written[:1].upper() + written[1:]


def checked_release(release_at: float | None) -> int | None:
    """A moment in whole seconds since 1970. Raises INVALID for one before 1970 or after the year 9999."""
    if release_at is None:
        return None
    if not 0 < release_at <= LATEST_MOMENT:
        raise invalid(release_at="This is a moment from 1970 to 9999.")
    return math.ceil(release_at)


def checked_licence(licence: Licence | None) -> dict[str, str] | None:
    """The fact of a licence. Raises INVALID for words or addresses where the code says it all, for `other` without
    either, and for an address that is none of the web."""
    if licence is None:
        return None
    if licence.code != "other":
        if licence.text or licence.url not in ("", DEEDS.get(licence.code)):
            raise invalid(licence="Only another licence takes words or an address of one's own.")
        return {"code": licence.code, "text": "", "url": DEEDS.get(licence.code, "")}
    words = checked_text("licence", licence.text, LONGEST_COMMENT)
    url = checked_line("licence", licence.url, LONGEST_TITLE, may_be_empty=True)
    if not words and not url:
        raise invalid(licence="Another licence needs words or an address.")
    if url and not _WEB.fullmatch(url):
        raise invalid(licence="The address begins with https:// or http://.")
    return {"code": "other", "text": words, "url": url}


def checked_synced(lines: Sequence[SyncedLine]) -> list[list[Any]]:
    """Lines in their order, as they are kept; a text may hold the times of its words itself. Raises INVALID."""
    if len(lines) > MOST_LINES:
        raise invalid(synced_lyrics=f"At most {MOST_LINES} lines.")
    found: list[SyncedLine] = []
    for line in sorted(lines, key=lambda one: one.start):
        if not 0 <= line.start <= LONGEST_SONG:
            raise invalid(synced_lyrics="Lines begin within the song's first day, counted in milliseconds.")
        read = _checked_words(line) if line.words else written_line(line.start, line.text)
        checked_line("synced_lyrics", read.text, LONGEST_TITLE, may_be_empty=True)
        found.append(read)
    return as_kept(found)


def _checked_words(line: SyncedLine) -> SyncedLine:
    times = [time for word in line.words for time in (word.start, word.end) if time is not None]
    if times != sorted(times) or not 0 <= times[0] <= times[-1] <= LONGEST_SONG:
        raise invalid(synced_lyrics="Words follow one another within the song's first day, counted in milliseconds.")
    pieces: list[tuple[int, str]] = []
    for word in line.words:
        pieces.append((word.start, word.text))
        if word.end is not None:
            pieces.append((word.end, ""))
    read = line_of_words(line.start, pieces)
    if read.text != clean_line(line.text):
        raise invalid(synced_lyrics="The words of a line, put together, are its text.")
    return read


_KEY = re.compile(r"[A-Ga-g][#b]?m?", re.ASCII)
_WEB = re.compile(r"https?://[^\s/]+\S*", re.ASCII)
_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?", re.ASCII)


def checked_date(field: str, text: str) -> str:
    """A date as precise as it is known: `2026`, `2026-11`, `2026-11-21`, or nothing. Raises INVALID."""
    if text and not _DATE.fullmatch(text):
        raise invalid(**{field: "This is a date such as 2026, 2026-11 or 2026-11-21."})
    return text


def checked_genres(names: Sequence[str]) -> list[str]:
    """Names of genres, each once. Raises INVALID."""
    found: dict[str, str] = {}
    for name in names:
        checked = checked_name("genres", name, LONGEST_GENRE)
        found.setdefault(name_key(checked), checked)
    if len(found) > MOST_GENRES:
        raise invalid(genres=f"At most {MOST_GENRES} genres.")
    return list(found.values())


def checked_credits(credits: Sequence[CreditEdit]) -> list[CreditEdit]:
    """Credits, each once. Raises INVALID for a role there is none, and where no artist is among them."""
    if len(credits) > MOST_CREDITS:
        raise invalid(artists=f"At most {MOST_CREDITS} credits.")
    for credit in credits:
        if credit.role not in ROLES:
            raise invalid(artists=f"There is no role {credit.role[:50]!r}.")
    checked = [
        credit if credit.id is not None else CreditEdit(checked_name("artists", credit.name), credit.role)
        for credit in credits
    ]
    return list({(credit.id, fold(credit.name), credit.role): credit for credit in checked}.values())


def check_unchanged(updated_at: float, expected: float | None) -> None:
    """Raise CONFLICT `changed_since` where a thing was changed after the moment that the caller has seen.

    Clients give the moment as they were told it: to the microsecond, or to the millisecond where their clock has no
    finer ones.
    """
    if expected is None or abs(updated_at - expected) < 2e-6:
        return
    if expected == round(expected, 3) and abs(int(updated_at * 1000) / 1000 - expected) < 2e-6:
        return
    raise AntiphonError(Kind.CONFLICT, "changed_since", "This was changed since you looked at it. Look again.")


def given(value: Value | UnsetType) -> Value:
    """The value of a field that `is_set` has found."""
    assert not isinstance(value, UnsetType)
    return value


def later(now: float, before: float) -> float:
    """A moment for a change that differs from the one before it."""
    return now if now > before else before + 0.001


def values(**fields: Any) -> dict[str, Any]:
    """The fields that an edit names, with their values."""
    return {name: value for name, value in fields.items() if value is not UNSET}
