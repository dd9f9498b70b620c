"""Bare objects and lists; errors are `{"error": …}`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import JSON, NO_STORE, Answer
from antiphon.api.http.problems import STATUSES, Problem
from antiphon.kernel.errors import Kind

ENCODER = msgspec.json.Encoder()


def answer(data: Any, status: int = HTTPStatus.OK) -> Answer:
    """One thing."""
    return Answer(ENCODER.encode(data), status, (JSON, NO_STORE))


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
