"""The plans of hot statements on PostgreSQL: each leads along the index it was made for."""

import asyncpg
import pytest

from antiphon.areas.library.internal import entities, lists, random, search
from antiphon.kernel.db import Statement
from tests.areas.plans import assert_goes_along

NONE: frozenset[str] = frozenset()
# Statement, and the indexes that its plan must name.
HOT: dict[str, tuple[Statement, tuple[str, ...]]] = {
    "song": (entities.SONG, ("pk_song",)),
    "album": (entities.ALBUM, ("pk_album",)),
    "artist": (entities.ARTIST, ("pk_artist",)),
    "songs of album": (entities.SONGS_OF_ALBUM, ("ix_song_album_id",)),
    "albums of artist": (entities.ALBUMS_OF_ARTIST, ("ix_album_credit_artist_id",)),
    "file of song": (entities.FILE_OF_SONG, ("uq_media_file_song_id",)),
    "songs by ids": (entities.SONGS, ("pk_song",)),
    "random songs": (random._NEAR["song"], ("ix_song_shuffle",)),
    "random albums": (random._NEAR["album"], ("ix_album_shuffle",)),
    "random songs of a genre": (lists.among("song", frozenset({"genre"})), ("pk_song",)),
    "random songs of a library": (lists.among("song", frozenset({"library_id"})), ("pk_song",)),
    "random songs of some years": (lists.among("song", frozenset({"year_from", "year_to"})), ()),
    "random albums of a library": (lists.among("album", frozenset({"library_id"})), ("pk_album",)),
    "random artists": (lists.among("artist", NONE), ("pk_artist",)),
    "few songs of some years": (lists.at_random("song", frozenset({"year_from", "year_to"})), ("ix_song_year",)),
    "songs by title": (lists.song_list("title", NONE), ("ix_song_title_key",)),
    "songs by newest": (lists.song_list("newest", NONE), ("ix_song_created_at",)),
    "songs most played": (lists.song_list("most_played", NONE), ("ix_song_play_count",)),
    "songs starred": (lists.song_list("starred", frozenset({"starred"})), ()),
    "songs of genre": (lists.song_list("title", frozenset({"genre"})), ()),
    "albums by title": (lists.album_list("title", NONE), ("ix_album_title_key",)),
    "albums by artist": (lists.album_list("artist", NONE), ("ix_album_artist_key",)),
    "albums by newest": (lists.album_list("newest", NONE), ("ix_album_created_at",)),
    "albums by year": (lists.album_list("year", NONE), ("ix_album_year",)),
    "albums most played": (lists.album_list("most_played", NONE), ("ix_album_play_count",)),
    "albums recently played": (lists.album_list("recently_played", NONE), ()),
    "artists by name": (lists.artist_list("name", NONE), ("ix_artist_sort_key",)),
    "search songs": (search.FIND["song"], ("ix_song_search_words",)),
    "search albums": (search.FIND["album"], ("ix_album_search_words",)),
    "search artists": (search.FIND["artist"], ("ix_artist_search_words",)),
    "search songs of signs": (search.FIND_NAMED["song"], ("ix_song_title_key", "pk_song")),
    "search albums of signs": (search.FIND_NAMED["album"], ("ix_album_title_key", "pk_album")),
    "search artists of signs": (search.FIND_NAMED["artist"], ("ix_artist_name_key", "pk_artist")),
    "search songs of signs in a library": (search.FIND_NAMED_IN_LIBRARY["song"], ("ix_song_title_key", "pk_song")),
}


@pytest.mark.parametrize("name", HOT)
async def test_hot_statements_go_along_their_indexes(name: str, planner: asyncpg.Connection) -> None:
    await assert_goes_along(planner, *HOT[name])
