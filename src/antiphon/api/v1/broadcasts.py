"""Internet radio."""

from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.areas.broadcasts.data import NewStation, Station


class RadioStation(msgspec.Struct, frozen=True, gc=False):
    """A radio station. Its audio comes from `stream_url` straight to the listener."""

    id: int
    name: str
    stream_url: str
    homepage_url: str | None


class EnterStation(msgspec.Struct, frozen=True, kw_only=True):
    """A radio station as it shall be."""

    name: str
    stream_url: str
    homepage_url: str = ""


def _shape(station: Station) -> RadioStation:
    return RadioStation(station.id, station.name, station.stream_url, station.homepage_url or None)


def _given(entered: EnterStation) -> NewStation:
    return NewStation(name=entered.name, stream_url=entered.stream_url, homepage_url=entered.homepage_url)


async def stations(request: Request) -> Answer:
    """All radio stations, by name."""
    shown = [_shape(one) for one in await request.areas.broadcasts.radio.stations(request.principal)]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def add(request: Request) -> Answer:
    """Add a radio station."""
    given = _given(await request.json(EnterStation))
    return answer(_shape(await request.areas.broadcasts.radio.add(request.principal, given)), HTTPStatus.CREATED)


async def change(request: Request) -> Answer:
    """Change a radio station."""
    given = _given(await request.json(EnterStation))
    return answer(_shape(await request.areas.broadcasts.radio.change(request.principal, request.id("station"), given)))


async def remove(request: Request) -> Answer:
    """Remove a radio station."""
    await request.areas.broadcasts.radio.remove(request.principal, request.id("station"))
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="broadcasts", **rest)


ROUTES = (
    _route("GET", "/radio-stations", stations, "Radio stations", data=list[RadioStation]),
    _route(
        "POST",
        "/radio-stations",
        add,
        "Add a radio station",
        access="admin",
        body=EnterStation,
        data=RadioStation,
        status=201,
    ),
    _route(
        "PUT",
        "/radio-stations/{id}",
        change,
        "Change a radio station",
        access="admin",
        body=EnterStation,
        data=RadioStation,
    ),
    _route("DELETE", "/radio-stations/{id}", remove, "Remove a radio station", access="admin"),
)
