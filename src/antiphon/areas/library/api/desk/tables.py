"""What stands in each table that people take away: the names of its columns, how many rows there will be, and the rows
bit by bit."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec

from antiphon.areas.accounts.api import People
from antiphon.areas.accounts.data import User
from antiphon.areas.library.data import ExportKind, state_of
from antiphon.areas.library.internal.exporting import rows
from antiphon.areas.library.internal.exporting.sheets import told
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Reader, Statement
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal

BATCH = 500
Rows = AsyncGenerator[list[Sequence[Any]], None]

_SONG_NAMES = (
    *("id", "title", "artist", "credits", "album", "disc", "track", "genres", "year", "duration_seconds", "language"),
    *("licence", "licence_text", "licence_url", "state", "release_at", "format", "bitrate", "size_bytes", "plays"),
    *("likes", "rating_mean", "rating_count", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5", "created_at"),
    *("updated_at", "uploader_id"),
)
NAMES: dict[ExportKind, tuple[str, ...]] = {
    "songs": _SONG_NAMES,
    "all_songs": _SONG_NAMES,
    "albums": (
        *("id", "title", "artist", "genres", "year", "release_date", "release_at", "songs", "plays", "likes"),
        *("rating_mean", "rating_count", "flagged", "created_at", "updated_at"),
    ),
    "ratings": ("thing", "id", "title", "artist", "rating", "starred_at", "plays", "last_played_at"),
    "users": ("id", "username", "full_name", "email", "email_proven", "roles", "standing", "created_at"),
}


class ExportTables:
    """The rows of every kind of table, as somebody may see them."""

    def __init__(self, reader: Reader, people: People) -> None:
        self._reader = reader
        self._people = people

    async def count(self, principal: Principal, kind: ExportKind) -> int:
        """How many rows there will be, for the progress."""
        if kind == "users":
            return (await self._people.list(principal, Page(1))).total + 1
        statement = {"albums": rows.ALBUM_COUNT, "ratings": rows.RATING_COUNT}.get(kind, rows.SONG_COUNT)
        everybody = {"everybody": int(kind == "all_songs")} if kind in ("songs", "all_songs") else {}
        return int((await self._reader.fetch_slow(statement, **everybody, **viewing(principal)))[0][0])

    async def rows(self, principal: Principal, kind: ExportKind) -> Rows:
        """The rows, some hundred at a time."""
        pages = {"users": self._users, "ratings": self._ratings, "albums": self._albums}.get(kind)
        if pages is not None:
            async for page in pages(principal):
                yield page
            return
        async for page in self._songs(principal, everybody=kind == "all_songs"):
            yield page

    async def _after(self, statement: Statement, **asked: Any) -> AsyncGenerator[list[tuple[Any, ...]], None]:
        """Pages along the ids: what is added or removed meanwhile moves nothing."""
        after = 0
        while page := await self._reader.fetch_slow(statement, after=after, limit=BATCH, **asked):
            yield page
            after = page[-1][0]

    async def _songs(self, principal: Principal, *, everybody: bool) -> Rows:
        async for page in self._after(rows.SONGS, everybody=int(everybody), **viewing(principal)):
            listed = msgspec.json.encode([row[0] for row in page]).decode()
            received = {row[0]: row[1:] for row in await self._reader.fetch_slow(rows.RECEPTION, ids=listed)}
            now = viewing(principal)["now"]
            yield [_song(row, received.get(row[0], (0,) * 6), now) for row in page]

    async def _albums(self, principal: Principal) -> Rows:
        async for page in self._after(rows.ALBUMS, **viewing(principal)):
            yield [_album(row) for row in page]

    async def _ratings(self, principal: Principal) -> Rows:
        offset = 0
        while page := await self._reader.fetch_slow(rows.RATINGS, limit=BATCH, offset=offset, **viewing(principal)):
            yield [(*row[:4], row[4] or "", told(row[5]), row[6], told(row[7])) for row in page]
            offset += len(page)

    async def _users(self, principal: Principal) -> Rows:
        # Lists of people leave out who asks.
        yield [_person(await self._people.get(principal, principal.user_id))]
        offset = 0
        while page := (await self._people.list(principal, Page(BATCH, offset))).rows:
            yield [_person(user) for user in page]
            offset += len(page)


def _person(user: User) -> tuple[Any, ...]:
    return (
        *(user.id, user.username, user.full_name, user.email, int(user.email_proven)),
        *(" ".join(sorted(user.roles)), user.standing, told(user.created_at)),
    )


def _names(text: str) -> str:
    return "; ".join(msgspec.json.decode(text, type=list[str]))


def _mean(total: int, count: int) -> float | str:
    return round(total / count, 2) if count else ""


def _song(row: tuple[Any, ...], received: tuple[Any, ...], now: int) -> tuple[Any, ...]:
    (
        song_id, title, artist, credits, album, disc, track, genres, year, duration, language, licence, flagged,
        privacy, release_at, format_, bitrate, size, plays, rating_sum, rating_count, created_at, updated_at,
        uploader_id,
    ) = row  # fmt: skip
    named = "; ".join(f"{credit['name']} ({credit['role']})" for credit in msgspec.json.decode(credits))
    terms = msgspec.json.decode(licence) if licence else {"code": "", "text": "", "url": ""}
    state = state_of(flagged, privacy, release_at, now)
    likes, *stars = received
    return (
        *(song_id, title, artist, named, album, disc, track, _names(genres), year, round(duration, 3), language),
        *(terms["code"], terms["text"], terms["url"], state, told(release_at), format_, bitrate, size, plays),
        *(
            likes,
            _mean(rating_sum, rating_count),
            rating_count,
            *stars,
            told(created_at),
            told(updated_at),
            uploader_id,
        ),
    )


def _album(row: tuple[Any, ...]) -> tuple[Any, ...]:
    (
        album_id, title, artist, genres, year, release_date, release_at, songs, plays, likes, rating_sum, rating_count,
        flagged, created_at, updated_at,
    ) = row  # fmt: skip
    return (
        *(album_id, title, artist, _names(genres), year, release_date, told(release_at), songs, plays, likes),
        *(_mean(rating_sum, rating_count), rating_count, flagged, told(created_at), told(updated_at)),
    )
