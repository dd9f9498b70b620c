"""The owner's rules for streaming: forms and bit rates by app, person, format and network; how many at once."""

from typing import Annotated

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.v1.encoding import answer
from antiphon.api.v1.values import Id
from antiphon.areas.playback.data.streaming import StreamCeiling, StreamingRules, StreamRule


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Holds where all of its conditions do; an empty one always does. `clients` are beginnings of apps' names, `people`
    ids of accounts, `formats` those of the songs, `networks` those of the listeners, `above` a bit rate that the song
    has more of. Such songs go out as `format` (mp3, opus, aac, m4a, flac; empty: as the app wants) and with at most
    `bitrate` kbit/s (0: any)."""

    name: str
    clients: tuple[str, ...] = ()
    people: tuple[Id, ...] = ()
    formats: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    above: int = 0
    format: Annotated[str, msgspec.Meta(pattern="^(|mp3|opus|aac|m4a|flac)$")] = ""
    bitrate: int = 0


class Ceiling(msgspec.Struct, frozen=True):
    """The most kbit/s that a person gets."""

    user_id: int
    username: str
    bitrate: int


class RulesChange(msgspec.Struct, frozen=True, kw_only=True):
    """All rules in their order, of which the first that holds counts; how many transcodes run at once for a person, and
    in all (0: as TRANSCODES says); the bytes of finished ones to keep (null: as TRANSCODE_CACHE says). `revision` is
    the one that was read."""

    rules: tuple[Rule, ...]
    per_person: int
    in_all: int
    cache_bytes: int | None
    revision: int


class Rules(RulesChange, frozen=True, kw_only=True):
    """The rules, and the ceilings of persons."""

    ceilings: list[Ceiling]


class SetCeiling(msgspec.Struct, frozen=True, kw_only=True):
    """The most kbit/s; 0 for no limit."""

    bitrate: int


async def rules(request: Request) -> Answer:
    """The rules as they stand."""
    found = await request.areas.playback.streaming.rules(request.principal)
    return await _answered(request, found)


async def change_rules(request: Request) -> Answer:
    """Set all rules and limits."""
    given = await request.json(RulesChange)
    wanted = StreamingRules(
        rules=tuple(_rule(rule) for rule in given.rules),
        per_person=given.per_person,
        in_all=given.in_all,
        cache_bytes=given.cache_bytes,
        revision=given.revision,
    )
    return await _answered(request, await request.areas.playback.streaming.change(request.principal, wanted))


async def set_ceiling(request: Request) -> Answer:
    """Set the most that a person gets."""
    given = await request.json(SetCeiling)
    user_id = request.id("user")
    await request.areas.playback.streaming.set_ceiling(request.principal, user_id, given.bitrate)
    found = await request.areas.playback.streaming.ceilings(request.principal)
    return answer([_ceiling(one) for one in found])


def _rule(rule: Rule) -> StreamRule:
    return msgspec.convert({**_values(rule), "form": rule.format}, StreamRule)


def _values(rule: Rule | StreamRule) -> dict[str, object]:
    names = ("name", "clients", "people", "formats", "networks", "above", "bitrate")
    return {name: getattr(rule, name) for name in names}


def _ceiling(one: StreamCeiling) -> Ceiling:
    return Ceiling(one.user_id, one.username, one.bitrate)


async def _answered(request: Request, found: StreamingRules) -> Answer:
    ceilings = await request.areas.playback.streaming.ceilings(request.principal)
    shape = Rules(
        rules=tuple(msgspec.convert({**_values(rule), "format": rule.form}, Rule) for rule in found.rules),
        per_person=found.per_person,
        in_all=found.in_all,
        cache_bytes=found.cache_bytes,
        revision=found.revision,
        ceilings=[_ceiling(one) for one in ceilings],
    )
    return answer(shape)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/streaming",
        handler=rules,
        summary="The rules for streaming, and the ceilings of persons",
        tag="administration",
        access="admin",
        data=Rules,
    ),
    Route(
        method="PUT",
        path="/api/v1/streaming",
        handler=change_rules,
        summary="Set the rules for streaming",
        tag="administration",
        access="admin",
        body=RulesChange,
        data=Rules,
    ),
    Route(
        method="PUT",
        path="/api/v1/users/{id}/stream-ceiling",
        handler=set_ceiling,
        summary="Set the most kbit/s that a person gets",
        tag="administration",
        access="admin",
        body=SetCeiling,
        data=list[Ceiling],
    ),
)
