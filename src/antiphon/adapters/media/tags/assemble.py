"""From what a reader took out of a file to the clean values that the library keeps."""

from __future__ import annotations

from antiphon.adapters.media.tags import values as split
from antiphon.adapters.media.tags.credits import contributors, main_credits
from antiphon.adapters.media.tags.lyrics import SyncedLines, parse_lrc, plain_text, tidy_synced
from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.sniff import KINDS, suffix_for
from antiphon.adapters.media.tags.text import clean_block, clean_line
from antiphon.areas.library.data_tags import ReadTags

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
_POSITION_LIMIT = 65_535


class _Fields:
    """Cleaned values by tag name."""

    __slots__ = ("_values", "slash")

    def __init__(self, raw: RawTags) -> None:
        self._values = raw.values
        self.slash = raw.slash_separates

    def one(self, *names: str) -> str | None:
        """The first value that is not empty, of the first of these tags that has one."""
        for name in names:
            for value in self._values.get(name, ()):
                if clean := clean_line(value.partition("\x00")[0]):
                    return clean
        return None

    def many(self, *names: str) -> tuple[str, ...]:
        """All values of these tags; a text that lists several is split."""
        found: list[str] = []
        for name in names:
            for value in self._values.get(name, ())[: split.VALUES_LIMIT]:
                found += [clean_line(part) for part in split.split_list(value, self.slash)]
        return split.unique(found) if found else ()

    def whole(self, name: str) -> tuple[str, ...]:
        """All values of a tag, only apart where the format itself sets them apart."""
        found = self._values.get(name)
        if not found:
            return ()
        parts = (part for value in found[: split.VALUES_LIMIT] for part in value.split("\x00"))
        return split.unique(clean_line(part) for part in parts)

    def block(self, name: str) -> str | None:
        """The first text of several lines."""
        for value in self._values.get(name, ()):
            if clean := clean_block(value):
                return clean
        return None


def assemble(path: str, kind: str, raw: RawTags, duration: float) -> ReadTags:
    """Make the finished value from what was read; `duration` in seconds is above 0."""
    fields = _Fields(raw)
    track, track_total = _position(fields, "tracknumber", "tracktotal")
    disc, disc_total = _position(fields, "discnumber", "disctotal")
    date, original_date, release_date = _dates(fields)
    year = date or original_date or release_date
    artists, artist_text = main_credits(fields, "artist", "artists")
    album_artists, album_artist_text = main_credits(fields, "albumartist", "albumartists")
    synced, lyrics = _lyrics(raw, fields)
    peak, gain = split.parse_peak, split.parse_gain
    return ReadTags(
        path=path,
        suffix=suffix_for(kind, path.rpartition(".")[2].lower()),
        content_type=KINDS[kind][0],
        codec=raw.codec,
        duration=round(duration, 3),
        bitrate=round(raw.bitrate) if raw.bitrate and raw.bitrate >= 1 else None,
        bitrate_mode=raw.bitrate_mode,
        sample_rate=raw.sample_rate,
        channels=raw.channels,
        bit_depth=raw.bit_depth,
        title=fields.one("title"),
        sort_title=fields.one("titlesort"),
        subtitle=fields.one("subtitle"),
        artists=artists,
        artist_text=artist_text,
        album_artists=album_artists,
        album_artist_text=album_artist_text,
        contributors=contributors(raw, fields),
        album=fields.one("album"),
        sort_album=fields.one("albumsort"),
        album_version=fields.one("albumversion"),
        disc=disc,
        disc_total=disc_total,
        disc_subtitle=fields.one("discsubtitle"),
        track=track,
        track_total=track_total,
        genres=fields.many("genre"),
        moods=fields.many("mood"),
        languages=_languages(fields),
        date=date,
        original_date=original_date,
        release_date=release_date,
        year=int(year[:4]) if year else None,
        compilation=(fields.one("compilation") or "").lower() in _TRUE,
        musicbrainz_recording_id=fields.one("musicbrainztrackid"),
        musicbrainz_track_id=fields.one("musicbrainzreleasetrackid"),
        musicbrainz_release_id=fields.one("musicbrainzalbumid"),
        musicbrainz_release_group_id=fields.one("musicbrainzreleasegroupid"),
        musicbrainz_artist_ids=fields.many("musicbrainzartistid"),
        musicbrainz_album_artist_ids=fields.many("musicbrainzalbumartistid"),
        isrc=fields.many("isrc"),
        labels=fields.whole("label"),
        catalog_number=fields.one("catalognumber"),
        barcode=fields.one("barcode"),
        release_types=tuple(kind.lower() for kind in fields.many("releasetype")),
        release_country=fields.one("releasecountry"),
        media=fields.one("media"),
        grouping=fields.one("grouping"),
        bpm=_bpm(fields),
        initial_key=fields.one("initialkey"),
        comment=fields.block("comment"),
        copyright=fields.one("copyright"),
        license=fields.one("license"),
        explicit_status=_EXPLICIT.get((fields.one("explicit") or "").lower()),
        replaygain_track_gain=gain(raw.first("replaygaintrackgain")) or _r128(raw, "r128trackgain"),
        replaygain_track_peak=peak(raw.first("replaygaintrackpeak")),
        replaygain_album_gain=gain(raw.first("replaygainalbumgain")) or _r128(raw, "r128albumgain"),
        replaygain_album_peak=peak(raw.first("replaygainalbumpeak")),
        lyrics=lyrics,
        synced_lyrics=synced,
        has_picture=raw.has_picture,
        picture=raw.picture,
        picture_type=_picture_type(raw.picture),
    )


def _position(fields: _Fields, number_name: str, total_name: str) -> tuple[int | None, int | None]:
    text = fields.one(number_name)
    number, total = split.parse_position(text) if text else (None, None)
    if total is None and (text := fields.one(total_name)):
        total = split.parse_position(text)[0]
    return (
        number if number is not None and number <= _POSITION_LIMIT else None,
        total if total is not None and total <= _POSITION_LIMIT else None,
    )


def _dates(fields: _Fields) -> tuple[str | None, str | None, str | None]:
    date = split.parse_date(fields.one("date", "year") or "")
    day_and_month = fields.one("dayandmonth")
    if date and len(date) == 4 and day_and_month and len(day_and_month) == 4:
        # ID3 2.3 keeps the year and "DDMM" in two frames.
        date = split.parse_date(f"{date}-{day_and_month[2:]}-{day_and_month[:2]}") or date
    original = split.parse_date(fields.one("originaldate", "originalyear") or "")
    return date, original, split.parse_date(fields.one("releasedate") or "")


def _languages(fields: _Fields) -> tuple[str, ...]:
    return tuple(language for language in fields.many("language") if language.lower() not in _UNKNOWN_WORDS)


def _bpm(fields: _Fields) -> float | None:
    text = fields.one("bpm")
    bpm = split.parse_number(text) if text else None
    return bpm if bpm and 1 <= bpm <= 1000 else None


def _r128(raw: RawTags, name: str) -> float | None:
    text = raw.first(name)
    return split.parse_r128_gain(text) if text else None


def _lyrics(raw: RawTags, fields: _Fields) -> tuple[SyncedLines, str | None]:
    """Synced lines from SYLT or from LRC in any lyrics tag, and the plain text."""
    synced = tidy_synced(raw.synced) if raw.synced else ()
    plain = None
    for name in ("syncedlyrics", "lyrics"):
        text = fields.block(name) if name in raw.values else None
        if text is None:
            continue
        timed, words = parse_lrc(text)
        synced = synced or timed
        # Lyrics without times are the writer's own words; those made from timed lines only stand in for them.
        if plain is None or not timed:
            plain = words if timed else text
    return synced, plain or plain_text(synced)


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
