"""What went wrong, ready to be told: the status for each kind, and what the edge itself refuses."""

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from antiphon.api.http.asgi import Header
from antiphon.kernel.db.trouble import database_trouble
from antiphon.kernel.errors import AntiphonError, Kind

log = logging.getLogger(__name__)

STATUSES: Mapping[Kind, int] = {
    Kind.NOT_SIGNED_IN: 401,
    Kind.WRONG_CREDENTIALS: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.INVALID: 422,
    Kind.UNREADABLE: 400,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED_MEDIA: 415,
    Kind.TOO_MANY_REQUESTS: 429,
    Kind.SWITCHED_OFF: 403,
    Kind.UNAVAILABLE: 503,
    Kind.NO_SPACE: 507,
}
"""The statuses of HTTP for what the core tells. A dialect starts from these and changes what its documents say."""


class Refusal(Exception):
    """The edge refuses a request for how it was sent, before any use case hears of it."""

    def __init__(self, status: HTTPStatus, code: str, message: str, headers: tuple[Header, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


class Problem(msgspec.Struct, frozen=True):
    """What a dialect puts into its own words. `fields` maps the names of bad fields to sentences."""

    status: int
    code: str
    message: str
    fields: dict[str, list[str]] = {}
    headers: tuple[Header, ...] = ()


def problem_of(error: Exception, statuses: Mapping[Kind, int], request_id: str) -> Problem:
    """The problem behind an error. What nobody expected is logged, and told without any inner detail."""
    if isinstance(error, Refusal):
        return Problem(error.status, error.code, error.message, {}, error.headers)
    if not isinstance(error, AntiphonError):
        known = database_trouble(error)
        if known is None:
            log.error("request %s failed", request_id, exc_info=error)
            sentence = f"Something went wrong on the server. Its log tells more under {request_id}."
            return Problem(500, "internal_error", sentence)
        error = known
    headers: list[Header] = []
    if error.retry_after is not None:
        headers.append((b"retry-after", b"%d" % max(1, math.ceil(error.retry_after))))
    if error.kind is Kind.NOT_SIGNED_IN:
        headers.append((b"www-authenticate", b"Bearer"))
    return Problem(statuses[error.kind], error.code, error.message, error.fields, tuple(headers))
