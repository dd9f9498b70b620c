"""The envelope of the native dialect: `{"success", "data", "page", "timestamp"}`, encoded once by a kept encoder."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from antiphon.api.http.answers import JSON, NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.api.v1.values import Moment
from antiphon.kernel.errors import Kind
from antiphon.kernel.paging import Slice

ENCODER = msgspec.json.Encoder()


class PageInfo(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Which part of a list this is. Ask for the next part with `until` as it stands here, and what is added meanwhile
    moves nothing. `next_cursor` continues lists that are paged by a cursor."""

    limit: int
    offset: int
    total: int
    next_cursor: str | None = None
    until: int | None = None


class _Enveloped(msgspec.Struct, frozen=True, gc=False):
    success: bool
    data: Any
    timestamp: datetime


class _EnvelopedList(msgspec.Struct, frozen=True, gc=False):
    success: bool
    data: Any
    page: PageInfo
    timestamp: datetime


class ErrorDetails(msgspec.Struct, frozen=True, gc=False):
    """What went wrong. `details` has sentences for each bad field."""

    code: str
    message: str
    details: dict[str, list[str]] | None


class ErrorAnswer(msgspec.Struct, frozen=True, gc=False):
    """A refusal."""

    success: bool
    error: ErrorDetails
    timestamp: Moment


def answer(data: Any, status: int = 200, *headers: Header, success: bool = True) -> Answer:
    """One thing."""
    body = ENCODER.encode(_Enveloped(success, data, datetime.now(UTC)))
    return Answer(body, status, (JSON, NO_STORE, *headers))


def answer_list(data: list[Any], part: Slice[Any] | PageInfo) -> Answer:
    """One page of a list."""
    page = (
        PageInfo(part.page.limit, part.page.offset, part.total, until=part.until) if isinstance(part, Slice) else part
    )
    return Answer(ENCODER.encode(_EnvelopedList(True, data, page, datetime.now(UTC))))


class V1:
    """How the native dialect tells errors."""

    statuses: Mapping[Kind, int] = STATUSES

    def tell(self, problem: Problem) -> Answer:
        """`{"success": false, "error": {"code", "message", "details"}, "timestamp"}`."""
        error = ErrorDetails(problem.code, problem.message, problem.fields or None)
        body = ENCODER.encode(ErrorAnswer(False, error, datetime.now(UTC)))
        return Answer(body, problem.status, (JSON, NO_STORE, *problem.headers))
