"""Music that belongs to one of the cast: changed and deleted by the calls of the test, so each call gets its own."""

import time

from sqlalchemy import insert

from antiphon.areas.library.data import AlbumEdit, SongEdit
from antiphon.areas.library.internal import tables
from antiphon.areas.library.internal.editing.making import uploads_library
from antiphon.areas.library.internal.edits import insert_one
from antiphon.areas.library.internal.visibility import REMOVED
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ADMIN, ARTIST, Principal
from tests.api.house import House

AN_ADMIN = Principal(user_id=1, username="housekeeper", roles=frozenset({ADMIN}))


async def own_music(house: House, owner_id: int, thing: str) -> int:
    """The id of a new `own_album` or `own_song` of somebody, of a `removed_song`, or of a `change` of a song."""
    editing = house.areas.library.editing
    if thing == "own_album":
        owner = Principal(user_id=owner_id, username="", roles=frozenset({ARTIST}))
        return await editing.albums.create(owner, AlbumEdit(title="Of one's own"))
    song_id = await _song(house, owner_id, REMOVED if thing == "removed_song" else 0)
    if thing == "change":
        await editing.songs.change(AN_ADMIN, song_id, SongEdit(title="Otherwise"))
        return (await editing.history.changes(AN_ADMIN, "song", song_id, Page(1)))[-1].id
    return song_id


async def _song(house: House, owner_id: int, missing: int) -> int:
    now = time.time()
    async with house.application.database.transaction() as transaction:
        row = {
            "library_id": await uploads_library(transaction),
            "title": "Of one's own",
            "title_key": "of one's own",
            "uploader_id": owner_id,
            "missing": missing,
            "shuffle": 0.5,
            "created_at": now,
            "updated_at": now,
        }
        song_id = await insert_one(transaction, tables.song, row)
        file = {
            "song_id": song_id,
            "library_id": row["library_id"],
            "path": f"{song_id}.mp3",
            "size": 1,
            "modified_ns": 1,
        }
        await transaction.execute(insert(tables.media_file).values(**file))
    return song_id
