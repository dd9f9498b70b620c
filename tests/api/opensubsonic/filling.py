"""Which fields of the answers' types stand in an answer: so that none is left out of what tests look at."""

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from msgspec.structs import fields

from antiphon.api.opensubsonic.calls import Called, Endpoint
from antiphon.api.opensubsonic.jukebox_answers import JukeboxPlaylist, JukeboxStatus
from antiphon.api.opensubsonic.values import Value

Field = tuple[str, str]
TEXTS = {"id": "id-1", **dict.fromkeys(("created", "changed", "expires", "starred"), "2026-11-21T10:00:00.000Z")}
# What an endpoint gives that decides by the call what it gives.
CALLED = JukeboxStatus | JukeboxPlaylist


def given_by(endpoint: Endpoint) -> Any:
    """The type of what stands in the envelope of an endpoint."""
    kind = typing.get_type_hints(endpoint.handler)["return"]
    return CALLED if kind is Called else kind


def kinds_of(kind: Any) -> Iterator[type[Value]]:
    """All types of values in a type, each as often as it is met."""
    if isinstance(kind, type) and issubclass(kind, Value):
        yield kind
        hints = typing.get_type_hints(kind)
        for field in fields(kind):
            yield from kinds_of(hints[field.name])
    else:
        for part in get_args(kind):
            yield from kinds_of(part)


def fields_of(kind: Any) -> set[Field]:
    """All fields of the types in a type, as they are called on the wire."""
    return {(one.__name__, field.encode_name) for one in kinds_of(kind) for field in fields(one)}


def filled(kind: Any, answer: Any) -> Iterator[Field]:
    """The fields that say something in an answer of this type."""
    if get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(one for one in get_args(kind) if _fits(one, answer))
    if get_origin(kind) is tuple:
        for part in answer:
            yield from filled(get_args(kind)[0], part)
    elif isinstance(kind, type) and issubclass(kind, Value):
        hints = typing.get_type_hints(kind)
        assert answer.keys() <= {field.encode_name for field in fields(kind)}, (kind, answer)
        for field in fields(kind):
            part = answer.get(field.encode_name)
            if part not in (None, "", [], {}):
                yield kind.__name__, field.encode_name
                yield from filled(hints[field.name], part)


def examples(kind: Any, name: str = "", known: Mapping[type[Value], Value] | None = None) -> list[Any]:
    """Values of a type in which every field says something, the same ones always; several where it leaves a choice.
    `known` are values to be taken for their types."""
    known = known or {}
    if get_origin(kind) in (typing.Union, types.UnionType):
        return [made for one in get_args(kind) for made in examples(one, name, known)]
    if kind is types.NoneType:
        return []
    if get_origin(kind) is tuple:
        return [tuple(examples(get_args(kind)[0], name, known))]
    if kind in known:
        return [known[kind]]
    if not issubclass(kind, Value):
        return [{bool: True, int: len(name), float: 0.5, str: TEXTS.get(name, f"{name} <&>")}[kind]]
    hints = typing.get_type_hints(kind)
    parts = {field.name: examples(hints[field.name], field.encode_name, known) for field in fields(kind)}
    choices = max((len(part) for part in parts.values()), default=1)
    return [kind(**{key: part[choice % len(part)] for key, part in parts.items()}) for choice in range(choices)]


def _fits(kind: Any, answer: Any) -> bool:
    if get_origin(kind) is tuple:
        return isinstance(answer, list) and all(_fits(get_args(kind)[0], part) for part in answer)
    if isinstance(kind, type) and issubclass(kind, Value):
        names = {field.encode_name for field in fields(kind)}
        needed = {field.encode_name for field in fields(kind) if field.required}
        return isinstance(answer, dict) and needed <= answer.keys() <= names
    return kind is not types.NoneType and not isinstance(answer, dict | list)
