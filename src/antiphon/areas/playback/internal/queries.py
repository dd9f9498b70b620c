"""Reads of playback."""

from sqlalchemy import BigInteger, Double, Integer, Text, bindparam, func, select, tuple_

from antiphon.areas.accounts.views import person
from antiphon.areas.library.views import SONG_COLUMNS, VIEWER, accessible_songs, listed_songs, song, with_songs
from antiphon.areas.library.views import viewing as viewing
from antiphon.areas.playback.internal.tables import activity, now_playing
from antiphon.kernel.db import Statement, in_list

# A song may pause or start late: what is shown as playing fades this many seconds after it should be over.
GRACE_SECONDS = 120.0

_PLAYS = (activity.c.user_id == VIEWER, activity.c.action == "play")

PLAYS = Statement(
    select(activity.c.id, activity.c.at, activity.c.seconds, activity.c.completion, activity.c.client, *SONG_COLUMNS)
    .select_from(with_songs(activity, activity.c.song_id))
    .where(*_PLAYS, accessible_songs())
    .order_by(activity.c.at.desc(), activity.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
PLAY_COUNT = Statement(
    select(func.count())
    .select_from(activity.join(song, song.c.id == activity.c.song_id))
    .where(*_PLAYS, accessible_songs())
)

NOW_PLAYING = Statement(
    select(
        now_playing.c.user_id,
        person.c.username,
        now_playing.c.client,
        now_playing.c.started_at,
        now_playing.c.position,
        *SONG_COLUMNS,
    )
    .select_from(with_songs(now_playing.join(person, person.c.id == now_playing.c.user_id), now_playing.c.song_id))
    .where(
        now_playing.c.started_at + song.c.duration - now_playing.c.position + GRACE_SECONDS
        > bindparam("moment", type_=Double),
        listed_songs(),
    )
    .order_by(now_playing.c.started_at.desc(), now_playing.c.user_id, now_playing.c.client)
    .limit(500)
)

# Where a person's own apps are: also what is over by now, as the queue may know better.
PLAYING = Statement(
    select(
        now_playing.c.client,
        now_playing.c.song_id,
        now_playing.c.started_at,
        now_playing.c.position,
        song.c.duration,
    )
    .select_from(now_playing.join(song, song.c.id == now_playing.c.song_id))
    .where(now_playing.c.user_id == bindparam("user_id", type_=BigInteger))
)

LISTEN = Statement(
    select(now_playing.c.song_id, now_playing.c.begun_at, now_playing.c.counted).where(
        now_playing.c.user_id == bindparam("user_id", type_=BigInteger),
        now_playing.c.client == bindparam("client", type_=Text),
    )
)

# The latest plays are counted, as many as are quickly read: of a lively server that is a day, of a quiet one weeks.
_latest = (
    select(activity.c.song_id)
    .where(activity.c.action == "play", activity.c.at >= bindparam("since", type_=Double))
    .order_by(activity.c.at.desc())
    .limit(30_000)
    .subquery("latest")
)
TRENDING = Statement(
    select(_latest.c.song_id)
    .group_by(_latest.c.song_id)
    .order_by(func.count().desc(), _latest.c.song_id.desc())
    .limit(200)
)

ACCESSIBLE_DURATIONS = Statement(
    select(song.c.id, song.c.duration).where(in_list(song.c.id, bindparam("ids", type_=Text)), accessible_songs())
)

_USER = bindparam("user_id", type_=BigInteger)
# By pages, each from the last row of the one before: a person may have listened for many years.
_BEFORE = tuple_(bindparam("action", type_=Text), bindparam("at", type_=Double), bindparam("id", type_=BigInteger))
PERSONAL_ACTIVITY = Statement(
    select(
        activity.c.id,
        activity.c.song_id,
        song.c.title,
        song.c.artist_text,
        activity.c.action,
        activity.c.at,
        activity.c.client,
        activity.c.seconds,
        activity.c.completion,
    )
    .join_from(activity, song, song.c.id == activity.c.song_id)
    .where(activity.c.user_id == _USER, tuple_(activity.c.action, activity.c.at, activity.c.id) > _BEFORE)
    .order_by(activity.c.action, activity.c.at, activity.c.id)
    .limit(bindparam("limit", type_=Integer))
)
PERSONAL_NOW_PLAYING = Statement(
    select(now_playing.c.song_id, now_playing.c.client, now_playing.c.started_at, now_playing.c.position)
    .where(now_playing.c.user_id == _USER)
    .order_by(now_playing.c.started_at)
)
