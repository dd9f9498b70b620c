"""Bare objects and lists; errors are `{"error": …}`."""

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


class CatalogueMessage(msgspec.Struct, frozen=True):
    """What has been done, in words."""

    message: str


def answer(data: Any, status: int = HTTPStatus.OK, *headers: Header) -> Answer:
    """One thing."""
    return Answer(ENCODER.encode(data), status, (JSON, NO_STORE, *headers))


def answer_list(data: list[Any], part: Slice[Any]) -> Answer:
    """One page of a list; a header tells how many the whole list has."""
    return answer(data, HTTPStatus.OK, (b"x-total-count", b"%d" % part.total))


class CatalogueError(msgspec.Struct, frozen=True):
    """A refusal: a sentence, or sentences by field."""

    error: str | dict[str, list[str]]


class Catalogue:
    """How the dialect tells errors."""

    statuses: Mapping[Kind, int] = {**STATUSES, Kind.INVALID: 400}

    def tell(self, problem: Problem) -> Answer:
        """`{"error": sentence}`, or `{"error": {field: [sentences]}}`."""
        body = ENCODER.encode(CatalogueError(problem.fields or problem.message))
        return Answer(body, problem.status, (JSON, NO_STORE, *problem.headers))
