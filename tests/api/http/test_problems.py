"""Every kind of error is told in every dialect, and what nobody expected tells nothing of the inside."""

import json
import logging
import sqlite3
from collections.abc import Mapping

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from antiphon.api.classic.d_catalogue.encoding import Catalogue
from antiphon.api.http.answers import Answer
from antiphon.api.http.areas import Areas
from antiphon.api.http.bodies import ClientGone
from antiphon.api.http.dispatch import Dialect, Dispatcher
from antiphon.api.http.problems import STATUSES, Problem, problem_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.v1.encoding import V1
from antiphon.bootstrap.wiring import Application
from antiphon.kernel.errors import AntiphonError, Kind
from tests.api.exchanges import Sealed

DIALECTS: list[Dialect] = [V1(), Catalogue()]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_kind_is_unmapped(dialect: Dialect) -> None:
    assert set(dialect.statuses) == set(Kind)
    assert all(400 <= status < 600 for status in dialect.statuses.values())


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_told(dialect: Dialect, kind: Kind) -> None:
    error = AntiphonError(kind, "some_code", "A sentence.", retry_after=1.2)
    answer = dialect.tell(problem_of(error, dialect.statuses, "r-1"))
    assert answer.status == dialect.statuses[kind]
    assert "A sentence." in answer.body.decode()
    assert (b"retry-after", b"2") in answer.headers
    assert ((b"www-authenticate", b"Bearer") in answer.headers) is (kind is Kind.NOT_SIGNED_IN)


def test_the_native_shape_of_an_error() -> None:
    told = json.loads(V1().tell(Problem(422, "invalid", "No.", {"title": ["A title is needed."]})).body)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "success": False,
        "error": {"code": "invalid", "message": "No.", "details": {"title": ["A title is needed."]}},
    }
    assert json.loads(V1().tell(Problem(404, "gone", "No.")).body)["error"]["details"] is None


def test_the_catalogue_shape_of_an_error() -> None:
    tell = Catalogue().tell
    assert json.loads(tell(Problem(404, "gone", "No such song.")).body) == {"error": "No such song."}
    fields = {"title": ["A title is needed."]}
    assert json.loads(tell(Problem(400, "invalid", "No.", fields)).body) == {"error": fields}
    assert Catalogue.statuses == {**STATUSES, Kind.INVALID: 400}


def failing(error: BaseException, areas: Areas) -> httpx2.AsyncClient:
    async def handler(_request: Request) -> Answer:
        raise error

    route = Route(method="GET", path="/", handler=handler, summary="", tag="", access="anyone")
    application = Sealed(Dispatcher([route], V1(), areas))
    return httpx2.AsyncClient(transport=application.transport, base_url="http://x")


async def test_what_nobody_expected_is_logged_and_tells_no_inner_detail(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with failing(RuntimeError("secret in /srv/data"), application.areas) as client:
            answer = await client.get("/")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    (record,) = caplog.records
    request_id = record.getMessage().split()[1]
    assert request_id in answer.json()["error"]["message"]
    assert "secret in /srv/data" in caplog.text


@pytest.mark.parametrize(
    ("message", "status", "headers"),
    [
        ("database is locked", 503, {"retry-after": "5"}),
        ("database or disk is full", 507, {}),
    ],
)
async def test_trouble_with_the_database_says_when_to_come_again(
    application: Application, message: str, status: int, headers: Mapping[str, str]
) -> None:
    error = OperationalError("SELECT 1", None, sqlite3.OperationalError(message))
    async with failing(error, application.areas) as client:
        answer = await client.get("/")
    assert answer.status_code == status
    assert headers.items() <= answer.headers.items()
    assert "SELECT" not in answer.text


async def test_a_client_that_has_left_is_no_failure(application: Application, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    async def handler(_request: Request) -> Answer:
        raise ClientGone

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    route = Route(method="GET", path="/", handler=handler, summary="", tag="", access="anyone")
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "client": None}
    await Sealed(Dispatcher([route], V1(), application.areas))(scope, receive, send)
    assert sent == []
    assert not caplog.records
