"""What the server and a helper process say to each other: one question, one answer, each a frame of MessagePack.

A question names a function of ours and holds its arguments; an answer holds a value of the type that the function's
annotation promises, or one of a few words for what went wrong. Files are named in bytes: not every name is text.
"""

import importlib
import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec

HIGHEST_ERROR = 4095
NOTHING = msgspec.Raw(b"\xc0")
"""None, as MessagePack has it."""


class Question(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Do this work. `arguments` is an array of all that the function takes."""

    work: str
    arguments: msgspec.Raw


class Answer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What became of a question: a value, or a problem. With `system` comes the number of the system's error."""

    problem: Literal["", "memory", "system", "unexpected"] = ""
    number: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_ERROR)] = 0
    value: msgspec.Raw = NOTHING


decode_question = msgspec.msgpack.Decoder(Question).decode
answers = msgspec.msgpack.Decoder(Answer)
encode_value = msgspec.msgpack.Encoder(enc_hook=lambda value: _as_bytes(value)).encode


def name_of(function: Callable[..., Any]) -> str:
    """A function, for a process that loads it by itself."""
    return f"{function.__module__}:{function.__qualname__}"


def function_of(name: str) -> Callable[..., Any]:
    """The function that bears such a name. Only ever asked for what the server itself names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


@cache
def values_of(work: Callable[..., Any]) -> msgspec.msgpack.Decoder[Any]:
    """Decodes what `work` gives back: values of the type that its annotation promises, and of no other."""
    return msgspec.msgpack.Decoder(get_type_hints(work)["return"])


@cache
def arguments_of(work: Callable[..., Any]) -> msgspec.msgpack.Decoder[Any]:
    """Decodes what `work` takes."""
    hints = get_type_hints(work)
    types: Any = tuple(hints[name] for name in inspect.signature(work).parameters)
    return msgspec.msgpack.Decoder(tuple.__class_getitem__(types), dec_hook=_from_bytes)


def _as_bytes(value: object) -> bytes:
    if isinstance(value, Path):
        return os.fsencode(value)
    raise TypeError(f"{type(value).__name__} is no kind of value that helpers are asked with.")


def _from_bytes(kind: type, value: Any) -> Path:
    if kind is Path and isinstance(value, bytes):
        return Path(os.fsdecode(value))
    raise TypeError(f"{kind.__name__} is no kind of value that helpers are asked with.")
