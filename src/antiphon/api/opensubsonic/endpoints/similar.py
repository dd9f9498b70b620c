"""What sounds alike: songs near a song, an album or an artist, and the way from one song to another."""

from collections.abc import Sequence

from antiphon.api.opensubsonic.answers import Songs
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import read_id
from antiphon.api.opensubsonic.mapping import to_song, to_songs
from antiphon.api.opensubsonic.sound_answers import SonicMatch
from antiphon.areas.discovery.data import SimilarSong
from antiphon.kernel.errors import not_found

SIMILAR_SONGS = 50
SONIC_TRACKS = 10
PATH_SONGS = 25


async def get_similar_songs(call: Call) -> Songs:
    """Songs that sound like a song, an album or an artist: a mix. Empty while nothing has been measured of them."""
    named = read_id(call.parameters.needed("id"), "song")
    count = call.parameters.count("count", SIMILAR_SONGS)
    similar = call.areas.discovery.similar
    if named is None or named.kind == "playlist":
        raise not_found("song")
    asked = {"song": similar.to_song, "album": similar.to_album, "artist": similar.to_artist}[named.kind]
    return _songs(await asked(call.principal, named.id, count))


async def get_similar_songs2(call: Call) -> Songs:
    """Songs of an artist and of others who sound alike. Clients also name albums and songs here."""
    named = read_id(call.parameters.needed("id"), "artist")
    if named is not None and named.kind in ("song", "album"):
        return await get_similar_songs(call)
    number = call.parameters.id("id", "artist")
    count = call.parameters.count("count", SIMILAR_SONGS)
    return _songs(await call.areas.discovery.similar.to_artist(call.principal, number, count))


async def get_sonic_similar_tracks(call: Call) -> tuple[SonicMatch, ...]:
    """The songs nearest to one by sound."""
    number = call.parameters.id("id", "song")
    count = call.parameters.count("count", SONIC_TRACKS)
    return _matches(await call.areas.discovery.similar.nearest(call.principal, number, count))


async def find_sonic_path(call: Call) -> tuple[SonicMatch, ...]:
    """Songs that lead from one to another; similarity is that to the first."""
    start, end = call.parameters.id("startSongId", "song"), call.parameters.id("endSongId", "song")
    count = min(call.parameters.number("count", PATH_SONGS, least=1), PATH_SONGS * 4)
    return _matches(await call.areas.discovery.similar.path(call.principal, start, end, count))


def _songs(found: Sequence[SimilarSong]) -> Songs:
    return Songs(song=to_songs([one.song for one in found]))


def _matches(found: Sequence[SimilarSong]) -> tuple[SonicMatch, ...]:
    return tuple(SonicMatch(entry=to_song(one.song), similarity=one.similarity) for one in found)
