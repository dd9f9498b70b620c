"""Who may call what: every route of every dialect, called by everybody, against the table in permissions.toml.

The routes are those that the server dispatches by. One without a line in the table fails; the message has the lines to
look over and paste.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.routing import Route
from antiphon.api.opensubsonic.routes import ENDPOINTS
from antiphon.kernel.errors import AntiphonError
from tests.api.house import House
from tests.security.calls import ABOUT, BODIES, CHANGED, OTHER_PARAMETERS, QUERIES, THINGS, filled, picture, rest_sorts
from tests.security.cast import COLUMNS, OWN, Cast, secrets_in_tables

TABLE: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "permissions.toml").read_text("utf-8"))
SAFE = ("GET", "HEAD")


def routes_of(house: House) -> Iterator[Route]:
    """Every route of every dialect that is made of routes."""
    for name in house.asgi.parts.__struct_fields__:
        part = getattr(house.asgi.parts, name)
        if isinstance(part, Dispatcher):
            yield from part.routes


def sorts_of(route: Route) -> tuple[str, ...]:
    """The things that the {id} of a route names."""
    path = route.path
    if "{id}" not in path:
        return ("",)
    found = CHANGED.get(f"{route.method} {path}") or THINGS.get(path[: path.index("{id}") + 4])
    if not found:
        raise LookupError(f"THINGS: which of the cast's things does {path} name?")
    return found


def key_of(route: Route, thing: str) -> str:
    """The name of a call in the table."""
    first = sorts_of(route)[0]
    return f"{route.method} {route.path}" + ("" if thing == first else f" {thing}")


async def furnished_cast(house: House) -> Cast:
    """A new owner of one of everything, and others."""
    cast = Cast(house, registers=True)
    await cast.furnish()
    return cast


async def cast_for(house: House, call: str, sent: Any) -> Cast:
    """A new owner of what a call is about, and others: for a call that changes something. That nobody is told of what
    is others' shows all the same, by what the furnished cast owns."""
    cast = Cast(house, registers=False)
    await cast.begin()
    for name in (ABOUT.get(call, ""), *re.findall(r"@(\w+)", json.dumps(sent))):
        if name in OWN:
            await cast.thing(name)
    return cast


async def called(door: httpx2.AsyncClient, cast: Cast, route: Route, thing: str, column: str) -> httpx2.Response:
    """The answer to one call by one of the columns."""
    path = route.path + str(filled(QUERIES.get(f"{route.method} {route.path}", ""), cast))
    if thing:
        path = path.replace("{id}", str(await cast.thing(thing)))
    for name, value in OTHER_PARAMETERS.items():
        path = path.replace(name, value)
    body = BODIES.get(f"{route.method} {route.path}")
    if "{" in path:
        raise LookupError(f"OTHER_PARAMETERS: what does {path} take?")
    if body is None and route.body is not None:
        raise LookupError(f"BODIES: what does {route.method} {route.path} take?")
    options: dict[str, Any] = {} if body is None else {"json": filled(body, cast)}
    token = await cast.token(column)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if route.method == "PUT" and route.path.endswith("/image"):
        headers["content-type"] = "image/png"
        options = {"content": picture()}
    # Whoever called before may have been given a session.
    door.cookies.clear()
    return await door.request(route.method, path, headers=headers, **options)


def word_of(answer: httpx2.Response) -> str:
    """An answer as the table tells it."""
    if answer.is_success:
        return "ok"
    return "leads" if answer.is_redirect else str(answer.status_code)


def rest_word(answer: httpx2.Response) -> str:
    """An answer of OpenSubsonic as the table tells it: `ok`, or the code of its error."""
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("application/json"):
        return word_of(answer)
    told = answer.json()["subsonic-response"]
    return "ok" if told["status"] == "ok" else f"e{told['error']['code']}"


class Findings:
    """What differs from the table, and what was told to somebody who may not know it."""

    def __init__(self, table: str) -> None:
        self.known = TABLE[table]
        self.seen: dict[str, list[str]] = {}
        self.leaks: list[str] = []
        self.unknown: list[str] = []

    def may_succeed(self, key: str, column: str) -> bool:
        """Whether a call may change something: what the table says to be refused needs nothing of its own."""
        words = self.known.get(key, "").split()
        return not words or words[COLUMNS.index(column)] == "ok"

    def note(self, key: str, column: str, word: str, cast: Cast, answer: httpx2.Response, secrets: set[str]) -> None:
        """Keep what one call has answered."""
        self.seen.setdefault(key, []).append(word)
        text = answer.text + str(answer.headers)
        wrong = cast.seen_wrongly(column, text) | {secret for secret in secrets if secret in text}
        self.leaks += [f"{key} tells {column}: {found}" for found in sorted(wrong)]
        if answer.status_code >= 500 and answer.status_code != 503:
            self.leaks.append(f"{key} breaks for {column}: {answer.status_code}")

    def check(self) -> None:
        """Fail with everything that is to be looked at."""
        lines = {key: " ".join(words) for key, words in self.seen.items()}
        new = [f'"{key}" = "{words}"' for key, words in lines.items() if key not in self.known]
        other = [
            f"{key}\n    table: {self.known[key]}\n    now:   {words}"
            for key, words in lines.items()
            if key in self.known and self.known[key] != words
        ]
        gone = sorted(set(self.known) - set(lines))
        assert not self.leaks, "\n".join(["private things were told:", *self.leaks])
        assert not other, "\n".join([f"who may call what has changed ({', '.join(COLUMNS)}):", *other])
        assert not new, "\n".join(["look these lines over, then put them into permissions.toml:", *new])
        assert not self.unknown, "\n".join(["tests/security/calls.py lacks some lines:", *self.unknown])
        assert not gone, f"there are no such calls any more: {gone}"


async def test_every_route_of_every_dialect(house: House) -> None:
    findings = Findings("routes")
    shared = await furnished_cast(house)
    secrets = await secrets_in_tables(house)
    async with house.door() as door:
        for route in routes_of(house):
            name = f"{route.method} {route.path}"
            try:
                for thing in sorts_of(route):
                    for column in COLUMNS:
                        changes = route.method not in SAFE and findings.may_succeed(key_of(route, thing), column)
                        cast = await cast_for(house, name, BODIES.get(name)) if changes else shared
                        answer = await called(door, cast, route, thing, column)
                        findings.note(key_of(route, thing), column, word_of(answer), cast, answer, secrets)
            except LookupError as error:
                findings.unknown.append(str(error.args[0]))
    findings.check()


async def test_every_endpoint_of_the_music_interface(house: House) -> None:
    findings = Findings("rest")
    shared = await furnished_cast(house)
    secrets = await secrets_in_tables(house)
    keys = {column: await shared.rest_key(column) for column in COLUMNS}
    async with house.door() as door:
        for name, endpoint in ENDPOINTS.items():
            for suffix, parameters in rest_sorts(name):
                for column in COLUMNS:
                    cast, key = shared, keys[column]
                    if endpoint.scope != "read" and findings.may_succeed(f"{name}{suffix}", column):
                        cast = await cast_for(house, name, parameters)
                        key = await cast.rest_key(column)
                    query = {"f": "json", "v": "1.16.1", "c": "test", **({"apiKey": key} if key else {})}
                    door.cookies.clear()
                    answer = await door.get(f"/rest/{name}", params={**query, **filled(parameters, cast)})
                    findings.note(f"{name}{suffix}", column, rest_word(answer), cast, answer, secrets)
    findings.check()


async def test_every_event_of_real_time(house: House) -> None:
    """Connecting, and each event that clients may send."""
    realtime = house.asgi.parts.socketio
    findings: dict[str, list[str]] = {"connect": []}
    cast = await furnished_cast(house)
    for column in COLUMNS:
        token = await cast.token(column)
        socket_id = f"socket-{column}"
        try:
            await realtime.people.sign_in(socket_id, token)
            findings["connect"].append("ok")
        except AntiphonError as error:
            findings["connect"].append(error.code)
        for event in realtime._handlers:
            told = await realtime._dispatch(socket_id, event, [{}], True)
            findings.setdefault(event, []).append("ok" if told["ok"] else told["error"]["code"])
        realtime.people.leave(socket_id)
    assert {event: " ".join(words) for event, words in findings.items()} == TABLE["realtime"]


def test_the_table_holds_to_the_rules() -> None:
    """What the table itself may not say, whatever routes come: nobody reads and changes but whom it is said of."""
    for key, words in TABLE["routes"].items():
        by = dict(zip(COLUMNS, words.split(), strict=True))
        method, path = key.split()[:2]
        if f"{method} {path}" in TABLE["open"]["calls"]:
            continue
        assert by["anonymous"] == "401", f"{method} {path} is not listed as open"
        if method not in SAFE:
            assert by["reading_key"] == "403" or by["user"] != "ok", f"{key}: a key that may only read changes things"
        if any(part in path for part in ("/auth/", "/notices/", "/jobs/", "/playlists/")) and key.endswith("{id}"):
            assert {by["other"], by["artist"], by["other_artist"]} <= {"403", "404"}, f"{key}: others reach it"
    for name, words in TABLE["rest"].items():
        assert words.startswith("e10 ") or name == "getOpenSubsonicExtensions", f"{name} needs no sign-in"


def test_the_table_is_readable_by_machines() -> None:
    for group in ("routes", "rest", "realtime"):
        for key, words in TABLE[group].items():
            assert len(words.split()) == len(COLUMNS), key
    assert json.dumps(TABLE)
