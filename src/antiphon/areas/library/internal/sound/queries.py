"""What is read of how songs sound."""

from sqlalchemy import BigInteger, and_, bindparam, case, func, or_, select

from antiphon.areas.library.data.sound import MEASURE_VERSION
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.sound.tables import song_sound, song_vector, song_waveform
from antiphon.areas.library.internal.visibility import accessible_songs
from antiphon.kernel.db import Statement

_ID = bindparam("id", type_=BigInteger)
_LIMIT, _OFFSET = bindparam("limit", type_=BigInteger), bindparam("offset", type_=BigInteger)

SOUND_COLUMNS = tuple(
    song_sound.c[name]
    for name in (
        *("reason", "measured_at", "loudness", "loudness_range", "true_peak", "tempo", "tempo_clarity"),
        *("key", "key_strength", "energy"),
    )
)
SOUND = Statement(
    select(t.song.c.id, *SOUND_COLUMNS, t.song.c.own_bpm, t.song.c.own_key)
    .select_from(t.song.outerjoin(song_sound, song_sound.c.song_id == t.song.c.id))
    .where(t.song.c.id == _ID, accessible_songs())
)
WAVEFORM = Statement(
    select(t.song.c.id, song_waveform.c.heights)
    .select_from(t.song.outerjoin(song_waveform, song_waveform.c.song_id == t.song.c.id))
    .where(t.song.c.id == _ID, accessible_songs())
)

_is_current = and_(
    song_sound.c.song_id == t.media_file.c.song_id,
    song_sound.c.size == t.media_file.c.size,
    song_sound.c.modified_ns == t.media_file.c.modified_ns,
    song_sound.c.version == MEASURE_VERSION,
)
_files = (
    t.media_file.join(t.song, t.song.c.id == t.media_file.c.song_id)
    .join(t.library, t.library.c.id == t.media_file.c.library_id)
    .outerjoin(song_sound, _is_current)
)
_to_measure = and_(song_sound.c.song_id.is_(None), t.song.c.missing == 0, t.library.c.active == 1)
# The newest first: what somebody has just brought is heard of soonest.
TO_MEASURE = Statement(
    select(
        t.media_file.c.song_id, t.library.c.path, t.media_file.c.path, t.media_file.c.size, t.media_file.c.modified_ns
    )
    .select_from(_files)
    .where(_to_measure, t.media_file.c.song_id < bindparam("before", type_=BigInteger))
    .order_by(t.media_file.c.song_id.desc())
    .limit(_LIMIT)
)
TO_MEASURE_COUNT = Statement(select(func.count()).select_from(_files).where(_to_measure))
# The same for what one person has brought.
_is_own = and_(t.song.c.uploader_id == bindparam("owner", type_=BigInteger), t.song.c.missing == 0)
_failed = song_sound.c.reason != ""
OWN_COUNTS = Statement(
    select(
        func.coalesce(func.sum(case((song_sound.c.reason == "", 1), else_=0)), 0),
        func.coalesce(func.sum(case((_failed, 1), else_=0)), 0),
        func.coalesce(func.sum(case((song_sound.c.song_id.is_(None), 1), else_=0)), 0),
    )
    .select_from(_files)
    .where(_is_own)
)
# What could not be measured first, then the newest of those that wait.
OWN_UNMEASURED = Statement(
    select(t.song.c.id, t.song.c.title, song_sound.c.reason)
    .select_from(_files)
    .where(_is_own, or_(song_sound.c.song_id.is_(None), _failed))
    .order_by(song_sound.c.song_id.is_(None), t.song.c.id.desc())
    .limit(_LIMIT)
)
COUNTS = Statement(
    select(
        select(func.count()).select_from(song_sound).where(song_sound.c.reason == "").scalar_subquery(),
        select(func.count()).select_from(song_sound).where(song_sound.c.reason != "").scalar_subquery(),
        select(func.count()).select_from(song_vector).scalar_subquery(),
    )
)
HAS_VECTORS = Statement(select(song_vector.c.position).limit(1))
NEWEST_VECTOR = Statement(select(func.coalesce(func.max(song_vector.c.position), 0)))
VECTORS = Statement(
    select(song_vector.c.position, song_vector.c.song_id, song_vector.c.vector)
    .where(song_vector.c.position > bindparam("after", type_=BigInteger))
    .order_by(song_vector.c.position)
    .limit(_LIMIT)
)

UNREADABLE = Statement(
    select(
        t.song.c.id, t.song.c.title, t.song.c.artist_text, t.song.c.path, song_sound.c.reason, song_sound.c.measured_at
    )
    .join(t.song, t.song.c.id == song_sound.c.song_id)
    .where(song_sound.c.reason != "")
    .order_by(song_sound.c.song_id)
    .limit(_LIMIT)
    .offset(_OFFSET)
)
UNREADABLE_COUNT = Statement(select(func.count()).select_from(song_sound).where(song_sound.c.reason != ""))

# Songs that are the same recording byte for byte below their tags. Missing ones are no duplicates of anything.
_doubled = (
    select(song_sound.c.audio_sha256, func.count().label("songs"))
    .join(t.song, t.song.c.id == song_sound.c.song_id)
    .where(song_sound.c.audio_sha256 != "", t.song.c.missing == 0)
    .group_by(song_sound.c.audio_sha256)
    .having(func.count() > 1)
)
_page = _doubled.order_by(song_sound.c.audio_sha256).limit(_LIMIT).offset(_OFFSET).subquery("page")
DUPLICATES = Statement(
    select(song_sound.c.audio_sha256, song_sound.c.song_id)
    .join(_page, _page.c.audio_sha256 == song_sound.c.audio_sha256)
    .join(t.song, t.song.c.id == song_sound.c.song_id)
    .where(t.song.c.missing == 0)
    .order_by(song_sound.c.audio_sha256, song_sound.c.song_id)
)
DUPLICATE_COUNT = Statement(select(func.count()).select_from(_doubled.subquery("doubled")))
