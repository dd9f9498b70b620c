"""Releases: nobody but owner and admins sees what is to come, and from its moment on everybody does, although no job
has run."""

import asyncio
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from antiphon.areas.library.api.browse import BELIEVED_SECONDS
from antiphon.areas.library.data import AlbumEdit, AlbumFilter, ArtistFilter, SongEdit, SongFilter
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal import visibility
from antiphon.areas.library.internal.edits import edits_of
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.areas.library.scanning import scan, song, songs
from tests.areas.library.test_visibility import hidden_stage, seen_everywhere
from tests.stage import Stage

EVERYTHING = Page(500)
RELEASE = 4_000_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What visibility takes for the present: `at` may be set."""
    clock = SimpleNamespace(at=RELEASE - 10)
    monkeypatch.setattr(visibility, "time", SimpleNamespace(time=lambda: clock.at))
    return clock


async def owned(stage: Stage, owner: Principal) -> tuple[int, int]:
    """The ids of the song Whisper and of its album, which belong to `owner` from now on."""
    row = (await songs(stage))["Whisper"]
    assert row.album_id is not None
    async with stage.application.database.transaction() as transaction:
        mine = {"uploader_id": owner.user_id}
        await transaction.execute(update(t.song).where(t.song.c.id == row.id).values(**mine))
        await transaction.execute(update(t.album).where(t.album.c.id == row.album_id).values(**mine))
    return row.id, row.album_id


async def counted(
    stage: Stage, principal: Principal
) -> tuple[int, int, list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """Totals of songs and albums; artists and genres with how many songs and albums they have."""
    browse = stage.areas.library.browse
    all_songs = await browse.songs(principal, SongFilter(), "title", EVERYTHING)
    all_albums = await browse.albums(principal, AlbumFilter(), "title", EVERYTHING)
    artists = await browse.artists(principal, ArtistFilter(), "name", EVERYTHING)
    genres = await browse.genres(principal)
    assert artists.total == len(artists.rows)
    return (
        all_songs.total,
        all_albums.total,
        [(one.name, one.song_count, one.album_count) for one in artists.rows],
        [(one.name, one.song_count, one.album_count) for one in genres],
    )


HIDDEN = (1, 1, [("Open Artist", 1, 1)], [("Rock", 1, 1)])
SHOWN = (2, 2, [("Hidden Artist", 1, 1), ("Open Artist", 1, 1)], [("Rock", 1, 1), ("Secret Genre", 1, 1)])


@pytest.mark.parametrize("thing", ["song", "album"])
async def test_a_release_passes_for_every_read_and_count_without_a_job(
    empty_stage: Stage, clock: SimpleNamespace, thing: str
) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    owner, other = await stage.person("owner"), await stage.person("other")
    admin = await stage.person("boss", admin=True)
    song_id, album_id = await owned(stage, owner)
    editing, browse = stage.areas.library.editing, stage.areas.library.browse
    assert await counted(stage, other) == SHOWN
    if thing == "song":
        await editing.songs.change(owner, song_id, SongEdit(release_at=RELEASE))
    else:
        await editing.albums.change(owner, album_id, AlbumEdit(release_at=RELEASE))
    for nobody in (other, ANONYMOUS):
        seen = await seen_everywhere(stage, nobody, "Whisper", song_id)
        assert seen == dict.fromkeys(seen, False), nobody.username
        assert await counted(stage, nobody) == HIDDEN
    for allowed in (owner, admin):
        seen = await seen_everywhere(stage, allowed, "Whisper", song_id)
        assert {way for way, shows in seen.items() if not shows} == set(), allowed.username
        assert (await browse.song(allowed, song_id)).release_at == RELEASE
    before = await browse.revision(other)
    clock.at = RELEASE
    await asyncio.sleep(2 * BELIEVED_SECONDS)
    assert await browse.revision(other) != before, "what was kept of lists is asked for anew"
    for nobody in (other, ANONYMOUS):
        seen = await seen_everywhere(stage, nobody, "Whisper", song_id)
        assert seen == dict.fromkeys(seen, True), nobody.username
        assert await counted(stage, nobody) == SHOWN


async def test_an_unlisted_song_opens_by_its_address_from_its_release_on(
    empty_stage: Stage, clock: SimpleNamespace
) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    owner, other = await stage.person("owner"), await stage.person("other")
    song_id, _ = await owned(stage, owner)
    await stage.areas.library.uploads.drafts.show(owner, [song_id], "unlisted")
    await stage.areas.library.editing.songs.change(owner, song_id, SongEdit(release_at=RELEASE))
    seen = await seen_everywhere(stage, other, "Whisper", song_id)
    assert seen == dict.fromkeys(seen, False)
    clock.at = RELEASE
    seen = await seen_everywhere(stage, other, "Whisper", song_id)
    assert {way for way, shows in seen.items() if shows} == {"by id", "file", "picture", "lyrics"}


async def test_the_later_release_holds_and_flags_and_drafts_outlast_both(
    empty_stage: Stage, clock: SimpleNamespace
) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    owner, other = await stage.person("owner"), await stage.person("other")
    admin = await stage.person("boss", admin=True)
    song_id, album_id = await owned(stage, owner)
    library = stage.areas.library
    await library.editing.albums.change(owner, album_id, AlbumEdit(release_at=RELEASE + 5))
    await library.editing.songs.change(owner, song_id, SongEdit(release_at=RELEASE))
    clock.at = RELEASE + 1
    assert "Whisper" not in await stage.songs(other)
    clock.at = RELEASE + 5
    assert "Whisper" in await stage.songs(other)
    await library.uploads.drafts.set(owner, song_id, draft=True)
    assert "Whisper" not in await stage.songs(other)
    await library.uploads.drafts.set(owner, song_id, draft=False)
    await library.flags.song(admin, song_id, True)
    assert "Whisper" not in await stage.songs(other)
    await library.flags.song(admin, song_id, False)
    assert "Whisper" in await stage.songs(other)
    clock.at = RELEASE + 1
    assert "Whisper" not in await stage.songs(other), "a draft and a flag leave the release as it was"
    await library.editing.albums.change(owner, album_id, AlbumEdit(release_at=None))
    assert "Whisper" in await stage.songs(other)


async def test_an_empty_album_waits_for_its_release_too(empty_stage: Stage, clock: SimpleNamespace) -> None:
    await hidden_stage(empty_stage)
    owner, other = await empty_stage.person("boss", admin=True), await empty_stage.person("other")
    library = empty_stage.areas.library
    album_id = await library.editing.albums.create(owner, AlbumEdit(title="Soon", release_at=RELEASE))
    assert (await library.browse.album(owner, album_id)).release_at == RELEASE
    with pytest.raises(AntiphonError):
        await library.browse.album(other, album_id)
    clock.at = RELEASE
    assert (await library.browse.album(other, album_id)).title == "Soon"


async def test_a_scan_keeps_releases_and_licences_and_hides_what_joins_the_album(
    empty_stage: Stage, clock: SimpleNamespace
) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    admin, other = await stage.person("boss", admin=True), await stage.person("other")
    row = (await songs(stage))["Whisper"]
    assert row.album_id is not None
    await stage.areas.library.editing.albums.change(admin, row.album_id, AlbumEdit(release_at=RELEASE))
    song(
        stage, "hidden/2.mp3", title="Murmur", artist="Hidden Artist", albumartist="Hidden Artist", album="Hidden Album"
    )
    await scan(stage, full=True)
    assert set(await stage.songs(other)) == {"Open"}
    assert {"Whisper", "Murmur"} <= set(await stage.songs(admin))
    async with stage.application.database.transaction() as transaction:
        assert await edits_of(transaction, "album", [row.album_id]) == {}, "no file tells it, so nothing is kept apart"


async def test_what_has_passed_is_counted_with_the_others_at_night(empty_stage: Stage, clock: SimpleNamespace) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    owner, other = await stage.person("owner"), await stage.person("other")
    song_id, album_id = await owned(stage, owner)
    passed = 1_700_000_000.0
    clock.at = passed - 1
    await stage.areas.library.editing.songs.change(owner, song_id, SongEdit(release_at=passed))
    clock.at = passed + 1
    assert await stage.areas.library.releases.settle() == 1
    assert await stage.areas.library.releases.settle() == 0
    await stage.areas.library.scans.add_up()
    async with stage.application.database.transaction() as transaction:
        album = t.album
        row = await transaction.fetch_one(
            album.select().with_only_columns(album.c.song_count, album.c.hidden_count).where(album.c.id == album_id)
        )
    assert row == (1, 0)
    assert await counted(stage, other) == SHOWN
    assert (await stage.areas.library.browse.song(other, song_id)).release_at == passed


@pytest.mark.parametrize("moment", [-1.0, 0.0, 1e18, float("nan")])
async def test_a_release_is_a_moment_that_there_is(empty_stage: Stage, moment: float) -> None:
    await hidden_stage(empty_stage)
    admin = await empty_stage.person("boss", admin=True)
    song_id = (await songs(empty_stage))["Whisper"].id
    with pytest.raises(AntiphonError) as refused:
        await empty_stage.areas.library.editing.songs.change(admin, song_id, SongEdit(release_at=moment))
    assert refused.value.kind is Kind.INVALID and set(refused.value.fields) == {"release_at"}
