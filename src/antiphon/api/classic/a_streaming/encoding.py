"""`{"message", "data"}`; errors are `{"message"}`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import JSON, NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.kernel.errors import Kind
from antiphon.kernel.paging import Slice

ENCODER = msgspec.json.Encoder()


class StreamingAnswer(msgspec.Struct, frozen=True, gc=False):
    """What has been done or found, in words and as data."""

    message: str
    data: Any = None


class StreamingError(msgspec.Struct, frozen=True):
    """A refusal."""

    message: str


def answer(message: str, data: Any = None, status: int = HTTPStatus.OK, *headers: Header) -> Answer:
    """One thing."""
    return Answer(ENCODER.encode(StreamingAnswer(message, data)), status, (JSON, NO_STORE, *headers))


def answer_list(message: str, data: list[Any], part: Slice[Any]) -> Answer:
    """One page of a list; a header tells how many the whole list has."""
    return answer(message, data, HTTPStatus.OK, (b"x-total-count", b"%d" % part.total))


class Streaming:
    """How the dialect tells errors."""

    statuses: Mapping[Kind, int] = {**STATUSES, Kind.INVALID: 400}

    def tell(self, problem: Problem) -> Answer:
        """`{"message": sentence}`; bad values by field: `{"message": "title: …"}`."""
        message = problem.message
        if problem.fields:
            message = " ".join(f"{name}: {' '.join(texts)}" for name, texts in problem.fields.items())
        return Answer(ENCODER.encode(StreamingError(message)), problem.status, (JSON, NO_STORE, *problem.headers))
