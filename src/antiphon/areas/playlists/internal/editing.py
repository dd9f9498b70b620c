"""Editing one playlist inside a transaction: its items, their places, its revision and its log go together."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, insert, update

from antiphon.areas.playlists.data import Action, PlaylistChanged, Track
from antiphon.areas.playlists.internal import queries
from antiphon.areas.playlists.internal import tables as t
from antiphon.areas.playlists.internal.order import LONGEST, places_between
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid

MAXIMUM_ITEMS = 100_000


class Entry(NamedTuple):
    """An item as edits see it, whoever may see its song."""

    item_id: int
    song_id: int | None
    name: str
    place: str

    @property
    def track(self) -> Track:
        """The song's id, or the name of a track without one."""
        return self.song_id if self.song_id is not None else self.name


class Locked(NamedTuple):
    """A playlist as it is while a transaction holds it. `is_shared`: the caller is a collaborator."""

    owner_id: int
    is_shared: int
    revision: int
    title: str
    description: str
    is_public: int
    mood_tags: str
    flagged: int


class Editor:
    """The edits of one transaction. Nothing is logged before `finish`."""

    def __init__(self, transaction: Transaction, playlist_id: int, revision: int, user_id: int | None, now: float):
        self._transaction = transaction
        self._playlist_id = playlist_id
        self._revision = revision
        self._user_id = user_id
        self._now = now
        self._operations: list[dict[str, Any]] = []
        self._entries: list[Entry] | None = None

    async def entries(self) -> list[Entry]:
        """All items in their order."""
        if self._entries is None:
            rows = await self._transaction.fetch(queries.ENTRIES, id=self._playlist_id)
            self._entries = [Entry(*row) for row in rows]
        return self._entries

    async def shown(self, visibility: Mapping[str, Any], only_songs: bool) -> set[int]:
        """The ids of the items that somebody sees, without tracks that no song is known for where only songs are
        meant."""
        query = queries.SONG_ITEMS if only_songs else queries.SHOWN_ITEMS
        return {row[0] for row in await self._transaction.fetch(query, id=self._playlist_id, **visibility)}

    async def add(self, tracks: Sequence[Track], position: int | None = None) -> list[int]:
        """Put tracks in front of what stands at `position`, at the end where it is None or beyond; their item ids.

        Raises INVALID where the playlist would get too long.
        """
        if not tracks:
            return []
        count, last = await self._end()
        if count + len(tracks) > MAXIMUM_ITEMS:
            raise invalid(tracks=f"A playlist holds at most {MAXIMUM_ITEMS} tracks.")
        at = count if position is None else min(position, count)
        if at == count:
            places = places_between(last, None, len(tracks))
        else:
            places = await self._places_at(at, len(tracks))
        ids = await self._insert(tracks, places)
        if self._entries is not None:
            added = [
                Entry(item_id, *_columns_of(track), place)
                for item_id, track, place in zip(ids, tracks, places, strict=True)
            ]
            self._entries[at:at] = added
        for index, (item_id, track) in enumerate(zip(ids, tracks, strict=True)):
            self.log("add_track", item_id=item_id, track_id=track, position=at + index)
        return ids

    async def remove(self, item_ids: set[int]) -> None:
        """Take items out; ids that are not in the playlist are passed over."""
        entries = await self.entries()
        # From the end, so that each position is also where the item stood before.
        for position in range(len(entries) - 1, -1, -1):
            entry = entries[position]
            if entry.item_id in item_ids:
                self.log("remove_track", item_id=entry.item_id, track_id=entry.track, position=position)
        gone = [{"gone": entry.item_id} for entry in entries if entry.item_id in item_ids]
        if gone:
            await self._transaction.execute(
                delete(t.playlist_item).where(t.playlist_item.c.id == bindparam("gone")), gone
            )
            self._entries = [entry for entry in entries if entry.item_id not in item_ids]

    async def move(self, item_id: int, position: int) -> None:
        """Put an item that is in the playlist in front of what stands at `position` once it is taken out."""
        entries = await self.entries()
        old = next(index for index, entry in enumerate(entries) if entry.item_id == item_id)
        entry = entries.pop(old)
        new = min(position, len(entries))
        if new == old:
            entries.insert(old, entry)
            return
        (place,) = await self._places_at(new, 1)
        await self._transaction.execute(
            update(t.playlist_item).where(t.playlist_item.c.id == item_id).values(place=place)
        )
        entries.insert(new, entry._replace(place=place))
        self.log("move_track", item_id=item_id, track_id=entry.track, position=new)

    async def arrange(self, start: int, item_ids: Sequence[int]) -> None:
        """Let these items stand in this order from a position on, in front of the others that stand there."""
        entries = await self.entries()
        rest, moved = OrderedDict((entry.item_id, entry) for entry in entries[start:]), set[int]()
        order = entries[:start]
        for position, item_id in enumerate(item_ids, start):
            if next(iter(rest)) != item_id:
                self.log("move_track", item_id=item_id, track_id=rest[item_id].track, position=position)
                moved.add(item_id)
            order.append(rest.pop(item_id))
        order += rest.values()
        if not moved:
            return
        placed = _placed(order, moved)
        if placed is None:
            await self._renew(order)
        else:
            order = placed
            await self._write_places([entry for entry in order if entry.item_id in moved])
        self._entries = order

    async def rename(self, title: str) -> None:
        """Call the playlist something else."""
        await self._set(title=title, title_key=title.casefold())
        self.log("rename", title=title)

    async def describe(self, description: str) -> None:
        """Replace the description."""
        await self._set(description=description)
        self.log("describe", description=description)

    async def publish(self, is_public: bool) -> None:
        """Show the playlist to everybody, or to its members only."""
        await self._set(is_public=int(is_public))
        self.log("publish", is_public=is_public)

    async def tag(self, mood_tags: list[str]) -> None:
        """Replace the mood tags."""
        await self._set(mood_tags=msgspec.json.encode(mood_tags).decode())
        self.log("tag", mood_tags=mood_tags)

    async def share(self, collaborators: list[int]) -> None:
        """Let these people, and nobody else but the owner, edit the playlist."""
        rows = await self._transaction.fetch(queries.COLLABORATORS, id=self._playlist_id)
        if [row[0] for row in rows] == collaborators:
            return
        await self._transaction.execute(
            delete(t.playlist_collaborator).where(t.playlist_collaborator.c.playlist_id == self._playlist_id)
        )
        if collaborators:
            await self._transaction.execute(
                insert(t.playlist_collaborator),
                [{"playlist_id": self._playlist_id, "user_id": user_id} for user_id in collaborators],
            )
        self.log("share", collaborators=collaborators)

    def log(self, action: Action, **data: Any) -> None:
        """Note one operation; it raises the revision by one."""
        self._revision += 1
        self._operations.append(
            {
                "playlist_id": self._playlist_id,
                "revision": self._revision,
                "action": action,
                "data": msgspec.json.encode(data).decode(),
                "user_id": self._user_id,
                "at": self._now,
            }
        )

    async def finish(self) -> int:
        """Write the log and the revision, tell it, and give the revision. Without an edit nothing is written."""
        if self._operations:
            await self._transaction.execute(insert(t.playlist_operation), self._operations)
            await self._transaction.execute(
                update(t.playlist)
                .where(t.playlist.c.id == self._playlist_id)
                .values(revision=self._revision, updated_at=self._now)
            )
            await self._transaction.publish(PlaylistChanged(self._playlist_id, self._revision))
            self._operations = []
        return self._revision

    async def _set(self, **values: Any) -> None:
        await self._transaction.execute(update(t.playlist).where(t.playlist.c.id == self._playlist_id).values(**values))

    async def _end(self) -> tuple[int, str | None]:
        """How many items there are, and the last one's place."""
        if self._entries is not None:
            return len(self._entries), self._entries[-1].place if self._entries else None
        row = await self._transaction.fetch_one(queries.END, id=self._playlist_id)
        assert row is not None
        return int(row[0]), row[1]

    async def _places_at(self, position: int, wanted: int) -> list[str]:
        """Places in front of what stands at `position`; all places are renewed where these would grow too long."""
        entries = await self.entries()
        places = _places(entries, position, wanted)
        # Two items with one place leave no room between them; damaged rows only, and mended here.
        if places is None or max(map(len, places)) > LONGEST:
            await self._renew(entries)
            places = _places(entries, position, wanted)
        assert places is not None
        return places

    async def _renew(self, entries: list[Entry]) -> None:
        renewed = places_between(None, None, len(entries))
        entries[:] = [entry._replace(place=place) for entry, place in zip(entries, renewed, strict=True)]
        await self._write_places(entries)

    async def _write_places(self, entries: list[Entry]) -> None:
        await self._transaction.execute(
            update(t.playlist_item).where(t.playlist_item.c.id == bindparam("item_id")).values(place=bindparam("new")),
            [{"item_id": entry.item_id, "new": entry.place} for entry in entries],
        )

    async def _insert(self, tracks: Sequence[Track], places: list[str]) -> list[int]:
        rows = [
            {
                "playlist_id": self._playlist_id,
                "song_id": song_id,
                "track": name,
                "place": place,
                "added_by": self._user_id,
                "added_at": self._now,
            }
            for (song_id, name), place in zip(map(_columns_of, tracks), places, strict=True)
        ]
        await self._transaction.execute(insert(t.playlist_item), rows)
        # Asking for the ids afterwards keeps it one batch: with RETURNING, SQLite would be given row after row.
        made = await self._transaction.fetch(
            queries.ITEMS_BETWEEN, id=self._playlist_id, first=places[0], last=places[-1]
        )
        return [int(row[0]) for row in made]


def _columns_of(track: Track) -> tuple[int | None, str]:
    return (track, "") if isinstance(track, int) else (None, track)


def _places(entries: list[Entry], position: int, wanted: int) -> list[str] | None:
    before = entries[position - 1].place if position > 0 else None
    after = entries[position].place if position < len(entries) else None
    if before is not None and after is not None and before >= after:
        return None
    return places_between(before, after, wanted)


def _placed(order: list[Entry], moved: set[int]) -> list[Entry] | None:
    """The items with new places for those that have moved; None where these would grow too long."""
    staying = [entry for entry in order if entry.item_id not in moved]
    placed: list[Entry] = []
    passed = 0
    for has_moved, group in groupby(order, lambda entry: entry.item_id in moved):
        run = list(group)
        if has_moved:
            places = _places(staying, passed, len(run))
            if places is None or max(map(len, places)) > LONGEST:
                return None
            run = [entry._replace(place=place) for entry, place in zip(run, places, strict=True)]
        else:
            passed += len(run)
        placed += run
    return placed
