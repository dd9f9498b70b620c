"""Words of songs, and what is known about artists and albums beside the music."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import asdict

from antiphon.api.opensubsonic.answers import Information
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.cues import agents, cue_lines
from antiphon.api.opensubsonic.ids import read_id, read_loose_id
from antiphon.api.opensubsonic.lyrics_answers import Line, Lyrics, LyricsList, StructuredLyrics
from antiphon.api.opensubsonic.mapping import to_artists
from antiphon.api.opensubsonic.sound_answers import ArtistInformation
from antiphon.areas.library.data import Lyrics as LyricsOfSong
from antiphon.areas.library.data import Singer, SongRow, SyncedLine
from antiphon.kernel.errors import not_found
from antiphon.kernel.paging import Page

_CANDIDATES = Page(20)
UNKNOWN_LANGUAGE = "xxx"
#: The layer of what is sung itself: no translation, no transcription.
MAIN = "main"
SIMILAR_ARTISTS = 20


async def get_lyrics(call: Call) -> Lyrics:
    """The words of the song that artist and title name; empty where there is none, for some readers insist."""
    artist, title = call.parameters.text("artist"), call.parameters.text("title")
    if title:
        found = await call.areas.library.search.songs(call.principal, f"{title} {artist}", _CANDIDATES)
        for song in found:
            if song.has_lyrics and song.title.casefold() == title.casefold():
                words = await call.areas.library.browse.lyrics(call.principal, song.id)
                return Lyrics(artist=song.artist, title=song.title, value=_plain(words))
    return Lyrics(artist=artist or None, title=title or None, value="")


async def get_lyrics_by_song_id(call: Call) -> LyricsList:
    """All there is of a song's words: with times, and without. Times of single words, who sings, translations and
    transcriptions are told to who asks for them."""
    number = call.parameters.id("id", "song")
    song = await call.areas.library.browse.song(call.principal, number)
    words = await call.areas.library.browse.lyrics(call.principal, number)
    is_enhanced = call.parameters.flag("enhanced", default=False)
    found = [_synced(song, words.language, words.synced)] if words.synced else []
    if is_enhanced and found:
        found[0] = _with_words(found[0], words.synced, words.singing.singers)
    if words.plain:
        found.append(
            StructuredLyrics(
                lang=words.language or UNKNOWN_LANGUAGE,
                synced=False,
                display_artist=song.artist,
                display_title=song.title,
                line=tuple(Line(value=text) for text in words.plain.splitlines()),
            )
        )
    if is_enhanced:
        found = [msgspec.structs.replace(one, kind=MAIN) for one in found]
        for layer in words.singing.layers:
            told = _with_words(_synced(song, layer.language, layer.lines), layer.lines, ())
            found.append(msgspec.structs.replace(told, kind=layer.kind))
    return LyricsList(structured_lyrics=tuple(found))


def _synced(song: SongRow, language: str, lines: Sequence[SyncedLine]) -> StructuredLyrics:
    return StructuredLyrics(
        lang=language or UNKNOWN_LANGUAGE,
        synced=True,
        display_artist=song.artist,
        display_title=song.title,
        line=tuple(Line(start=line.start, value=line.text) for line in lines),
    )


def _with_words(told: StructuredLyrics, lines: Sequence[SyncedLine], singers: Sequence[Singer]) -> StructuredLyrics:
    return msgspec.structs.replace(told, agents=agents(lines, singers), cue_line=cue_lines(lines, singers))


async def get_artist_info(call: Call) -> ArtistInformation:
    """An artist's picture and MusicBrainz id, and artists of this library who sound alike."""
    named = read_id(call.parameters.needed("id"), "artist")
    browse, principal = call.areas.library.browse, call.principal
    if named is None or named.kind != "artist":
        return ArtistInformation()
    artist = await browse.artist(principal, named.id)
    count = call.parameters.count("count", SIMILAR_ARTISTS)
    similar = await call.areas.discovery.similar.artists(principal, artist.id, count)
    known = _information(call, artist.musicbrainz_id, "artists", artist.id)
    return ArtistInformation(**asdict(known), similar_artist=to_artists([one.artist for one in similar]))


async def get_album_info(call: Call) -> Information:
    """An album's cover and MusicBrainz id. A song leads to its album."""
    text = call.parameters.needed("id")
    named, loose_of = read_id(text, "album"), read_loose_id(text)
    browse, principal = call.areas.library.browse, call.principal
    if loose_of is not None:
        await browse.artist(principal, loose_of)
        return Information()
    if named is not None and named.kind == "song":
        number = (await browse.song(principal, named.id)).album_id
    else:
        number = named.id if named is not None and named.kind == "album" else None
    if number is None:
        raise not_found("album")
    album = await browse.album(principal, number)
    if album.artwork_id is None:
        return Information(music_brainz_id=album.release_id or None)
    return _information(call, album.release_id, "albums", album.id)


def _plain(words: LyricsOfSong) -> str:
    return words.plain or "\n".join(line.text for line in words.synced)


def _information(call: Call, musicbrainz_id: str, things: Literal["artists", "albums"], number: int) -> Information:
    """Pictures stand at the native API, where they need no sign-in."""
    address = f"{call.base_url}/api/v1/{things}/{number}/image?size="
    return Information(
        music_brainz_id=musicbrainz_id or None,
        small_image_url=f"{address}160",
        medium_image_url=f"{address}300",
        large_image_url=f"{address}1200",
    )
