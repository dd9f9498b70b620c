"""The rows of uploads."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from antiphon.areas.accounts.views import own_quota
from antiphon.areas.library.data import UploadRow, Visibility
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.sound.tables import song_sound
from antiphon.areas.library.internal.uploading.tables import stored_file, upload
from antiphon.areas.library.internal.visibility import REMOVED, listed_songs
from antiphon.kernel.db import Statement, Transaction, in_list

UNFINISHED = ("receiving", "waiting", "unpacking", "checking")
TAKING_WORDS = ("receiving", "waiting")
"""The states in which a song that is sent bit by bit can still be given words."""
PICTURE = "picture"
"""The state of a picture for songs that are still to come: no upload that anybody is shown."""
PRIVACY: dict[Visibility, int] = {"public": 0, "unlisted": 1, "draft": 2, "private": 3}
"""What a song's column `privacy` holds."""
STORED = 2
"""The value of an artwork's `embedded` where its path is a name in the storage."""
FORGOTTEN = -1
"""The same where only its number is left."""
NO_ALBUM = 1 << 62
# One lock of PostgreSQL for each person, apart from all other locks.
_LOCKS = 1 << 61

_USER = bindparam("user_id", type_=BigInteger)
_ID = bindparam("id", type_=Text)
COLUMNS = [upload.c[name] for name in UploadRow.__struct_fields__]

_OWN = (upload.c.user_id == _USER, upload.c.state != PICTURE)
ONE = Statement(select(*COLUMNS).where(upload.c.id == _ID, *_OWN))
A_PICTURE = Statement(
    select(upload.c.cover_name, upload.c.cover_hash).where(
        upload.c.id == _ID, upload.c.user_id == _USER, upload.c.state == PICTURE
    )
)
BY_ID = Statement(
    select(
        *COLUMNS,
        upload.c.wanted,
        upload.c.found,
        upload.c.cover_name,
        upload.c.cover_hash,
        upload.c.words,
        upload.c.stored_name,
    ).where(upload.c.id == _ID)
)
# The song of an archive that was just being taken out of it.
OF_ARCHIVE = Statement(
    select(upload.c.id).where(
        upload.c.archive_id == bindparam("archive_id", type_=Text),
        upload.c.entry == bindparam("entry", type_=BigInteger),
        upload.c.state == "unpacking",
    )
)
BY_KEY = Statement(
    select(*COLUMNS).where(
        upload.c.user_id == _USER, upload.c.idempotency_key == bindparam("idempotency_key", type_=Text)
    )
)
LISTED = Statement(
    select(*COLUMNS)
    .where(*_OWN)
    .order_by(upload.c.created_at.desc(), upload.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)
COUNT = Statement(select(func.count()).where(*_OWN))
# What is reserved beyond the file itself.
BYTES_OF_WORDS = Statement(select(upload.c.reserved - upload.c.size).where(upload.c.id == _ID))
UNFINISHED_ROWS = Statement(
    select(upload.c.id, upload.c.state, upload.c.is_resumable, upload.c.received, upload.c.stored_name).where(
        upload.c.state.in_(UNFINISHED)
    )
)
EXPIRED = Statement(
    select(upload.c.id, upload.c.stored_name, upload.c.song_id).where(
        upload.c.expires_at < bindparam("now"), upload.c.state != "checking"
    )
)

_stored: Select[Any] = (
    select(func.coalesce(func.sum(stored_file.c.size), 0))
    .join(t.song, t.song.c.id == stored_file.c.song_id)
    .where(t.song.c.uploader_id == _USER)
)
_under_way = select(func.coalesce(func.sum(upload.c.reserved), 0)).where(
    upload.c.user_id == _USER, or_(*(upload.c.state == state for state in (*UNFINISHED, PICTURE)))
)
# Stored bytes, bytes under way, uploads that are being sent, and the person's own quota.
USE = Statement(
    select(
        _stored.scalar_subquery(),
        _under_way.scalar_subquery(),
        select(func.count()).where(upload.c.user_id == _USER, upload.c.state == "receiving").scalar_subquery(),
        select(own_quota.c.upload_quota).where(own_quota.c.id == _USER).scalar_subquery(),
    )
)
# What others were promised and have not sent yet.
PROMISED = Statement(
    select(
        func.coalesce(
            func.sum(
                case((upload.c.reserved > upload.c.received, upload.c.reserved - upload.c.received), else_=literal(0))
            ),
            0,
        )
    ).where(upload.c.state == "receiving")
)


_song_files = select(
    stored_file.c.name.label("name"),
    stored_file.c.size.label("size"),
    stored_file.c.sha256.label("sha256"),
    stored_file.c.song_id.label("song_id"),
    t.song.c.title.label("title"),
).join(t.song, t.song.c.id == stored_file.c.song_id)
_covers = select(
    t.artwork.c.path, null().cast(BigInteger), t.artwork.c.hash, null().cast(BigInteger), literal("", Text)
).where(t.artwork.c.embedded == STORED)
_kept = union_all(_song_files, _covers).subquery("kept")
# Every file that a song or a cover needs, by name: its size where that is known, its SHA-256, and which song it is of.
KEPT_FILES = Statement(
    select(_kept)
    .where(_kept.c.name > bindparam("after", type_=Text))
    .order_by(_kept.c.name)
    .limit(bindparam("limit", type_=BigInteger))
)
KEPT_COUNT = Statement(select(func.count()).select_from(_kept))

OWN_ALBUM = Statement(
    select(t.album.c.id)
    .where(t.album.c.uploader_id == _USER, t.album.c.title == bindparam("title", type_=Text))
    .order_by(t.album.c.id)
    .limit(1)
)

_twin_file, _twin_song = stored_file.alias("twin_file"), t.song.alias("twin_song")
_twin = (
    select(func.min(_twin_file.c.song_id))
    .join(_twin_song, _twin_song.c.id == _twin_file.c.song_id)
    .where(
        _twin_file.c.audio_sha256 == stored_file.c.audio_sha256,
        _twin_file.c.audio_sha256 != "",
        _twin_file.c.song_id != stored_file.c.song_id,
        _twin_song.c.uploader_id == _USER,
        _twin_song.c.missing < REMOVED,
    )
    .scalar_subquery()
)
_drafts = (t.song.c.uploader_id == _USER, t.song.c.privacy == PRIVACY["draft"], t.song.c.missing < REMOVED)
DRAFTS = Statement(
    select(t.song.c.id, _twin)
    .join(stored_file, stored_file.c.song_id == t.song.c.id, isouter=True)
    .where(*_drafts)
    # Albums stay together, in the order of their tracks; the newest first.
    .order_by(func.coalesce(t.song.c.album_id, NO_ALBUM).desc(), t.song.c.disc, t.song.c.track, t.song.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)
DRAFT_COUNT = Statement(select(func.count()).select_from(t.song).where(*_drafts))


def _own(*columns: Any) -> Select[Any]:
    return (
        select(stored_file.c.song_id, *columns)
        .join(t.song, t.song.c.id == stored_file.c.song_id)
        .where(t.song.c.uploader_id == _USER, t.song.c.missing < REMOVED)
        .order_by(stored_file.c.song_id)
    )


UNHEARD = Statement(
    select(stored_file.c.name, t.song.c.uploader_id)
    .join(t.song, t.song.c.id == stored_file.c.song_id)
    .where(stored_file.c.song_id == bindparam("song_id", type_=BigInteger), stored_file.c.audio_sha256 == "")
)
# What may be the same bytes: its song, its name in the storage, and its SHA-256 where it has been read.
SAME_SIZE = Statement(
    _own(stored_file.c.name, stored_file.c.sha256).where(stored_file.c.size == bindparam("size", type_=BigInteger))
)
SAME_AUDIO = Statement(_own().where(stored_file.c.audio_sha256 == bindparam("hash", type_=Text)).limit(1))
# Of the songs of music folders that the person may browse, once they have been measured.
SAME_HEARD = Statement(
    select(t.song.c.id)
    .join(song_sound, song_sound.c.song_id == t.song.c.id)
    .where(song_sound.c.audio_sha256 == bindparam("hash", type_=Text), t.song.c.uploader_id.is_(None), listed_songs())
    .order_by(t.song.c.id)
    .limit(1)
)


KNOWN_COVER = Statement(
    select(t.artwork.c.path).where(t.artwork.c.hash == bindparam("hash", type_=Text), t.artwork.c.embedded == STORED)
)


async def lock_person(transaction: Transaction, user_id: int) -> None:
    """Let nobody else count or add a person's uploads until the transaction ends. SQLite has one writer anyway."""
    if transaction.dialect == "postgresql":
        await transaction.fetch(text("SELECT pg_advisory_xact_lock(:key)"), key=_LOCKS | user_id)


async def add(transaction: Transaction, values: dict[str, Any]) -> None:
    """A new upload."""
    await transaction.execute(insert(upload).values(**values))


async def change(transaction: Transaction, upload_id: str, *states: str, **values: Any) -> bool:
    """Change an upload that is in one of these states; False where it is not, or gone."""
    statement = update(upload).where(upload.c.id == upload_id, upload.c.state.in_(states)).values(**values)
    return (await transaction.execute(statement)).rowcount > 0


async def give_words(transaction: Transaction, upload_id: str, words: str, size: int) -> bool:
    """Have an upload of one song carry words that came as `size` bytes; False where it takes none any more, or gone."""
    takes = (upload.c.state.in_(TAKING_WORDS), upload.c.is_resumable == 1, upload.c.report == "")
    given = update(upload).where(upload.c.id == upload_id, *takes).values(words=words, reserved=upload.c.size + size)
    return (await transaction.execute(given)).rowcount > 0


async def remove(transaction: Transaction, *upload_ids: str) -> None:
    """Forget uploads."""
    if upload_ids:
        await transaction.execute(delete(upload).where(upload.c.id.in_(upload_ids)))


async def remove_unfinished(transaction: Transaction, upload_id: str) -> str | None:
    """Forget an upload that has not ended; gives the name in the storage that it has taken (empty: none), None where it
    has ended, or gone: what a song has become of stays."""
    statement = delete(upload).where(upload.c.id == upload_id, upload.c.state.in_(UNFINISHED))
    row = (await transaction.execute(statement.returning(upload.c.stored_name))).one_or_none()
    return None if row is None else str(row[0])


async def remove_begun(transaction: Transaction, archive_id: str) -> list[str]:
    """Forget what was just being taken out of an archive; gives the ids."""
    begun = (upload.c.archive_id == archive_id, upload.c.state == "unpacking")
    removed = await transaction.execute(delete(upload).where(*begun).returning(upload.c.id))
    return [str(row[0]) for row in removed.all()]


async def remove_ended(transaction: Transaction, archive_id: str) -> None:
    """Forget those of an archive's uploads that have ended."""
    ended = (upload.c.archive_id == archive_id, upload.c.state.in_(("done", "failed")))
    await transaction.execute(delete(upload).where(*ended))


async def names_of_songs(transaction: Transaction, song_ids: list[int]) -> list[str]:
    """The names in the storage of songs that were uploaded."""
    found = select(stored_file.c.name).where(stored_file.c.song_id.in_(song_ids))
    return [row[0] for row in await transaction.fetch(found)]


async def note_hash(transaction: Transaction, song_id: int, sha256: str, **more: str) -> None:
    """Write down the SHA-256 of the file of a song."""
    summed_up = update(stored_file).where(stored_file.c.song_id == song_id)
    await transaction.execute(summed_up.values(sha256=sha256, **more))


async def note_heard(
    transaction: Transaction, song_id: int, duration: float | None, same_id: int | None, now: float
) -> bool:
    """Write down what listening to all of a song has told; True where the song is longer or shorter than was told."""
    await transaction.execute(update(upload).where(upload.c.song_id == song_id).values(same_audio_id=same_id))
    if duration is None:
        return False
    changed = update(t.song).where(t.song.c.id == song_id, t.song.c.duration != duration)
    return (await transaction.execute(changed.values(duration=duration, updated_at=now))).rowcount > 0


async def songs_of(transaction: Transaction, user_id: int) -> list[int]:
    """The songs that a person has uploaded."""
    found = (
        select(t.song.c.id)
        .join(stored_file, stored_file.c.song_id == t.song.c.id)
        .where(t.song.c.uploader_id == user_id)
        .order_by(t.song.c.id)
    )
    return [row[0] for row in await transaction.fetch(found)]


async def claimed(transaction: Transaction, names: list[str]) -> set[str]:
    """Those of these names that a song, a cover or an upload knows."""
    songs = select(stored_file.c.name).where(stored_file.c.name.in_(names))
    covers = select(t.artwork.c.path).where(t.artwork.c.path.in_(names))
    uploads = select(upload.c.stored_name).where(upload.c.stored_name.in_(names))
    pictures = select(upload.c.cover_name).where(upload.c.cover_name.in_(names))
    return {row[0] for row in await transaction.fetch(songs.union(covers, uploads, pictures))}


_unused = ~or_(
    *(select(table.c.id).where(table.c.artwork_id == t.artwork.c.id).exists() for table in (t.song, t.album, t.artist))
)


async def forget_unused_covers(transaction: Transaction) -> int:
    """Forget stored covers that nothing shows any more; their files are found unclaimed later.

    Of the last picture the number stays: SQLite would give it to the next one, and apps keep pictures by their numbers
    for ever.
    """
    number, last = t.artwork.c.id, select(func.max(t.artwork.c.id).label("id")).subquery("last")
    is_last = number == select(last.c.id).scalar_subquery()
    unused = and_(t.artwork.c.embedded == STORED, _unused)
    # Held fast before they are asked again: whoever just gives one to a song is waited for, and waits from now on.
    held = await transaction.fetch(select(number).where(unused).with_for_update())
    still = and_(in_list(number, bindparam("ids", type_=Text)), unused)
    ids = {"ids": msgspec.json.encode([row[0] for row in held]).decode()}
    gone = delete(t.artwork).where(still | (t.artwork.c.embedded == FORGOTTEN), ~is_last)
    removed = await transaction.execute(gone, ids)
    emptied = update(t.artwork).where(still, is_last).values(hash="", path="", embedded=FORGOTTEN)
    return removed.rowcount + (await transaction.execute(emptied, ids)).rowcount
