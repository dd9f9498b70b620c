"""Public pages with some songs."""

import msgspec

from antiphon.api.opensubsonic.answers import Share, Shares
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import read_id
from antiphon.api.opensubsonic.mapping import to_songs
from antiphon.api.opensubsonic.parameters import missing
from antiphon.areas.playback.data import SharedThing, ShareRow
from antiphon.kernel.clock import iso_moment
from antiphon.kernel.errors import not_found
from antiphon.kernel.ids import parse_id
from antiphon.kernel.paging import Page

PREFIX = "sh-"
MOST_ITEMS = 1_000


async def get_shares(call: Call) -> Shares:
    """The caller's shares."""
    return Shares(share=tuple(_share(call, row) for row in await call.areas.playback.shares.list(call.principal)))


async def create_share(call: Call) -> Shares:
    """Share songs, albums and what is in playlists now."""
    things: list[SharedThing] = []
    for text in call.parameters.texts("id"):
        found = read_id(text, "song")
        if found is None or found.kind == "artist":
            raise not_found("song")
        if found.kind == "playlist":
            items = await call.areas.playlists.browse.items(call.principal, found.id, Page(MOST_ITEMS, 0))
            things += [("song", item.song.id) for item in items.rows if item.song is not None]
        else:
            things.append(("album" if found.kind == "album" else "song", found.id))
    if not things:
        raise missing("id")
    expires = call.parameters.number("expires", 0)
    made = await call.areas.playback.shares.create(
        call.principal,
        things,
        description=call.parameters.text("description"),
        expires_at=expires / 1000 if expires else None,
    )
    return Shares(share=(_share(call, made),))


async def update_share(call: Call) -> None:
    """Change words and end of a share; an end of zero takes it away."""
    parameters = call.parameters
    expires = parameters.number("expires", None)
    await call.areas.playback.shares.update(
        call.principal,
        _id(call),
        description=parameters.text("description", None),
        expires_at=msgspec.UNSET if expires is None else expires / 1000 or None,
    )


async def delete_share(call: Call) -> None:
    """End a share."""
    await call.areas.playback.shares.delete(call.principal, _id(call))


def _share(call: Call, row: ShareRow) -> Share:
    return Share(
        id=f"{PREFIX}{row.id}",
        url=f"{call.base_url}/share/{row.token}",
        username=row.username,
        created=iso_moment(row.created_at),
        visit_count=row.visits,
        entry=to_songs(row.songs),
        description=row.description,
        expires=None if row.expires_at is None else iso_moment(row.expires_at),
        last_visited=None if row.last_visited_at is None else iso_moment(row.last_visited_at),
    )


def _id(call: Call) -> int:
    found = parse_id(call.parameters.needed("id").removeprefix(PREFIX))
    if found is None:
        raise not_found("share")
    return found
