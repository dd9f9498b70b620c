"""What goes over the wire, byte by byte: a change here is a change for every app.

`UPDATE_GOLDEN=1` writes the files anew; what has changed is then reviewed like any other change.
"""

import os
from pathlib import Path

import msgspec
import pytest

from antiphon import __version__
from antiphon.api.opensubsonic import mapping
from antiphon.api.opensubsonic.answers import (
    Artists,
    Error,
    Genre,
    Genres,
    Index,
    Information,
    PlaylistWithSongs,
    User,
    Users,
)
from antiphon.api.opensubsonic.cues import agents, cue_lines
from antiphon.api.opensubsonic.formats import JSON, OLD_XML, XML, Format, Payload
from antiphon.api.opensubsonic.lyrics_answers import Line, LyricsList, StructuredLyrics
from antiphon.api.opensubsonic.routes import ENDPOINTS
from antiphon.api.opensubsonic.values import Value
from antiphon.areas.library.data import AlbumRow, ArtistRow, Singer, SongRow, SungWord, SyncedLine
from tests.api.opensubsonic.filling import CALLED, examples, given_by

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {"json": JSON, "xml": XML, "old.xml": OLD_XML}

SONG = SongRow(
    id=7,
    library_id=1,
    album_id=3,
    album="Loud & <Clear>",
    album_artist="Aurora",
    album_credits='[{"id":2,"name":"Aurora","role":"artist"}]',
    title='He said "no"',
    sort_title="he said no",
    artist="Aurora & Борис",
    credits='[{"id":2,"name":"Aurora","role":"artist"},{"id":4,"name":"Борис","role":"artist"},'
    '{"id":5,"name":"C. Omposer","role":"composer"}]',
    genres='["Pop","Rock"]',
    disc=2,
    track=11,
    year=2010,
    date="2010-05-06",
    duration=201.6,
    language="eng",
    comment="two\nlines",
    recording_id="11111111-2222-3333-4444-555555555555",
    isrcs='["USSM18300073"]',
    moods='["calm"]',
    bpm=120,
    explicit="explicit",
    track_gain=-7.25,
    track_peak=0.98,
    album_gain=None,
    album_peak=None,
    loudness=None,
    format="flac",
    suffix="flac",
    content_type="audio/flac",
    bitrate=912,
    sample_rate=44100,
    bit_depth=16,
    channels=2,
    size=23_000_000,
    path="Aurora/Loud/2-11.flac",
    has_lyrics=1,
    artwork_id=9,
    uploader_id=None,
    flagged=0,
    privacy=0,
    release_at=0,
    licence="",
    missing=0,
    play_count=5,
    rating_sum=9,
    rating_count=2,
    created_at=1_700_000_000.0,
    updated_at=1_700_000_000.0,
    starred_at=1_700_000_100.5,
    user_rating=4,
    user_play_count=3,
    last_played_at=1_700_000_200.0,
)
ALBUM = AlbumRow(
    id=3,
    library_id=1,
    title="Loud & <Clear>",
    sort_title="loud and clear",
    artist="Aurora",
    credits='[{"id":2,"name":"Aurora","role":"artist"}]',
    genres='["Pop"]',
    year=2010,
    release_date="2010-05",
    original_date="1999",
    compilation=1,
    release_types='["album","live"]',
    labels='["Loud Records"]',
    disc_count=2,
    disc_titles='{"2":"Second"}',
    release_id="",
    artwork_id=9,
    uploader_id=None,
    flagged=0,
    release_at=0,
    song_count=1,
    duration=201.6,
    play_count=5,
    rating_sum=0,
    rating_count=0,
    created_at=1_700_000_000.0,
    updated_at=1_700_000_000.0,
    starred_at=None,
    user_rating=0,
    user_play_count=None,
    last_played_at=None,
)
ARTIST = ArtistRow(
    id=2,
    name="Aurora",
    sort_name="Aurora",
    sort_key="aurora",
    musicbrainz_id="",
    artwork_id=None,
    flagged=0,
    album_count=1,
    song_count=4,
    created_at=1_700_000_000.0,
    updated_at=1_700_000_000.0,
    starred_at=1_700_000_000.0,
    user_rating=None,
    user_play_count=None,
    last_played_at=None,
)


_ARTIST = mapping.to_artist(ARTIST)
_SONG = mapping.to_song(SONG)
_LYRICS = StructuredLyrics(
    lang="xxx",
    synced=True,
    display_artist="Aurora",
    display_title="Dawn",
    line=(Line(start=0, value="<first>"), Line(start=1500, value="")),
)
_SUNG = (
    SyncedLine(0, "<first> ñot", (SungWord(20, "<first> ", 400), SungWord(600, "ñ"), SungWord(650, "ot"))),
    SyncedLine(1500, ""),
    SyncedLine(3000, "夜 bell", (SungWord(3000, "夜 "), SungWord(3250, "bell"))),
)
_LYRICS_BY_WORD = msgspec.structs.replace(
    _LYRICS,
    kind="main",
    line=tuple(Line(start=line.start, value=line.text) for line in _SUNG),
    cue_line=cue_lines(_SUNG),
)
_SINGERS = (Singer("v1", "main", "Ines & co"), Singer("v2", "bg"))
_ATTRIBUTED = tuple(line._replace(singer=one) for line, one in zip(_SUNG, ("v1", "", "v2"), strict=True))
_LYRICS_BY_SINGER = msgspec.structs.replace(
    _LYRICS_BY_WORD, agents=agents(_ATTRIBUTED, _SINGERS), cue_line=cue_lines(_ATTRIBUTED, _SINGERS)
)
_PLAYLIST = PlaylistWithSongs(
    id="pl-1",
    name="Mine",
    comment="",
    owner="anna",
    public=False,
    song_count=1,
    duration=202,
    created="2026-11-21T10:00:00.000Z",
    changed="2026-11-21T10:00:00.000Z",
    cover_art="pl-1_2",
    readonly=False,
    entry=(_SONG,),
)
_USER = User(
    username="anna",
    email="anna@example.org",
    scrobbling_enabled=True,
    admin_role=False,
    settings_role=True,
    download_role=True,
    upload_role=False,
    playlist_role=True,
    cover_art_role=False,
    comment_role=True,
    podcast_role=False,
    stream_role=True,
    jukebox_role=False,
    share_role=True,
    video_conversion_role=False,
    folder=(1, 2),
)
# What is sent, by the name of its file.
MESSAGES: dict[str, tuple[str, Payload | None]] = {
    "ping": ("", None),
    "song": ("song", _SONG),
    "album": ("album", mapping.with_songs(mapping.to_album(ALBUM), [SONG])),
    "album-folder": ("directory", mapping.to_album_folder(ALBUM)),
    "artists": ("artists", Artists(ignored_articles="The A", index=(Index(name="A", artist=(_ARTIST, _ARTIST)),))),
    "genres": ("genres", Genres(genre=(Genre(value="Drum & Bass", song_count=2, album_count=1),))),
    "information": ("albumInfo", Information(music_brainz_id="x", small_image_url="http://x/?a=1&b=2")),
    "lyrics": ("lyricsList", LyricsList(structured_lyrics=(_LYRICS,))),
    "lyrics_by_word": ("lyricsList", LyricsList(structured_lyrics=(_LYRICS_BY_WORD,))),
    "lyrics_by_singer": ("lyricsList", LyricsList(structured_lyrics=(_LYRICS_BY_SINGER,))),
    "playlist": ("playlist", _PLAYLIST),
    "users": ("users", Users(user=(_USER,))),
}
_KNOWN: dict[type[Value], Value] = {
    type(part): part
    for part in (_SONG, _ARTIST, _USER, mapping.to_album(ALBUM), mapping.to_album_folder(ALBUM), _LYRICS_BY_WORD)
}


def _kind(payload: Payload | None) -> type[object]:
    return type(payload[0] if isinstance(payload, tuple) else payload)


def _given() -> list[tuple[str, Payload]]:
    """What every endpoint gives, each field filled, by the name in the envelope."""
    return [
        (type(payload).__name__ if given_by(endpoint) is CALLED else endpoint.element, payload)
        for endpoint in ENDPOINTS.values()
        if not endpoint.sends_bytes
        for payload in examples(given_by(endpoint), "", _KNOWN)
    ]


def _messages_of_other_types() -> dict[str, tuple[str, Payload | None]]:
    """One message for each type that none of those above has; two where it holds now this, now that."""
    made: dict[str, tuple[str, Payload | None]] = {}
    for element, payload in _given():
        name = f"{element[:1].lower()}{element[1:]}"
        shown = {_kind(known): like for like, (_, known) in {**MESSAGES, **made}.items()}.get(_kind(payload))
        if shown is None:
            made[name if name not in MESSAGES else f"{name}-alone"] = (name, payload)
        elif shown in made and made[shown][1] != payload and made[shown][0] == name:
            made[f"{name}-other"] = (name, payload)
    return made


MESSAGES |= _messages_of_other_types()
FILES = {
    f"{name}.{ending}"
    for name, (element, payload) in MESSAGES.items()
    for ending, form in FORMATS.items()
    if form is not OLD_XML or form.success(element, payload) != XML.success(element, payload)
}


def compare(file: Path, body: bytes) -> None:
    """A message against its file, one element or member a line so that people can read what has changed."""
    text = body.decode().replace(f'"{__version__}"', '"VERSION"')
    readable = text.replace("><", ">\n<") if file.suffix == ".xml" else text.replace(',"', ',\n"').replace('{"', '{\n"')
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(readable + "\n", encoding="utf-8")
    assert readable + "\n" == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_as_they_were(name: str, ending: str) -> None:
    element, payload = MESSAGES[name]
    body = FORMATS[ending].success(element, payload)
    if f"{name}.{ending}" in FILES:
        compare(GOLDEN / f"{name}.{ending}", body)
    else:
        assert body == XML.success(element, payload), "what is no other in old XML has no file of its own"


def test_every_type_of_answer_has_a_message() -> None:
    assert {_kind(payload) for _, payload in _given()} <= {_kind(payload) for _, payload in MESSAGES.values()}


@pytest.mark.parametrize("ending", ["json", "xml"])
def test_errors_are_as_they_were(ending: str) -> None:
    error = Error(code=40, message="Wrong & <bad>", help_url="https://music.example/app/")
    compare(GOLDEN / f"error.{ending}", FORMATS[ending].failure(error))


def test_jsonp_is_as_it_was() -> None:
    compare(GOLDEN / "ping.jsonp", Format("jsonp", "done").success("", None))


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == FILES | {"error.json", "error.xml", "ping.jsonp"}
