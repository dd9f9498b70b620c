"""What was measured goes into its tables, and from there into what songs show where nobody has told anything."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Text, and_, bindparam, delete, or_, select, update

from antiphon.areas.library.data.sound import MEASURE_VERSION, REFERENCE_LOUDNESS, MeasuredSound, UnmeasuredSound
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.sound.showing import SHOWN
from antiphon.areas.library.internal.sound.tables import song_sound, song_vector, song_waveform
from antiphon.kernel.db import Statement, Transaction, in_list

_IDS: BindParameter[str] = bindparam("ids", type_=Text)
_NUMBERS = (
    "duration",
    "loudness",
    "loudness_range",
    "true_peak",
    "tempo",
    "tempo_clarity",
    "key",
    "key_strength",
    "energy",
)
_COLUMNS = ("song_id", "size", "modified_ns", "version", "measured_at", "reason", "audio_sha256", *_NUMBERS)
_GAINS = ("bpm", "track_gain", "track_peak")

_THERE = select(t.song.c.id).where(in_list(t.song.c.id, _IDS)).order_by(t.song.c.id)
_SHOWN_OF = select(song_sound.c.song_id, *(song_sound.c[name] for name in SHOWN)).where(
    in_list(song_sound.c.song_id, _IDS)
)
# Songs of the albums that some songs are on, with what was measured of them.
_OF_ALBUMS = Statement(
    select(
        t.song.c.album_id,
        t.song.c.id,
        song_sound.c.duration,
        song_sound.c.loudness,
        song_sound.c.true_peak,
        song_sound.c.album_gain,
        song_sound.c.album_peak,
    )
    .select_from(t.song.outerjoin(song_sound, and_(song_sound.c.song_id == t.song.c.id, song_sound.c.reason == "")))
    .where(t.song.c.album_id.in_(select(t.song.c.album_id).where(in_list(t.song.c.id, _IDS))), t.song.c.missing == 0)
    .order_by(t.song.c.album_id)
)


class Stamp(msgspec.Struct, frozen=True):
    """Which file of a song was measured."""

    song_id: int
    size: int
    modified_ns: int


Outcome = tuple[Stamp, MeasuredSound | UnmeasuredSound]


async def write(transaction: Transaction, outcomes: Sequence[Outcome], now: float) -> None:
    """Keep what was measured, in the place of what was known of these songs. Those that are gone are passed over."""
    there = {row[0] for row in await transaction.fetch(_locked(transaction), ids=ids_of(outcomes))}
    # Whoever changes several songs takes them in this order: so no two wait for each other.
    outcomes = sorted((one for one in outcomes if one[0].song_id in there), key=lambda one: one[0].song_id)
    if not outcomes:
        return
    ids = {"ids": ids_of(outcomes)}
    before = {row[0]: dict(zip(SHOWN, row[1:], strict=True)) for row in await transaction.fetch(_SHOWN_OF, **ids)}
    for table in (song_sound, song_waveform, song_vector):
        await transaction.execute(delete(table).where(in_list(table.c.song_id, _IDS)), ids)
    rows = [_row(stamp, outcome, now) for stamp, outcome in outcomes]
    await transaction.insert_rows(song_sound, (*_COLUMNS, *_GAINS), rows)
    measured = [(stamp.song_id, sound) for stamp, sound in outcomes if isinstance(sound, MeasuredSound)]
    await transaction.insert_rows(
        song_waveform, ("song_id", "heights"), [(song_id, sound.waveform) for song_id, sound in measured]
    )
    vectors = [(song_id, sound.vector) for song_id, sound in measured if sound.vector]
    await transaction.insert_rows(song_vector, ("song_id", "vector"), vectors)
    for song_id, sound in measured:
        await _show(transaction, song_id, before.get(song_id, {}), shown_of(sound))
    await _albums(transaction, ids["ids"])


def shown_of(sound: MeasuredSound) -> dict[str, Any]:
    """What a song shows of it where nothing else is told."""
    gain = None if sound.loudness is None else round(REFERENCE_LOUDNESS - sound.loudness, 2)
    return {
        "bpm": None if sound.tempo is None else round(sound.tempo),
        "track_gain": gain,
        "track_peak": None if gain is None else round(sound.true_peak, 6),
        "loudness": sound.loudness,
    }


def _locked(transaction: Transaction) -> Any:
    """Songs that stay, and that nobody else changes, while the transaction lasts. SQLite has one writer anyway."""
    return _THERE.with_for_update(key_share=True) if transaction.dialect == "postgresql" else _THERE


def ids_of(outcomes: Sequence[Outcome]) -> str:
    """The songs' ids as a JSON list."""
    return msgspec.json.encode([stamp.song_id for stamp, _ in outcomes]).decode()


def _row(stamp: Stamp, outcome: MeasuredSound | UnmeasuredSound, now: float) -> tuple[Any, ...]:
    file = (stamp.song_id, stamp.size, stamp.modified_ns)
    if isinstance(outcome, UnmeasuredSound):
        nothing = (0.0, None, None, 0.0, None, 0.0, "", 0.0, None)
        return (*file, MEASURE_VERSION, now, outcome.reason, "", *nothing, None, None, None)
    shown = shown_of(outcome)
    numbers = (getattr(outcome, name) for name in _NUMBERS)
    return (
        *file,
        outcome.version,
        now,
        "",
        outcome.audio_sha256,
        *numbers,
        *(shown[name] for name in _GAINS),
    )


async def _show(transaction: Transaction, song_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Put measured values where there is nothing, or what was measured before; what tags or people tell stays."""
    song = t.song.c
    await _set_where_free(transaction, song_id, ("bpm",), before, after)
    await _set_where_free(transaction, song_id, ("track_gain", "track_peak"), before, after)
    await transaction.execute(update(t.song).where(song.id == song_id).values(loudness=after["loudness"]))


async def _set_where_free(
    transaction: Transaction,
    song_id: int,
    names: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    first = t.song.c[names[0]]
    known = before.get(names[0])
    is_free = first.is_(None) if known is None else or_(first.is_(None), first == known)
    values = {name: after[name] for name in names}
    await transaction.execute(update(t.song).where(t.song.c.id == song_id, is_free).values(**values))


async def _albums(transaction: Transaction, song_ids: str) -> None:
    """The gains of albums of which every song has been measured now."""
    albums: dict[int, list[tuple[Any, ...]]] = {}
    for album_id, *rest in await transaction.fetch(_OF_ALBUMS, ids=song_ids):
        albums.setdefault(album_id, []).append(tuple(rest))
    changes: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    for songs in albums.values():
        found = album_gain([(song[1], song[2], song[3]) for song in songs])
        if found is None:
            continue
        gain = {"album_gain": found[0], "album_peak": found[1]}
        for song_id, _, _, _, old_gain, old_peak in songs:
            if (old_gain, old_peak) != found:
                changes[song_id] = {"album_gain": old_gain, "album_peak": old_peak}, gain
    for song_id, (before, gain) in sorted(changes.items()):
        await transaction.execute(update(song_sound).where(song_sound.c.song_id == song_id).values(**gain))
        await _set_where_free(transaction, song_id, ("album_gain", "album_peak"), before, gain)


def album_gain(
    songs: Sequence[tuple[float | None, float | None, float | None]],
) -> tuple[float, float] | None:
    """(dB, peak) of an album from (seconds, LUFS, peak) of its songs; None where one has not been measured.

    The album's loudness is the mean power of its songs, each by its length: silent ones do not count.
    """
    if not songs or any(duration is None for duration, _, _ in songs):
        return None
    heard = [(duration or 0.0, loudness) for duration, loudness, _ in songs if loudness is not None]
    seconds = sum(duration for duration, _ in heard)
    if not seconds:
        return None
    from math import log10

    power = sum(duration * 10 ** (loudness / 10) for duration, loudness in heard) / seconds
    return round(REFERENCE_LOUDNESS - 10 * log10(power), 2), round(max(peak or 0.0 for _, _, peak in songs), 6)
