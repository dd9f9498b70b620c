"""From one text to several values, and from text to numbers and dates: the habits of taggers, undone."""

from __future__ import annotations

import math
import re
from functools import lru_cache

#: Values one tag may have; a file that brings more is cut.
VALUES_LIMIT = 200

# Names that hold a separator and are one name all the same, in lower case.
_WHOLE_NAMES = (
    "ac/dc", "a/t/o/s", "as/hi soundworks", "au/ra", "axis/allies", "b/bqスタヂオ", "bremer/mccoy", "dov/s",
    "dj'tekina//something", "ix/on", "j-core sli//cer", "k/da", "kaoru/brilliance", "l/o/n/g", "loona / odd eye circle",
    "loona / yyxy", "loona 1/3", "love/hate", "lsr/city", "m(a/u)sic/m", "m/a/r/r/s", "phantom/ghost", "r!n / gemie",
    "richiter(lorb/dugem di barat)", "she/her/hers", "signum/ii", "smith/kotzen", "5/8erl in ehr'n", "7/8", "22/7",
    "//darth null", "諭吉佳作/men", "이달의 소녀 1/3", "n/a", "w/v", "we;na", "kairon; irse!", "singer/songwriter",
    "children's/kids", "24/7", "9/11", "50/50",
)  # fmt: skip
# Bands whose name is a list of its own.
_WHOLE_GROUPS = (
    "belle & sebastian", "blood, sweat & tears", "crosby, stills & nash", "crosby, stills, nash & young",
    "daryl hall & john oates", "earth, wind & fire", "emerson, lake & palmer", "hall & oates", "mumford & sons",
    "peter, paul & mary", "simon & garfunkel", "sam & dave", "ike & tina turner", "angus & julia stone",
    "tyler, the creator", "macklemore & ryan lewis",
)  # fmt: skip


def _any_of(names: tuple[str, ...]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_WHOLE = re.compile(rf"(?<!\w)(?:{_any_of(_WHOLE_NAMES)})(?!\w)", re.IGNORECASE)
# None begins with a run of blanks: each of many blanks would be a beginning to try. What is split is stripped.
_LIST = re.compile(r"\x00\s*|;\s+| / +")
_LIST_WITH_SLASH = re.compile(r"\x00\s*|;\s*|/\s*")
_GUESTS = re.compile(r"(?<=\s)[(\[]?(?:feat\.?|ft\.?|featuring)\s+", re.IGNORECASE)
_WHOLE_GROUP = re.compile(rf"(?<!\w)(?:{_any_of(_WHOLE_GROUPS)})(?!\w)|\s&\s+the\s(?s:.*)", re.IGNORECASE)
_GUEST_LIST = re.compile(r",\s*(?:&\s+|and\s+)?|\s&\s+")
_NUMBER = re.compile(r"[-+]?\d{1,6}(?:[.,]\d{1,12})?")
_POSITION = re.compile(r"\s*(\d{1,6})(?:\s*(?:/|of)\s*(\d{1,6}))?(?!\d)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?(?!\d)")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_DAY_FIRST_DATE = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def unique(values: list[str]) -> tuple[str, ...]:
    """The values in their order, without empty ones and repetitions, bounded in number."""
    if len(values) == 1:
        return (values[0],) if values[0] else ()
    return tuple(dict.fromkeys(value for value in values if value))[:VALUES_LIMIT]


def parse_tempo(text: str) -> float | None:
    """Beats a minute, between 1 and 1000."""
    tempo = parse_number(text)
    return tempo if tempo is not None and 1 <= tempo <= 1000 else None


def split_list(text: str, slash: bool = False) -> list[str]:
    """The single names in a text such as "A; B", "A / B" or, where `slash` is set, "A/B". "AC/DC" stays whole."""
    if "\x00" not in text and ";" not in text and "/" not in text:
        return [text]
    return _split_around(_WHOLE, _LIST_WITH_SLASH if slash else _LIST, text)


def split_guests(text: str) -> list[str]:
    """The artist and their guests: "A feat. B & C" gives A, B and C. Duos and "X & The Ys" stay whole."""
    lowered = text.lower()
    # Most names have neither; the expression would begin anew at every blank.
    if "feat" not in lowered and "ft" not in lowered:
        return [text]
    stripped = text.rstrip()
    end = len(stripped) - 1 if stripped[-1] in ")]" else len(text)
    # No bracket stands among guests, so they begin behind the last one, or it is theirs.
    found = _GUESTS.search(text, max(0, *(text.rfind(bracket, 0, end) for bracket in "()[]")), end)
    if found is None:
        return [text]
    artist, guests = text[: found.start()].strip(), text[found.end() : end]
    if not artist or not guests:
        return [text]
    return [artist, *_split_around(_WHOLE_GROUP, _GUEST_LIST, guests)]


def _split_around(whole: re.Pattern[str], separator: re.Pattern[str], text: str) -> list[str]:
    """Split at the separators that do not lie inside a name which is known to be whole."""
    kept = [found.span() for found in whole.finditer(text)]
    kept.reverse()
    parts: list[str] = []
    start = 0
    for found in separator.finditer(text):
        while kept and kept[-1][1] <= found.start():
            kept.pop()
        if kept and kept[-1][0] < found.end():
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def parse_number(text: str) -> float | None:
    """The number at the beginning of a text: "-6.5 dB" is -6.5, a comma counts as a point."""
    found = _NUMBER.match(text.strip())
    return float(found[0].replace(",", ".")) if found else None


@lru_cache(maxsize=256)
def parse_position(text: str) -> tuple[int | None, int | None]:
    """Number and total of "3", "3/12" or "3 of 12"; nought means not known."""
    found = _POSITION.match(text)
    if found is None:
        return None, None
    return int(found[1]) or None, int(found[2] or 0) or None


def parse_gain(text: str) -> float | None:
    """A ReplayGain value in dB; what no recording can need is taken as an error and is None."""
    gain = parse_number(text)
    return gain if gain is not None and abs(gain) <= 70 else None


def parse_peak(text: str) -> float | None:
    """A ReplayGain peak, 1.0 = full scale."""
    peak = parse_number(text)
    return peak if peak is not None and 0 <= peak <= 100 else None


def parse_r128_gain(text: str) -> float | None:
    """The gain of Opus: a whole number in 1/256 dB to -23 LUFS, told in dB to the -18 LUFS of ReplayGain."""
    gain = parse_number(text)
    if gain is None or not math.isfinite(gain) or abs(gain) > 32768:
        return None
    return round(gain / 256 + 5, 2)


def parse_date(text: str) -> str | None:
    """A date as exact as it is told ("1997", "1997-06", "1997-06-16"); None when there is no year in it."""
    text = text.strip()
    found = _COMPACT_DATE.match(text) or _DATE.match(text)
    if found is not None:
        return _partial_date(found[1], found[2], found[3])
    found = _DAY_FIRST_DATE.match(text)
    return _partial_date(found[3], found[2], found[1]) if found else None


def _partial_date(year: str, month: str | None, day: str | None) -> str | None:
    if year == "0000":
        return None
    month_number = int(month or 0)
    if not 1 <= month_number <= 12:
        return year
    if not 1 <= int(day or 0) <= _DAYS[month_number - 1]:
        return f"{year}-{month_number:02d}"
    return f"{year}-{month_number:02d}-{int(day or 0):02d}"
