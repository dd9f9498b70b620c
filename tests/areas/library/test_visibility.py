"""Who may see what: flags, privacy and library rights hold in every read."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, update

from antiphon.areas.library.data import AlbumFilter, ArtistFilter, SongFilter
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.areas.library.internal.visibility import NEVER
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, SYSTEM, Principal
from tests.areas.library.scanning import scan, song, songs
from tests.stage import Stage

EVERYTHING = Page(500)


async def set_song(stage: Stage, title: str, **values: Any) -> int:
    """Change a song's columns as moderation and uploads do, with the totals that follow."""
    song_id = (await songs(stage))[title].id
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(update(t.song).where(t.song.c.id == song_id).values(**values))
        await stale_of_songs(transaction, as_list([song_id]))
    await refresh_totals(stage.application.database, 2e9)
    return song_id


async def seen_everywhere(stage: Stage, principal: Principal, title: str, song_id: int) -> dict[str, bool]:
    """For each way to read, whether a song shows."""
    browse, search = stage.areas.library.browse, stage.areas.library.search
    row = (await songs(stage))[title]
    album_id = row.album_id or 0
    listed = await browse.songs(principal, SongFilter(), "title", EVERYTHING)
    newest = await browse.songs(principal, SongFilter(), "newest", EVERYTHING)
    genre = await browse.songs(principal, SongFilter(genre="Secret Genre"), "title", EVERYTHING)
    random = await browse.songs(principal, SongFilter(), "random", EVERYTHING)
    albums = await browse.albums(principal, AlbumFilter(), "title", EVERYTHING)
    artists = await browse.artists(principal, ArtistFilter(), "name", EVERYTHING)
    return {
        "list": song_id in {found.id for found in listed.rows},
        "total": listed.total == len(listed.rows) and song_id in {found.id for found in listed.rows},
        "newest": song_id in {found.id for found in newest.rows},
        "genre": song_id in {found.id for found in genre.rows},
        "random": song_id in {found.id for found in random.rows},
        "by id": await opens(lambda: browse.song(principal, song_id)),
        "by ids": bool(await browse.songs_by_ids(principal, [song_id], listed_only=True)),
        "album": await opens(lambda: browse.album(principal, album_id)),
        "songs of album": bool(await browse.songs_of_album(principal, album_id)),
        "albums": album_id in {found.id for found in albums.rows},
        "artists": "Hidden Artist" in {found.name for found in artists.rows},
        "search song": bool(await search.songs(principal, title, EVERYTHING)),
        "search album": bool(await search.albums(principal, "Hidden Album", EVERYTHING)),
        "search artist": bool(await search.artists(principal, "Hidden Artist", EVERYTHING)),
        "file": await opens(lambda: stage.areas.library.files.song_file(principal, song_id)),
        "picture": await opens(lambda: stage.areas.library.files.picture(principal, "song", song_id, 64)),
        "lyrics": await opens(lambda: browse.lyrics(principal, song_id)),
    }


async def opens(read: Callable[[], Any]) -> bool:
    """True where a read gives something; NOT_FOUND is the only refusal there is."""
    try:
        await read()
    except AntiphonError as error:
        assert error.kind is Kind.NOT_FOUND
        return False
    return True


async def hidden_stage(stage: Stage) -> None:
    song(
        stage,
        "hidden/1.mp3",
        title="Whisper",
        artist="Hidden Artist",
        albumartist="Hidden Artist",
        album="Hidden Album",
        genre="Secret Genre",
    )
    song(stage, "open/1.mp3", title="Open", artist="Open Artist", album="Open Album", genre="Rock")
    await scan(stage)


CASES: dict[str, dict[str, Any]] = {
    "flagged": {"flagged": 1, "listed_from": NEVER},
    "private": {"privacy": 2, "listed_from": NEVER},
    "not released yet": {"listed_from": 2**40},
}


@pytest.mark.parametrize("case", CASES)
async def test_hidden_songs_show_to_their_uploader_and_admins_only(empty_stage: Stage, case: str) -> None:
    await hidden_stage(empty_stage)
    owner, other = await empty_stage.person("owner"), await empty_stage.person("other")
    admin = await empty_stage.person("boss", admin=True)
    song_id = await set_song(empty_stage, "Whisper", uploader_id=owner.user_id, **CASES[case])
    for nobody in (other, ANONYMOUS):
        seen = await seen_everywhere(empty_stage, nobody, "Whisper", song_id)
        assert seen == dict.fromkeys(seen, False), nobody.username
    for allowed in (owner, admin, SYSTEM):
        seen = await seen_everywhere(empty_stage, allowed, "Whisper", song_id)
        # Genres are counted for everybody alike; every other read shows it.
        assert {way for way, shows in seen.items() if not shows} == set(), allowed.username


async def test_unlisted_songs_open_by_id_and_stand_in_no_list(empty_stage: Stage) -> None:
    await hidden_stage(empty_stage)
    other = await empty_stage.person("other")
    song_id = await set_song(empty_stage, "Whisper", privacy=1, listed_from=NEVER)
    seen = await seen_everywhere(empty_stage, other, "Whisper", song_id)
    assert {way for way, shows in seen.items() if shows} == {"by id", "file", "picture", "lyrics"}


async def test_a_closed_library_shows_to_who_has_the_right(empty_stage: Stage) -> None:
    await hidden_stage(empty_stage)
    guest, member = await empty_stage.person("guest"), await empty_stage.person("member")
    song_id = (await songs(empty_stage))["Whisper"].id
    library_id = (await songs(empty_stage))["Whisper"].library_id
    async with empty_stage.application.database.transaction() as transaction:
        await transaction.execute(update(t.library).values(open_to_all=0))
        await transaction.execute(insert(t.library_right).values(user_id=member.user_id, library_id=library_id))
    seen = await seen_everywhere(empty_stage, guest, "Whisper", song_id)
    assert seen == dict.fromkeys(seen, False)
    seen = await seen_everywhere(empty_stage, member, "Whisper", song_id)
    assert seen == dict.fromkeys(seen, True)
    browse = empty_stage.areas.library.browse
    assert await browse.libraries(guest) == []
    assert await browse.genres(guest) == []
    assert [library.path for library in await browse.libraries(member)] == [""]


async def test_counts_of_albums_and_artists_tell_nothing_hidden(empty_stage: Stage) -> None:
    for track in (1, 2, 3):
        song(empty_stage, f"a/{track}.mp3", title=f"T{track}", artist="Band", albumartist="Band", album="Album")
    await scan(empty_stage)
    owner, other = await empty_stage.person("owner"), await empty_stage.person("other")
    await set_song(empty_stage, "T2", uploader_id=owner.user_id, flagged=1, listed_from=NEVER)
    browse = empty_stage.areas.library.browse
    album = (await browse.albums(other, AlbumFilter(), "title", EVERYTHING)).rows[0]
    assert (album.song_count, round(album.duration)) == (2, 2)
    assert (await browse.album(owner, album.id)).song_count == 3
    assert (await browse.artists(other, ArtistFilter(), "name", EVERYTHING)).rows[0].song_count == 2
    assert len(await browse.songs_of_album(other, album.id)) == 2


async def test_stars_and_plays_of_what_one_may_not_see(empty_stage: Stage) -> None:
    await hidden_stage(empty_stage)
    other = await empty_stage.person("other")
    song_id = await set_song(empty_stage, "Whisper", flagged=1, listed_from=NEVER)
    annotations = empty_stage.areas.library.annotations
    for refused in (
        lambda: annotations.star(other, "song", [song_id]),
        lambda: annotations.rate(other, "song", song_id, 5),
        lambda: empty_stage.areas.playback.record_play(other, song_id),
    ):
        with pytest.raises(AntiphonError) as raised:
            await refused()
        assert raised.value.kind is Kind.NOT_FOUND
    assert (await songs(empty_stage))["Whisper"].play_count == 0
