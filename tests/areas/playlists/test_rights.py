"""Who sees and changes a playlist, and which of its songs."""

from collections.abc import Awaitable

import pytest

from antiphon.areas.library.data import SongsRemoved
from antiphon.areas.playlists.data import PlaylistChanged, PlaylistDeleted
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.stage import Stage


async def kind_of(refused: Awaitable[object]) -> Kind:
    with pytest.raises(AntiphonError) as caught:
        await refused
    return caught.value.kind


async def test_a_private_playlist_is_there_for_its_members_only(stage: Stage) -> None:
    anna, berta, admin = await stage.person("anna"), await stage.person("berta"), await stage.person("root", admin=True)
    edit, browse = stage.areas.playlists.edit, stage.areas.playlists.browse
    playlist_id = await edit.create(anna, " my   list ", mood_tags=["calm", "calm"])
    playlist = await browse.playlist(anna, playlist_id)
    assert (playlist.title, playlist.owner, playlist.role, playlist.mood_tags) == (
        "my list",
        "anna",
        "owner",
        ("calm",),
    )
    for other in (berta, admin):
        assert await kind_of(browse.playlist(other, playlist_id)) is Kind.NOT_FOUND
        assert await kind_of(browse.songs(other, playlist_id)) is Kind.NOT_FOUND
        assert await kind_of(browse.items(other, playlist_id, Page())) is Kind.NOT_FOUND
        assert await kind_of(browse.changes(other, playlist_id, 0)) is Kind.NOT_FOUND
        assert await kind_of(edit.update(other, playlist_id, title="x")) is Kind.NOT_FOUND
        assert await kind_of(edit.delete(other, playlist_id)) is Kind.NOT_FOUND
        assert (await browse.playlists(other, "visible", Page())).rows == []
    assert await kind_of(browse.playlists(ANONYMOUS, "visible", Page())) is Kind.NOT_SIGNED_IN
    assert await kind_of(edit.create(ANONYMOUS, "x")) is Kind.NOT_SIGNED_IN


async def test_a_public_playlist_is_read_by_all_and_changed_by_members(stage: Stage) -> None:
    anna, berta = await stage.person("anna"), await stage.person("berta")
    song_id = (await stage.songs(anna))["Dawn"].id
    edit, browse = stage.areas.playlists.edit, stage.areas.playlists.browse
    playlist_id = await edit.create(anna, "Open", is_public=True, tracks=[song_id])
    assert (await browse.playlist(berta, playlist_id)).role == "listener"
    assert [row.id for row in (await browse.playlists(berta, "visible", Page())).rows] == [playlist_id]
    assert (await browse.playlists(berta, "mine", Page())).rows == []
    for refused in (
        edit.update(berta, playlist_id, title="x"),
        edit.add(berta, playlist_id, [song_id]),
        edit.remove_indexes(berta, playlist_id, [0]),
        edit.delete(berta, playlist_id),
    ):
        assert await kind_of(refused) is Kind.FORBIDDEN


async def test_collaborators_edit_and_only_the_owner_shares(stage: Stage) -> None:
    anna, berta = await stage.person("anna"), await stage.person("berta")
    song_id = (await stage.songs(anna))["Dawn"].id
    edit, browse = stage.areas.playlists.edit, stage.areas.playlists.browse
    playlist_id = await edit.create(anna, "Ours", collaborators=[berta.user_id, anna.user_id])
    playlist = await browse.playlist(berta, playlist_id)
    assert (playlist.role, playlist.collaborators) == ("collaborator", (berta.user_id,))
    assert [row.id for row in (await browse.playlists(berta, "mine", Page())).rows] == [playlist_id]
    assert (await browse.playlists(berta, "owned", Page())).rows == []
    await edit.add(berta, playlist_id, [song_id])
    await edit.update(berta, playlist_id, title="Ours too", description="by both")
    assert await kind_of(edit.update(berta, playlist_id, is_public=True)) is Kind.FORBIDDEN
    assert await kind_of(edit.update(berta, playlist_id, collaborators=[])) is Kind.FORBIDDEN
    assert await kind_of(edit.delete(berta, playlist_id)) is Kind.FORBIDDEN
    changes = await browse.changes(berta, playlist_id, 2)
    assert [(operation.action, operation.user_id) for operation in changes] == [
        ("add_track", berta.user_id),
        ("rename", berta.user_id),
        ("describe", berta.user_id),
    ]
    await edit.update(anna, playlist_id, collaborators=[])
    assert await kind_of(browse.playlist(berta, playlist_id)) is Kind.NOT_FOUND
    assert await kind_of(edit.update(anna, playlist_id, collaborators=[999_999])) is Kind.INVALID


@pytest.mark.parametrize(
    "values",
    [{"title": "  "}, {"title": "x" * 301}, {"description": "x" * 10_001}, {"mood_tags": [""]}, {"tracks": ["x"]}],
)
async def test_bad_values_are_refused_by_field(stage: Stage, values: dict[str, object]) -> None:
    anna = await stage.person("anna")
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "fine")
    with pytest.raises(AntiphonError) as caught:
        await edit.update(anna, playlist_id, **values)  # type: ignore[arg-type]
    assert (caught.value.kind, list(caught.value.fields)) == (Kind.INVALID, list(values))
    assert (await stage.areas.playlists.browse.playlist(anna, playlist_id)).revision == 1


async def test_what_is_not_there_cannot_be_added_moved_or_removed(stage: Stage) -> None:
    anna = await stage.person("anna")
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "empty")
    assert await kind_of(edit.add(anna, playlist_id, [999_999])) is Kind.NOT_FOUND
    assert await kind_of(edit.remove_items(anna, playlist_id, [1])) is Kind.NOT_FOUND
    assert await kind_of(edit.remove_track(anna, playlist_id, 1)) is Kind.NOT_FOUND
    assert await kind_of(edit.remove_indexes(anna, playlist_id, [0])) is Kind.INVALID
    assert await kind_of(edit.move(anna, playlist_id, 1, 0)) is Kind.NOT_FOUND
    assert await kind_of(edit.add(anna, playlist_id, [], position=-1)) is Kind.INVALID


async def test_a_key_without_the_scope_write_only_reads(stage: Stage) -> None:
    anna = await stage.person("anna")
    reader = Principal(anna.user_id, "anna", anna.roles, scopes=frozenset({"read"}))
    assert await kind_of(stage.areas.playlists.edit.create(reader, "x")) is Kind.FORBIDDEN


async def flag(stage: Stage, song_id: int) -> None:
    """Hide a song from everybody but admins, as flagging does."""
    from sqlalchemy import update

    from antiphon.kernel.db import metadata

    song = metadata.tables["song"]
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(update(song).where(song.c.id == song_id).values(flagged=1, listed_from=2**62))


async def test_a_hidden_song_is_left_out_and_stays(stage: Stage) -> None:
    anna, admin = await stage.person("anna"), await stage.person("root", admin=True)
    songs = await stage.songs(anna)
    edit, browse = stage.areas.playlists.edit, stage.areas.playlists.browse
    ids = [songs[title].id for title in ("Dawn", "Dusk", "Alone")]
    playlist_id = await edit.create(anna, "mixed", is_public=True, tracks=ids)
    await flag(stage, ids[1])
    assert [song.title for song in await browse.songs(anna, playlist_id)] == ["Dawn", "Alone"]
    assert [item.track for item in (await browse.items(anna, playlist_id, Page())).rows] == [ids[0], ids[2]]
    assert [song.title for song in await browse.songs(admin, playlist_id)] == ["Dawn", "Dusk", "Alone"]
    # The index counts in what its owner sees: the last song, not the hidden one.
    await edit.remove_indexes(anna, playlist_id, [1])
    assert [song.title for song in await browse.songs(admin, playlist_id)] == ["Dawn", "Dusk"]


async def test_a_missing_file_stays_and_is_marked(stage: Stage) -> None:
    anna = await stage.person("anna")
    songs = await stage.songs(anna)
    playlist_id = await stage.areas.playlists.edit.create(anna, "keep", tracks=[songs["Alone"].id, songs["Dawn"].id])
    (stage.music / "loose.mp3").unlink()
    await stage.scan()
    kept = await stage.areas.playlists.browse.songs(anna, playlist_id)
    assert [(song.title, song.missing) for song in kept] == [("Alone", 1), ("Dawn", 0)]


async def test_a_removed_song_leaves_by_an_operation(stage: Stage) -> None:
    from sqlalchemy import delete

    from antiphon.kernel.db import metadata

    anna = await stage.person("anna")
    songs = await stage.songs(anna)
    gone, kept = songs["Dawn"].id, songs["Dusk"].id
    browse = stage.areas.playlists.browse
    playlist_id = await stage.areas.playlists.edit.create(anna, "x", tracks=[gone, kept, gone])
    song = metadata.tables["song"]
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(delete(song).where(song.c.id == gone))
        await transaction.publish(SongsRemoved((gone,)))
    assert [row.id for row in await browse.songs(anna, playlist_id)] == [kept]
    changes = await browse.changes(anna, playlist_id, 4)
    assert [(operation.action, operation.user_id) for operation in changes] == [("remove_track", None)] * 2
    assert (await browse.playlist(anna, playlist_id)).revision == 6


async def test_changes_are_told_and_a_deleted_playlist_is_gone(stage: Stage) -> None:
    anna = await stage.person("anna")
    told: list[object] = []

    async def hear(event: PlaylistChanged | PlaylistDeleted) -> None:
        told.append(event)

    subscriptions = stage.application.database.subscriptions
    subscriptions.after_commit(PlaylistChanged, hear)
    subscriptions.after_commit(PlaylistDeleted, hear)
    edit = stage.areas.playlists.edit
    playlist_id = await edit.create(anna, "x")
    await edit.update(anna, playlist_id, title="x")
    await edit.delete(anna, playlist_id)
    assert told == [PlaylistChanged(playlist_id, 1), PlaylistDeleted(playlist_id)]
    assert await kind_of(stage.areas.playlists.browse.playlist(anna, playlist_id)) is Kind.NOT_FOUND


async def test_lists_are_paged_by_title(stage: Stage) -> None:
    anna = await stage.person("anna")
    song = (await stage.songs(anna))["Dawn"]
    for title in ("b", "A", "c"):
        await stage.areas.playlists.edit.create(anna, title, tracks=[song.id])
    browse = stage.areas.playlists.browse
    page = await browse.playlists(anna, "mine", Page(2, 1))
    assert ([row.title for row in page.rows], page.total) == (["b", "c"], 3)
    assert [(row.song_count, row.duration) for row in page.rows] == [(1, song.duration)] * 2


async def test_a_person_is_exported_and_erased(stage: Stage) -> None:
    anna, berta = await stage.person("anna"), await stage.person("berta")
    song_id = (await stage.songs(anna))["Dawn"].id
    playlists = stage.areas.playlists
    own = await playlists.edit.create(anna, "own", tracks=[song_id])
    shared = await playlists.edit.create(berta, "shared", collaborators=[anna.user_id])
    await playlists.edit.add(anna, shared, [song_id])
    exported = await playlists.export_personal(anna.user_id)
    assert [row["title"] for row in exported["playlist"]] == ["own"]
    assert [(row["playlist_id"], row["title"]) for row in exported["playlist_item"]] == [(own, "Dawn")]
    assert exported["playlist_collaborator"] == [shared]
    async with stage.application.database.transaction() as transaction:
        await playlists.erase_personal(transaction, anna.user_id)
    assert await playlists.export_personal(anna.user_id) == {
        "playlist": [],
        "playlist_item": [],
        "playlist_collaborator": [],
        "playlist_operation": [],
    }
    (item,) = (await playlists.browse.items(berta, shared, Page())).rows
    assert (item.track, item.added_by) == (song_id, None)
    assert {operation.user_id for operation in await playlists.browse.changes(berta, shared, 0)} == {
        berta.user_id,
        None,
    }
