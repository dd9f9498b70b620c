"""Reads and writes of scrobbling: connections, and what services have not been told yet."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, case, delete, func, insert, select, update

from antiphon.areas.library.views import album, song
from antiphon.areas.playback.data.scrobbling import ForeignListener, Listen, ScrobbleConnection
from antiphon.areas.playback.internal.tables import scrobble_beginning, scrobble_connection, scrobble_waiting
from antiphon.kernel.db import Statement, Transaction, insert_unless_there
from antiphon.kernel.db.reader import Row
from antiphon.kernel.secret_box import SecretBox

LONGEST_NAME = 200
LONGEST_PROBLEM = 300
_connection, _waiting = scrobble_connection, scrobble_waiting
_USER = bindparam("user_id", type_=BigInteger)

# A love of a song that the service does not know: it waits for nothing, and is there to be told of.
UNKNOWN = "unknown_love"
_OF_LOVES = ("love", "unlove", UNKNOWN)
_IS_WAITING = _waiting.c.action != UNKNOWN
_COUNT = select(func.count()).where(_waiting.c.connection_id == _connection.c.id)
_COLUMNS = (
    _connection.c.id,
    _connection.c.service,
    _connection.c.name,
    _connection.c.state,
    _connection.c.scrobbles,
    _connection.c.loves,
    _COUNT.where(_IS_WAITING).scalar_subquery(),
    _connection.c.refused,
    _COUNT.where(~_IS_WAITING).scalar_subquery(),
    _connection.c.problem,
    _connection.c.created_at,
    _connection.c.delivered_at,
    _connection.c.resumes_at,
)
CONNECTIONS = Statement(select(*_COLUMNS).where(_connection.c.user_id == _USER).order_by(_connection.c.service))
LISTENERS = Statement(
    select(_connection.c.service, _connection.c.name, _connection.c.secret_encrypted).where(
        _connection.c.user_id == _USER, _connection.c.scrobbles == 1, _connection.c.state == "connected"
    )
)
SECRET = Statement(
    select(_connection.c.name, _connection.c.secret_encrypted).where(
        _connection.c.user_id == _USER, _connection.c.service == bindparam("service", type_=Text)
    )
)
SONG_TOLD = Statement(
    select(
        song.c.artist_text,
        song.c.title,
        album.c.title,
        album.c.artist_text,
        song.c.duration,
        song.c.track,
        song.c.recording_id,
        song.c.isrcs,
    )
    .join_from(song, album, album.c.id == song.c.album_id, isouter=True)
    .where(song.c.id == bindparam("song_id", type_=BigInteger))
)
_TELLS = Statement(
    select(_connection.c.id, _connection.c.service, _connection.c.state, _connection.c.scrobbles, _connection.c.loves)
    .where(_connection.c.user_id == _USER)
    .order_by(_connection.c.id)
)
_PERSONAL_NAMES = ("id", "service", "name", "state", "scrobbles", "loves", "problem", "created_at", "delivered_at")
PERSONAL = Statement(
    select(*(_connection.c[name] for name in _PERSONAL_NAMES))
    .where(_connection.c.user_id == _USER)
    .order_by(_connection.c.id)
)


class Told(msgspec.Struct, frozen=True):
    """What waits to be told: its row's id, what was done, and the listen."""

    id: int
    action: str
    listen: Listen


class Linked(msgspec.Struct, frozen=True):
    """A connection that is about to be used. `sealed` is the secret as it is kept."""

    id: int
    user_id: int
    service: str
    name: str
    sealed: str
    failures: int


def shown(row: Row, now: float) -> ScrobbleConnection:
    """A connection as its owner sees it."""
    return ScrobbleConnection(
        id=row[0],
        service=row[1],
        name=row[2],
        state=row[3],
        scrobbles=bool(row[4]),
        loves=bool(row[5]),
        waiting=row[6],
        refused=row[7],
        unknown_loves=row[8],
        problem=row[9],
        created_at=row[10],
        delivered_at=row[11],
        resumes_at=row[12] if row[12] > now else None,
    )


def listen_of(row: Row, at: float) -> Listen:
    """A song as it is told, from a row of SONG_TOLD."""
    isrcs = msgspec.json.decode(row[7] or "[]", type=list[str])
    return Listen(
        artist=row[0],
        title=row[1],
        album=row[2] or "",
        album_artist=row[3] or "",
        duration=row[4],
        track=row[5],
        recording_id=row[6],
        isrc=isrcs[0] if isrcs else "",
        at=at,
    )


def owner_of_secret(service: str, user_id: int) -> str:
    """What a secret is bound to: moved to somebody else's row it does not open."""
    return f"scrobble:{service}:{user_id}"


async def begin(
    transaction: Transaction, state_hash: str, user_id: int, service: str, now: float, until: float
) -> None:
    """Note that somebody is on the way to a service. What is too old goes, and what they began there before."""
    table = scrobble_beginning
    await transaction.execute(delete(table).where(table.c.expires_at <= now))
    await transaction.execute(delete(table).where(table.c.user_id == user_id, table.c.service == service))
    await transaction.execute(
        insert(table).values(state_hash=state_hash, user_id=user_id, service=service, expires_at=until)
    )


async def take_beginning(transaction: Transaction, state_hash: str, user_id: int, service: str, now: float) -> bool:
    """Whether this very person has begun this, not too long ago. It counts once."""
    table = scrobble_beginning
    gone = await transaction.execute(
        delete(table).where(
            table.c.state_hash == state_hash,
            table.c.user_id == user_id,
            table.c.service == service,
            table.c.expires_at > now,
        )
    )
    return gone.rowcount > 0


async def connect(
    transaction: Transaction, box: SecretBox, user_id: int, service: str, who: ForeignListener, now: float
) -> int:
    """Keep who somebody is at a service; what waits stays and is told now. Gives the connection's id."""
    values = {
        "name": who.name[:LONGEST_NAME],
        "secret_encrypted": box.seal(who.secret, owner_of_secret(service, user_id)),
        "state": "connected",
        "failures": 0,
        "problem": "",
        "resumes_at": 0.0,
    }
    statement = insert_unless_there(transaction, _connection).values(
        user_id=user_id, service=service, created_at=now, **values
    )
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[_connection.c.user_id, _connection.c.service], set_=values)
    )
    found = await transaction.fetch_one(
        select(_connection.c.id).where(_connection.c.user_id == user_id, _connection.c.service == service)
    )
    assert found is not None
    return int(found[0])


async def disconnect(transaction: Transaction, user_id: int, service: str) -> bool:
    """Forget a connection and what waits for it; False where there is none."""
    gone = await transaction.execute(
        delete(_connection).where(_connection.c.user_id == user_id, _connection.c.service == service)
    )
    return gone.rowcount > 0


async def change(transaction: Transaction, user_id: int, service: str, values: dict[str, int]) -> bool:
    """Other settings; False where there is no connection. What is no longer told does not wait any more."""
    mine = (_connection.c.user_id == user_id, _connection.c.service == service)
    changed = await transaction.execute(update(_connection).where(*mine).values(**values))
    for setting, actions in (("scrobbles", ("play",)), ("loves", _OF_LOVES)):
        if values.get(setting) == 0:
            waits_here = _waiting.c.connection_id.in_(select(_connection.c.id).where(*mine))
            await transaction.execute(delete(_waiting).where(waits_here, _waiting.c.action.in_(actions)))
    return changed.rowcount > 0


async def those_who_hear(transaction: Transaction, user_id: int, setting: str) -> list[tuple[int, str, str]]:
    """A person's connections that are told plays (`scrobbles`) or loves (`loves`): id, service and state."""
    place = {"scrobbles": 3, "loves": 4}[setting]
    rows = await transaction.fetch(_TELLS, user_id=user_id)
    return [(row[0], row[1], row[2]) for row in rows if row[place]]


async def song_told(transaction: Transaction, song_id: int, at: float) -> Listen | None:
    """A song as it is told."""
    row = await transaction.fetch_one(SONG_TOLD, song_id=song_id)
    return None if row is None else listen_of(row, at)


async def wait(transaction: Transaction, connection_id: int, action: str, song_id: int, listen: Listen) -> None:
    """Have something told. A love takes the place of what was said of the song before."""
    if action != "play":
        await transaction.execute(
            delete(_waiting).where(
                _waiting.c.connection_id == connection_id,
                _waiting.c.song_id == song_id,
                _waiting.c.action.in_(_OF_LOVES),
            )
        )
    values = {
        "connection_id": connection_id,
        "action": action,
        "song_id": song_id,
        "at": listen.at,
        "listen": msgspec.json.encode(listen).decode(),
    }
    await transaction.execute(insert_unless_there(transaction, _waiting).values(**values).on_conflict_do_nothing())


async def take_loves_back(transaction: Transaction, connection_id: int, song_ids: Sequence[int]) -> None:
    """Do not tell a service what it has just told itself."""
    await transaction.execute(
        delete(_waiting).where(
            _waiting.c.connection_id == connection_id,
            _waiting.c.song_id.in_(song_ids),
            _waiting.c.action.in_(("love", UNKNOWN)),
        )
    )


async def next_wake(transaction: Transaction, connection_id: int) -> tuple[int, int, float] | None:
    """Whose connection it is, the number of the message that wakes its delivery, and from when on; the row is locked
    till the end of the transaction. None where nobody needs to be woken."""
    row = await transaction.fetch_one(
        select(_connection.c.user_id, _connection.c.wakes, _connection.c.resumes_at, _connection.c.state)
        .where(_connection.c.id == connection_id)
        .with_for_update()
    )
    return None if row is None or row[3] == "reconnect" else (row[0], row[1], row[2])


async def claim(transaction: Transaction, connection_id: int, now: float, until: float) -> Linked | float | None:
    """Take a connection to tell what waits; a moment until which it must rest, or None where nothing can be done."""
    row = await transaction.fetch_one(
        select(
            _connection.c.user_id,
            _connection.c.service,
            _connection.c.name,
            _connection.c.secret_encrypted,
            _connection.c.failures,
            _connection.c.state,
            _connection.c.resumes_at,
            _connection.c.busy_until,
        )
        .where(_connection.c.id == connection_id)
        .with_for_update()
    )
    if row is None or row[5] == "reconnect":
        return None
    rests = max(row[6], row[7])
    values: dict[str, Any] = {"wakes": _connection.c.wakes + 1}
    if rests <= now:
        values["busy_until"] = until
    await transaction.execute(update(_connection).where(_connection.c.id == connection_id).values(**values))
    return rests if rests > now else Linked(connection_id, *row[:5])


async def drop_older(transaction: Transaction, connection_id: int, before: float) -> int:
    """Forget plays that a service would not take any more; how many there were."""
    gone = await transaction.execute(
        delete(_waiting).where(
            _waiting.c.connection_id == connection_id, _waiting.c.action == "play", _waiting.c.at < before
        )
    )
    return gone.rowcount


async def oldest(transaction: Transaction, connection_id: int, plays: bool, limit: int) -> list[Told]:
    """What waits longest: plays, or loves."""
    rows = await transaction.fetch(
        select(_waiting.c.id, _waiting.c.action, _waiting.c.listen)
        .where(
            _waiting.c.connection_id == connection_id,
            _waiting.c.action == "play" if plays else _waiting.c.action.in_(("love", "unlove")),
        )
        .order_by(_waiting.c.at, _waiting.c.id)
        .limit(limit)
    )
    return [Told(row[0], row[1], msgspec.json.decode(row[2], type=Listen)) for row in rows]


async def keep_unknown(transaction: Transaction, row_id: int) -> None:
    """Note that a service does not know a song that somebody loves."""
    await transaction.execute(update(_waiting).where(_waiting.c.id == row_id).values(action=UNKNOWN))


async def done(
    transaction: Transaction, linked: Linked, row_ids: Sequence[int], refusals: Sequence[str], now: float
) -> None:
    """Forget what was told or refused for good, and note when something was told, and how often and why not."""
    await transaction.execute(delete(_waiting).where(_waiting.c.id.in_(row_ids)))
    values: dict[str, Any] = {}
    if len(row_ids) > len(refusals):
        values["delivered_at"] = now
    if refusals:
        values |= {"refused": _connection.c.refused + len(refusals), "problem": refusals[-1][:LONGEST_PROBLEM]}
    if values:
        await transaction.execute(update(_connection).where(_connection.c.id == linked.id).values(**values))


async def release(
    transaction: Transaction,
    connection_id: int,
    *,
    failed: str = "",
    until: float = 0,
) -> bool:
    """Let a connection go after a delivery: with what `failed`, if anything did, and until when it rests. Whether
    something waits."""
    values: dict[str, Any] = {"busy_until": 0.0, "resumes_at": until}
    if failed:
        values |= {"failures": _connection.c.failures + 1, "problem": failed[:LONGEST_PROBLEM]}
        values["state"] = case((_connection.c.state == "reconnect", "reconnect"), else_="failing")
    else:
        values |= {
            "failures": 0,
            "state": case((_connection.c.state == "failing", "connected"), else_=_connection.c.state),
        }
        values["problem"] = case((_connection.c.state == "failing", ""), else_=_connection.c.problem)
    await transaction.execute(update(_connection).where(_connection.c.id == connection_id).values(**values))
    waits = await transaction.fetch_one(
        select(_waiting.c.id).where(_waiting.c.connection_id == connection_id, _IS_WAITING).limit(1)
    )
    return waits is not None


async def end_link(transaction: Transaction, linked: Linked, problem: str) -> None:
    """A service does not take a secret any more: it is forgotten, unless another one has come meanwhile."""
    await transaction.execute(
        update(_connection)
        .where(_connection.c.id == linked.id, _connection.c.secret_encrypted == linked.sealed)
        .values(state="reconnect", secret_encrypted="", problem=problem, resumes_at=0.0)
    )
    await transaction.execute(update(_connection).where(_connection.c.id == linked.id).values(busy_until=0.0))


async def forgotten_ones(transaction: Transaction) -> list[tuple[int, str]]:
    """The connections for which something waits, with their service."""
    waits = select(_waiting.c.id).where(_waiting.c.connection_id == _connection.c.id, _IS_WAITING).exists()
    return [
        (row[0], row[1])
        for row in await transaction.fetch(select(_connection.c.id, _connection.c.service).where(waits))
    ]


async def wake_anew(transaction: Transaction, connection_id: int) -> None:
    """Have the next message be a new one, whatever became of the last."""
    await transaction.execute(
        update(_connection).where(_connection.c.id == connection_id).values(wakes=_connection.c.wakes + 1)
    )


def personal(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Connections as their owner gets them in their data, from rows of `PERSONAL`; the secrets stay here."""
    return [dict(zip(_PERSONAL_NAMES, row, strict=True)) for row in rows]
