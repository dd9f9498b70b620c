"""What a music file tells about itself: values only, made by a tag reader and used by scans and uploads."""

from __future__ import annotations

from typing import Annotated

import msgspec

from antiphon.areas.library.data.lyrics import SyncedLine

# What becomes part of names and headers: whoever decodes it from a process that opened a stranger's file gets no path
# and no line break.
Suffix = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]{1,8}\Z")]
ContentType = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{1,20}/[a-z0-9.+-]{1,60}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-f]{64})?\Z")]
Reason = Annotated[str, msgspec.Meta(max_length=1000)]


class Credit(msgspec.Struct, frozen=True, gc=False):
    """One person or group named by a file, with what they did."""

    name: str
    #: "artist", "album_artist", or what a contributor did: "composer", "conductor", "lyricist", "writer", "arranger",
    #: "remixer", "producer", "engineer", "mixer", "djmixer", "director", "performer".
    role: str = "artist"
    sort_name: str | None = None
    musicbrainz_id: str | None = None
    #: What a performer played or sang, as the tag says it.
    instrument: str | None = None


class ReadTags(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything read from one file. Text is clean: normalised to NFC, one line, no control characters, never empty.

    What the file does not tell is `None` or an empty tuple. Dates are as exact as the tag: "1997", "1997-06" or
    "1997-06-16".
    """

    path: str
    #: The ending that fits the content, without dot: "mp3", "m4a". It differs from the file's name when that is wrong.
    suffix: Suffix
    content_type: ContentType
    #: "mp3", "mp2", "mp1", "flac", "vorbis", "opus", "speex", "aac", "alac", "wav", "aiff", "wavpack" and the like.
    codec: str
    duration: float  # seconds, above 0
    bitrate: int | None = None  # kbit/s, the mean
    bitrate_mode: str | None = None  # "cbr", "vbr" or "abr"
    sample_rate: int | None = None  # Hz
    channels: int | None = None
    bit_depth: int | None = None  # bits a sample, lossless formats only

    title: str | None = None
    sort_title: str | None = None
    subtitle: str | None = None
    artists: tuple[Credit, ...] = ()
    #: The artist exactly as the tag words it ("A feat. B"), however it was split.
    artist_text: str | None = None
    album_artists: tuple[Credit, ...] = ()
    album_artist_text: str | None = None
    contributors: tuple[Credit, ...] = ()
    album: str | None = None
    sort_album: str | None = None
    album_version: str | None = None
    disc: int | None = None
    disc_total: int | None = None
    disc_subtitle: str | None = None
    track: int | None = None
    track_total: int | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    date: str | None = None
    original_date: str | None = None
    release_date: str | None = None
    year: int | None = None
    compilation: bool = False

    musicbrainz_recording_id: str | None = None
    musicbrainz_track_id: str | None = None
    musicbrainz_release_id: str | None = None
    musicbrainz_release_group_id: str | None = None
    musicbrainz_artist_ids: tuple[str, ...] = ()
    musicbrainz_album_artist_ids: tuple[str, ...] = ()
    isrc: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    catalog_number: str | None = None
    barcode: str | None = None
    release_types: tuple[str, ...] = ()  # lower case: "album", "live", "compilation"
    release_country: str | None = None
    media: str | None = None

    grouping: str | None = None
    bpm: float | None = None
    initial_key: str | None = None
    comment: str | None = None
    copyright: str | None = None
    license: str | None = None
    explicit_status: str | None = None  # "explicit" or "clean"

    replaygain_track_gain: float | None = None  # dB
    replaygain_track_peak: float | None = None  # 1.0 = full scale
    replaygain_album_gain: float | None = None  # dB
    replaygain_album_peak: float | None = None

    lyrics: str | None = None  # several lines
    synced_lyrics: tuple[SyncedLine, ...] = ()  # in order of time

    has_picture: bool | None = None  # None: not known without reading more
    picture: bytes | None = None  # only when asked for; unchecked bytes of a stranger
    picture_type: ContentType | None = None  # media type, told by the bytes themselves


class BrokenFile(msgspec.Struct, frozen=True, gc=False):
    """A file that holds no readable music, with the reason as a sentence for people."""

    path: str
    reason: str
