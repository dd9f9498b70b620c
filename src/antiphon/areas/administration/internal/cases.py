"""Reads of moderation: cases with what they are about as it is now, reports, and what admins did."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from antiphon.areas.accounts.views import person, standing_of
from antiphon.areas.administration.internal import tables as t
from antiphon.areas.library.views import album, artist, song, song_credit
from antiphon.areas.playlists.views import playlist
from antiphon.kernel.db import Statement, in_list

_ID = bindparam("id", type_=BigInteger)
_USER = bindparam("user_id", type_=BigInteger)
_IDS = bindparam("ids", type_=Text)
_LIMIT = bindparam("limit", type_=Integer)
_OFFSET = bindparam("offset", type_=BigInteger)
_REMOVED = 2

_case = t.moderation_case
_report = t.moderation_report
_entry = t.moderation_entry


def _text(name: str) -> Any:
    return bindparam(name, type_=Text)


def _is(subject: str, number: Any) -> ColumnElement[bool]:
    return and_(_case.c.subject == subject, number == _case.c.subject_id)


_about = person.alias("about")
_whose = person.alias("whose")
_decider = person.alias("decider")
_owner_id = func.coalesce(song.c.uploader_id, album.c.uploader_id, playlist.c.owner_id, _about.c.id)
_joined = (
    _case.outerjoin(song, and_(_is("song", song.c.id), song.c.missing < _REMOVED))
    .outerjoin(album, _is("album", album.c.id))
    .outerjoin(artist, _is("artist", artist.c.id))
    .outerjoin(playlist, _is("playlist", playlist.c.id))
    .outerjoin(_about, _is("user", _about.c.id))
    .outerjoin(standing_of, standing_of.c.id == _about.c.id)
    .outerjoin(_whose, _whose.c.id == _owner_id)
    .outerjoin(_decider, _decider.c.id == _case.c.decided_by)
)
_name = func.coalesce(song.c.title, album.c.title, artist.c.name, playlist.c.title, _about.c.username)
_by = func.coalesce(song.c.artist_text, album.c.artist_text, case((playlist.c.id.is_not(None), _whose.c.username)), "")
_hidden = func.coalesce(
    song.c.flagged % 2,
    album.c.flagged % 2,
    artist.c.flagged,
    playlist.c.flagged,
    case((standing_of.c.standing == "blocked", 1), else_=0),
)
_hidden_reason = func.coalesce(
    song.c.flag_reason, album.c.flag_reason, artist.c.flag_reason, playlist.c.flag_reason, ""
)
# In the order of the fields of CaseRow, without its reasons.
_COLUMNS = (
    _case.c.id,
    _case.c.subject,
    _case.c.subject_id,
    func.coalesce(_name, _case.c.subject_name),
    _by,
    case((_name.is_not(None), 1), else_=0),
    _hidden,
    _hidden_reason,
    _whose.c.id,
    _whose.c.username,
    _case.c.state,
    _case.c.decision,
    _case.c.decision_reason,
    _case.c.decided_by,
    _decider.c.username,
    _case.c.decided_at,
    _case.c.revision,
    _case.c.open_reports,
    _case.c.opened_at,
    _case.c.reported_at,
)
_wanted = and_(
    or_(_text("state") == "", _case.c.state == _text("state")),
    or_(_text("subject") == "", _case.c.subject == _text("subject")),
    or_(_text("outcome") == "", _case.c.decision == _text("outcome")),
    or_(
        _text("reason") == "",
        exists(select(_report.c.id).where(_report.c.case_id == _case.c.id, _report.c.reason == _text("reason"))),
    ),
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": (_case.c.reported_at.desc(), _case.c.id.desc()),
    "oldest": (_case.c.reported_at, _case.c.id),
    "most_reported": (_case.c.open_reports.desc(), _case.c.reported_at.desc(), _case.c.id.desc()),
}

CASES = {
    sort: Statement(
        select(*_COLUMNS).select_from(_joined).where(_wanted).order_by(*order).limit(_LIMIT).offset(_OFFSET)
    )
    for sort, order in _ORDERS.items()
}
CASE_COUNT = Statement(select(func.count()).select_from(_case).where(_wanted))
CASE = Statement(select(*_COLUMNS).select_from(_joined).where(_case.c.id == _ID))
OPEN_COUNT = Statement(select(func.count()).where(_case.c.state == "open"))
REASONS = Statement(
    select(_report.c.case_id, _report.c.reason, func.count())
    .where(in_list(_report.c.case_id, _IDS))
    .group_by(_report.c.case_id, _report.c.reason)
    .order_by(func.count().desc(), _report.c.reason)
)
OF_SUBJECT = Statement(
    select(_case.c.id, _case.c.state, _case.c.revision)
    .where(_case.c.subject == _text("subject"), _case.c.subject_id == bindparam("subject_id", type_=BigInteger))
    .with_for_update()
)


def _reports(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Reports in the order of the fields of ReportRow."""
    return (
        select(
            _report.c.id,
            _report.c.case_id,
            _case.c.subject,
            _case.c.subject_id,
            _case.c.subject_name,
            _report.c.user_id,
            person.c.username,
            _report.c.reason,
            _report.c.text,
            _report.c.created_at,
            _report.c.outcome,
            _report.c.decided_at,
        )
        .join_from(_report, _case, _case.c.id == _report.c.case_id)
        .join(person, person.c.id == _report.c.user_id)
        .where(*wanted)
        .order_by(_report.c.id.desc())
    )


_seen = and_(
    or_(_USER == 0, _report.c.user_id == _USER),
    or_(
        _text("state") == "",
        and_(_text("state") == "open", _report.c.outcome == ""),
        and_(_text("state") == "decided", _report.c.outcome != ""),
    ),
)
REPORTS = Statement(_reports(_seen).limit(_LIMIT).offset(_OFFSET))
REPORT_COUNT = Statement(select(func.count()).select_from(_report).where(_seen))
REPORT = Statement(_reports(_report.c.id == _ID))
REPORTS_OF_CASE = Statement(_reports(_report.c.case_id == _ID).limit(_LIMIT))
OPEN_REPORTS = Statement(_reports(_report.c.case_id == _ID, _report.c.outcome == ""))
DECIDED_REPORTS = Statement(
    _reports(_report.c.case_id == _ID, _report.c.decided_in == bindparam("revision", type_=Integer))
)

_author = person.alias("author")
ENTRIES = Statement(
    select(
        _entry.c.id,
        _entry.c.kind,
        _entry.c.author_id,
        _author.c.username,
        _entry.c.decision,
        _entry.c.text,
        _entry.c.at,
    )
    .select_from(_entry.outerjoin(_author, _author.c.id == _entry.c.author_id))
    .where(_entry.c.case_id == _ID)
    .order_by(_entry.c.id)
    .limit(_LIMIT)
)


def _since(subject: str, number: Any) -> Any:
    return (
        select(_case.c.decided_at)
        .where(_case.c.subject == subject, _case.c.subject_id == number, _case.c.decision == "hidden")
        .scalar_subquery()
    )


def _constant(word: str) -> Any:
    return literal_column(f"'{word}'", Text)


_of_artist = (
    select(func.max(artist.c.flag_reason))
    .join_from(song_credit, artist, artist.c.id == song_credit.c.artist_id)
    .where(song_credit.c.song_id == song.c.id, artist.c.flagged == 1)
    .scalar_subquery()
)
# A song is told of by its own flag or its artist's; by its album's, the album stands for all of its songs.
_own = union_all(
    select(
        _constant("song").label("subject"),
        song.c.id.label("number"),
        song.c.title.label("name"),
        case((song.c.flagged % 2 == 1, "itself"), else_="artist").label("because"),
        case((song.c.flagged % 2 == 1, song.c.flag_reason), else_=func.coalesce(_of_artist, "")).label("reason"),
        _since("song", song.c.id).label("since"),
    ).where(song.c.uploader_id == _USER, song.c.flagged > 0, song.c.flagged != 2, song.c.missing < _REMOVED),
    select(
        _constant("album"),
        album.c.id,
        album.c.title,
        _constant("itself"),
        album.c.flag_reason,
        _since("album", album.c.id),
    ).where(album.c.uploader_id == _USER, album.c.flagged == 1),
    select(
        _constant("playlist"),
        playlist.c.id,
        playlist.c.title,
        _constant("itself"),
        playlist.c.flag_reason,
        _since("playlist", playlist.c.id),
    ).where(playlist.c.owner_id == _USER, playlist.c.flagged == 1),
).subquery("own")
HIDDEN = Statement(select(_own).order_by(_own.c.subject, _own.c.number.desc()).limit(_LIMIT).offset(_OFFSET))
HIDDEN_COUNT = Statement(select(func.count()).select_from(_own))

CASES_ABOUT = Statement(
    select(_case.c.subject, _case.c.subject_id, _case.c.subject_name, _case.c.decision, _case.c.decision_reason)
    .where(_case.c.owner_id == _USER)
    .order_by(_case.c.id)
)
ENTRIES_BY = Statement(
    select(_entry.c.case_id, _entry.c.kind, _entry.c.decision, _entry.c.text, _entry.c.at)
    .where(_entry.c.author_id == _USER)
    .order_by(_entry.c.id)
)
REPORTS_BY = Statement(_reports(_report.c.user_id == _USER))


def is_case(case_id: int) -> ColumnElement[bool]:
    """The one case."""
    return _case.c.id == case_id
