"""From what a reader took out of a file to the clean values that the library keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from antiphon.adapters.media.tags import values as split
from antiphon.adapters.media.tags.credits import contributors, main_credits
from antiphon.adapters.media.tags.fields import Fields, first_line
from antiphon.adapters.media.tags.lyrics import parse_lrc, plain_text, tidy_synced
from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.sniff import KINDS, suffix_for
from antiphon.adapters.media.tags.text import clean_line
from antiphon.areas.library.data.tags import ReadTags

_TRUE = frozenset({"1", "true", "yes"})
_EXPLICIT = {
    "1": "explicit",
    "4": "explicit",
    "explicit": "explicit",
    "true": "explicit",
    "2": "clean",
    "clean": "clean",
}
_UNKNOWN_WORDS = frozenset({"", "[none]", "xxx", "und"})
_POSITIONS = (("track", "tracknumber", "tracktotal"), ("disc", "discnumber", "disctotal"))
_POSITION_LIMIT = 65_535
# What a column of whole numbers takes.
_NUMBER_LIMIT = 2**31 - 1
_CODEC_LIMIT = 32
_DATES = ("date", "year", "dayandmonth", "originaldate", "originalyear", "releasedate")


# Tags of which the first value counts, and the field that keeps it.
_LINES = {
    "title": "title",
    "titlesort": "sort_title",
    "subtitle": "subtitle",
    "album": "album",
    "albumsort": "sort_album",
    "albumversion": "album_version",
    "discsubtitle": "disc_subtitle",
    "musicbrainztrackid": "musicbrainz_recording_id",
    "musicbrainzreleasetrackid": "musicbrainz_track_id",
    "musicbrainzalbumid": "musicbrainz_release_id",
    "musicbrainzreleasegroupid": "musicbrainz_release_group_id",
    "catalognumber": "catalog_number",
    "barcode": "barcode",
    "releasecountry": "release_country",
    "media": "media",
    "grouping": "grouping",
    "initialkey": "initial_key",
    "copyright": "copyright",
    "license": "license",
}
# Tags that may list several values.
_LISTS = {
    "genre": "genres",
    "mood": "moods",
    "musicbrainzartistid": "musicbrainz_artist_ids",
    "musicbrainzalbumartistid": "musicbrainz_album_artist_ids",
    "isrc": "isrc",
}
_NUMBERS: dict[str, tuple[str, Callable[[str], float | None]]] = {
    "replaygaintrackgain": ("replaygain_track_gain", split.parse_gain),
    "replaygaintrackpeak": ("replaygain_track_peak", split.parse_peak),
    "replaygainalbumgain": ("replaygain_album_gain", split.parse_gain),
    "replaygainalbumpeak": ("replaygain_album_peak", split.parse_peak),
    "bpm": ("bpm", split.parse_tempo),
}
_R128 = {"r128trackgain": "replaygain_track_gain", "r128albumgain": "replaygain_album_gain"}


def assemble(path: str, kind: str, raw: RawTags, duration: float) -> ReadTags:
    """Make the finished value from what was read; `duration` in seconds is above 0."""
    fields = Fields(raw)
    found: dict[str, Any] = {}
    # Only what is there is looked at: most files bring few of the many tags.
    for name, values in raw.values.items():
        if field := _LINES.get(name):
            found[field] = first_line(values)
        elif field := _LISTS.get(name):
            found[field] = fields.many(name)
        elif name in _NUMBERS:
            field, parse = _NUMBERS[name]
            found[field] = parse(values[0])
    _add_positions(raw.values, fields, found)
    _add_dates(fields, found)
    _add_people(raw, fields, found)
    _add_lyrics(raw, fields, found)
    _add_rest(raw, fields, found)
    return ReadTags(
        path=path,
        suffix=suffix_for(kind, path.rpartition(".")[2].lower()),
        content_type=KINDS[kind][0],
        codec=clean_line(raw.codec)[:_CODEC_LIMIT],
        duration=round(duration, 3),
        bitrate=_whole(raw.bitrate),
        bitrate_mode=raw.bitrate_mode,
        sample_rate=_whole(raw.sample_rate),
        channels=_whole(raw.channels),
        bit_depth=_whole(raw.bit_depth),
        has_picture=raw.has_picture,
        picture=raw.picture,
        picture_type=_picture_type(raw.picture),
        **found,
    )


def _whole(number: float | None) -> int | None:
    """A figure of the sound as a whole number; None for what no database takes, and what no sound has."""
    return round(number) if number is not None and 1 <= number <= _NUMBER_LIMIT else None


def _add_positions(values: dict[str, list[str]], fields: Fields, found: dict[str, Any]) -> None:
    for kind, number_name, total_name in _POSITIONS:
        if number_name not in values and total_name not in values:
            continue
        text = fields.one(number_name)
        number, total = split.parse_position(text) if text else (None, None)
        if total is None and (text := fields.one(total_name)):
            total = split.parse_position(text)[0]
        if number is not None and number <= _POSITION_LIMIT:
            found[kind] = number
        if total is not None and total <= _POSITION_LIMIT:
            found[kind + "_total"] = total


def _add_dates(fields: Fields, found: dict[str, Any]) -> None:
    found["date"], found["original_date"], found["release_date"] = dates = _dates(*fields.told(*_DATES))
    if dated := next(filter(None, dates), None):
        found["year"] = int(dated[:4])


# The songs of an album come one after the other and say mostly the same.
@lru_cache(maxsize=4)
def _dates(
    dates: tuple[str, ...], years: tuple[str, ...], days: tuple[str, ...], *others: tuple[str, ...]
) -> tuple[str | None, str | None, str | None]:
    """The date, the original date and that of the release, from the tags of `_DATES`."""
    original_dates, original_years, releases = others
    date, day_and_month = _date(dates, years), first_line(days)
    if date and len(date) == 4 and day_and_month and len(day_and_month) == 4:
        # ID3 2.3 keeps the year and "DDMM" in two frames.
        date = split.parse_date(f"{date}-{day_and_month[2:]}-{day_and_month[:2]}") or date
    return date, _date(original_dates, original_years), _date(releases)


def _date(*values: tuple[str, ...]) -> str | None:
    text = next(filter(None, map(first_line, values)), None)
    return split.parse_date(text) if text else None


def _add_people(raw: RawTags, fields: Fields, found: dict[str, Any]) -> None:
    found["artists"], found["artist_text"] = main_credits(fields, "artist", "artists")
    found["album_artists"], found["album_artist_text"] = main_credits(fields, "albumartist", "albumartists")
    found["contributors"] = contributors(raw, fields)


def _add_lyrics(raw: RawTags, fields: Fields, found: dict[str, Any]) -> None:
    """Synced lines from SYLT or from LRC in any lyrics tag, and the plain text."""
    if not raw.synced and "lyrics" not in raw.values and "syncedlyrics" not in raw.values:
        return
    synced = tidy_synced(raw.synced)
    plain = None
    for text in (*fields.blocks("syncedlyrics"), *fields.blocks("lyrics")):
        timed, words = parse_lrc(text)
        synced = synced or timed
        # Lyrics without times are the writer's own words; those made from timed lines only stand in for them.
        if plain is None or not timed:
            plain = words if timed else text
    found["synced_lyrics"], found["lyrics"] = synced, plain or plain_text(synced)


def _add_rest(raw: RawTags, fields: Fields, found: dict[str, Any]) -> None:
    values = raw.values
    if "language" in values:
        found["languages"] = tuple(word for word in fields.many("language") if word.lower() not in _UNKNOWN_WORDS)
    if "label" in values:
        found["labels"] = fields.whole("label")
    if "releasetype" in values:
        found["release_types"] = tuple(word.lower() for word in fields.many("releasetype"))
    if "comment" in values:
        found["comment"] = next(iter(fields.blocks("comment")), None)
    if "compilation" in values:
        found["compilation"] = (fields.one("compilation") or "").lower() in _TRUE
    if "explicit" in values:
        found["explicit_status"] = _EXPLICIT.get((fields.one("explicit") or "").lower())
    for name, field in _R128.items():
        if name in values and found.get(field) is None:
            found[field] = split.parse_r128_gain(values[name][0])


def _picture_type(picture: bytes | None) -> str | None:
    if picture is None:
        return None
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"\x89PNG"):
        return "image/png"
    if picture.startswith(b"GIF8"):
        return "image/gif"
    if picture.startswith(b"BM"):
        return "image/bmp"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"
