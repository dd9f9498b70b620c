"""The family of two documented backends: bare objects and lists, `{"detail": …}` or `{"field": ["…"]}`.

Both have a path such as `/api/users/`, and one object behind it. So all their routes are found by one dispatcher, which
tells errors in the family's words.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from antiphon.api.http import bodies
from antiphon.api.http.answers import JSON, NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.api.http.requests import Request
from antiphon.kernel.errors import AntiphonError, Kind, invalid
from antiphon.kernel.paging import Slice

ENCODER = msgspec.json.Encoder()
FORM = b"application/x-www-form-urlencoded"
MOST_FIELDS = 60
NO_FIELD = "non_field_errors"

Value = TypeVar("Value")


class Detail(msgspec.Struct, frozen=True):
    """What has been done, in words."""

    detail: str


class RestFrameworkError(msgspec.Struct, frozen=True):
    """A refusal: `detail` in words; for bad values instead the names of the fields, each with a list of sentences."""

    detail: str | msgspec.UnsetType = msgspec.UNSET


def answer(data: Any, status: int = HTTPStatus.OK, *headers: Header) -> Answer:
    """One thing."""
    return Answer(ENCODER.encode(data), status, (JSON, NO_STORE, *headers))


def answer_list(data: list[Any], part: Slice[Any]) -> Answer:
    """One page of a list; a header tells how many the whole list has."""
    return answer(data, HTTPStatus.OK, (b"x-total-count", b"%d" % part.total))


def nothing() -> Answer:
    """It is gone."""
    return Answer(b"", HTTPStatus.NO_CONTENT, (NO_STORE,))


async def given(request: Request, shape: type[Value]) -> Value:
    """The body, read as JSON or as a form into `shape`. Raises UNREADABLE, INVALID by field, TOO_LARGE."""
    kind = request.exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != FORM:
        return await request.json(shape)
    body = await request.body(bodies.MAXIMUM_JSON_BYTES)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise AntiphonError(Kind.UNREADABLE, "unreadable", "The request is not readable as a form.") from error
    values = dict(pairs)
    zeros = {name: "A text cannot hold a zero character." for name, text in values.items() if "\0" in text}
    if zeros:
        raise invalid(**zeros)
    # By way of JSON, so that every field that is missing is told here as there.
    return bodies.parse_json(ENCODER.encode(values), shape)


class RestFramework:
    """How the family tells errors."""

    statuses: Mapping[Kind, int] = {**STATUSES, Kind.INVALID: 400, Kind.WRONG_CREDENTIALS: 400}

    def tell(self, problem: Problem) -> Answer:
        """`{"detail": sentence}`, or sentences by field: what is taken is a bad value here too."""
        headers = (JSON, NO_STORE, *problem.headers)
        if problem.code == "wrong_credentials":
            return Answer(ENCODER.encode({NO_FIELD: [problem.message]}), problem.status, headers)
        if problem.fields:
            told = {NO_FIELD if name == "body" else name: texts for name, texts in problem.fields.items()}
            return Answer(ENCODER.encode(told), HTTPStatus.BAD_REQUEST, headers)
        return Answer(ENCODER.encode(RestFrameworkError(problem.message)), problem.status, headers)
