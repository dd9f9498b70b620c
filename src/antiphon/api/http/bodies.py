"""Reading a request's body: its ceilings come first, its meaning after them."""

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from antiphon.api.http.asgi import Receive
from antiphon.api.http.problems import Refusal
from antiphon.kernel.errors import AntiphonError, Kind

MAXIMUM_JSON_BYTES = 1024 * 1024
MAXIMUM_DEPTH = 50
MAXIMUM_KEYS = 2000
BODY_SECONDS = 30.0
NO_JSON = "The request is not readable as JSON."

Value = TypeVar("Value")

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(rb"[\[\]{}]")
# A zero character is in no name, and no text column of PostgreSQL takes one.
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class ClientGone(Exception):
    """The client left before its request had arrived: there is nobody to answer."""


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], maximum: int) -> bytes:
    """The whole body. Raises TOO_LARGE above `maximum` bytes, Refusal 408 where it does not arrive in time."""
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced) > maximum:
        raise _too_large(maximum)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part = message.get("body", b"")
                size += len(part)
                if size > maximum:
                    raise _too_large(maximum)
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "too_slow", "The request did not arrive in time.") from error


def parse_json(body: bytes, shape: type[Value]) -> Value:
    """The value that a JSON text spells. Raises UNREADABLE for what is no JSON (or is beyond the ceilings), INVALID by
    field for values that do not fit."""
    _check_ceilings(body)
    if _ZERO.search(body):
        raise _unreadable("A text holds a zero character.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        fields = _wrong_fields(_any_json(body), shape, str(error))
        raise AntiphonError(Kind.INVALID, "invalid", "Some values are not right.", fields=fields) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(NO_JSON) from error


def _any_json(body: bytes) -> object:
    """The value whatever it is: a wrong value may be found before the place where the text stops to be JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(NO_JSON) from error


def parse_values(values: Mapping[str, str | None], shape: type[Value]) -> Value:
    """The value that the parameters of an address spell. Raises INVALID by field."""
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        name, sentence = field_of(str(error))
        raise AntiphonError(Kind.INVALID, "invalid", f"{name}: {sentence}", fields={name: [sentence]}) from error


def _check_ceilings(body: bytes) -> None:
    """Brackets and colons are counted first as they stand: only a text with many of them is looked at closely."""
    if body.count(b"[") + body.count(b"{") <= MAXIMUM_DEPTH and body.count(b":") <= MAXIMUM_KEYS:
        return
    bare = _STRING.sub(b"", body)
    if bare.count(b":") > MAXIMUM_KEYS:
        raise _unreadable(f"An object may have {MAXIMUM_KEYS} keys at most.")
    depth = 0
    for bracket in _BRACKETS.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAXIMUM_DEPTH:
            raise _unreadable(f"Lists and objects may stand {MAXIMUM_DEPTH} deep at most.")


def _wrong_fields(given: object, shape: type[Any], told: str) -> dict[str, list[str]]:
    """Every field that is missing, or else the first that is wrong."""
    if isinstance(given, dict) and issubclass(shape, msgspec.Struct):
        missing = [field.encode_name for field in msgspec.structs.fields(shape) if field.required]
        found = {name: ["This is needed."] for name in missing if name not in given}
        if found:
            return found
    name, sentence = field_of(told)
    return {name: [sentence]}


_PATH = re.compile(r" - at `(?:key in )?\$(.*)`$")
_INDEX = re.compile(r"\[[^\]]*\]")
_EXPECTED = re.compile(r"^Expected `([^`]+)`(?:, got `([^`]+)`)?$")
_BOUND = re.compile(r"^Expected `(\w+)` (of length )?(<=|>=|<|>) (-?[0-9][0-9.e+-]*)$")
_SIGNS = {"<=": "At most", ">=": "At least", "<": "Less than", ">": "More than"}
_COUNTED = {"str": ("character", "characters")}
_MISSING = re.compile(r"^Object missing required field `([^`]+)`$")
_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
    "datetime": "a moment such as 2026-11-21T10:00:00Z",
}


def field_of(told: str) -> tuple[str, str]:
    """The field that a message of the decoder is about, and a sentence for people.

    `Expected `str`, got `int` - at `$.title`` becomes `("title", "This must be a text.")`.
    """
    match = _PATH.search(told)
    path = _INDEX.sub("", match.group(1)).strip(".") if match else ""
    reason = told[: match.start()] if match else told
    missing = _MISSING.match(reason)
    if missing:
        return ".".join(filter(None, (path, missing.group(1)))), "This is needed."
    expected = _EXPECTED.match(reason)
    if expected:
        kinds = [_WORDS.get(kind.strip(), kind.strip()) for kind in expected.group(1).split("|")]
        return path or "body", f"This must be {' or '.join(kinds)}."
    bound = _BOUND.match(reason)
    if bound:
        return path or "body", _bounds(*bound.groups())
    if reason.startswith("Expected `str` matching regex"):
        return path or "body", "This is not written as it has to be."
    if reason.startswith("Invalid enum value"):
        return path or "body", f"There is no {reason.removeprefix('Invalid enum value ').strip()} to choose here."
    return path or "body", f"This is not right: {reason[:1].lower()}{reason[1:]}."


def _bounds(kind: str, is_length: str | None, sign: str, figure: str) -> str:
    """`int` `<=` `5` becomes `At most 5.`, and `str` of length `<=` `1000` becomes `At most 1,000 characters.`"""
    number = f"{int(figure):,}" if figure.lstrip("-").isdigit() else f"{float(figure):g}"
    one, many = _COUNTED.get(kind, ("entry", "entries")) if is_length else ("", "")
    counted = one if number == "1" else many
    return f"{_SIGNS[sign]} {number} {counted}".rstrip() + "."


def _unreadable(message: str) -> AntiphonError:
    return AntiphonError(Kind.UNREADABLE, "unreadable", message)


def _too_large(maximum: int) -> AntiphonError:
    shown = f"{maximum // 1024 // 1024} MiB" if maximum >= 1024 * 1024 else f"{maximum // 1024} KiB"
    return AntiphonError(Kind.TOO_LARGE, "too_large", f"A request may have {shown} at most here.")
