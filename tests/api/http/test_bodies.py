"""What a request may bring: ceilings first, then meaning, then a sentence for each field that is wrong."""

import json
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.api.http import bodies
from antiphon.api.http.asgi import Message, Receive
from antiphon.api.http.bodies import MAXIMUM_DEPTH, MAXIMUM_KEYS, ClientGone, parse_json, parse_values, read_body
from antiphon.api.http.problems import Refusal
from antiphon.api.http.requests import read_query
from antiphon.kernel.errors import AntiphonError, Kind


class Inner(msgspec.Struct):
    name: str


class Shape(msgspec.Struct, kw_only=True):
    title: str
    count: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    colour: Literal["red", "blue"] = "red"
    ratio: float | None = None
    inner: list[Inner] = []
    needed: bool


def refusal(body: bytes) -> AntiphonError:
    with pytest.raises(AntiphonError) as caught:
        parse_json(body, Shape)
    return caught.value


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", {"title": "This is needed.", "needed": "This is needed."}),
        ('{"title": 1, "needed": true}', {"title": "This must be a text."}),
        ('{"title": "a", "needed": 1}', {"needed": "This must be true or false."}),
        ('{"title": "a", "needed": true, "ratio": "x"}', {"ratio": "This must be a number or nothing."}),
        ('{"title": "a", "needed": true, "inner": [{"name": "b"}, {}]}', {"inner.name": "This is needed."}),
        ('{"title": "a", "needed": true, "colour": "pink"}', {"colour": "There is no 'pink' to choose here."}),
        ("[]", {"body": "This must be an object."}),
        ("null", {"body": "This must be an object."}),
    ],
)
def test_each_wrong_field_has_a_sentence(body: str, fields: dict[str, str]) -> None:
    error = refusal(body.encode())
    assert error.kind is Kind.INVALID
    assert error.fields == {name: [sentence] for name, sentence in fields.items()}


@pytest.mark.parametrize(
    ("limits", "given", "sentence"),
    [
        (Annotated[int, msgspec.Meta(le=5)], 9, "At most 5."),
        (Annotated[float, msgspec.Meta(gt=0)], 0, "More than 0."),
        (Annotated[str, msgspec.Meta(max_length=1000)], "x" * 1001, "At most 1,000 characters."),
        (Annotated[str, msgspec.Meta(min_length=1)], "", "At least 1 character."),
        (Annotated[list[int], msgspec.Meta(max_length=2)], [1, 2, 3], "At most 2 entries."),
        (Annotated[str, msgspec.Meta(pattern="^a$")], "b", "This is not written as it has to be."),
    ],
)
def test_bounds_are_told_in_words(limits: object, given: object, sentence: str) -> None:
    shape = msgspec.defstruct("Bounded", [("value", limits)])
    with pytest.raises(AntiphonError) as error:
        parse_json(json.dumps({"value": given}).encode(), shape)
    assert error.value.fields == {"value": [sentence]}


def test_a_number_out_of_bounds_is_told_with_its_bounds() -> None:
    error = refusal(b'{"title": "a", "needed": true, "count": 10}')
    assert list(error.fields) == ["count"]
    assert "9" in error.fields["count"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"title": "a",}',
        b"\x80",
        b'{"title": "\xff", "needed": true}',
        b'{"title": "a\\u0000b", "needed": true}',
        b"[" * (MAXIMUM_DEPTH + 1) + b"]" * (MAXIMUM_DEPTH + 1),
        b'{"a":' * 100_000,
        json.dumps({str(number): 1 for number in range(MAXIMUM_KEYS + 1)}).encode(),
    ],
)
def test_what_cannot_be_read_is_unreadable(body: bytes) -> None:
    assert refusal(body).kind is Kind.UNREADABLE


def test_texts_full_of_brackets_colons_and_backslashes_are_only_texts() -> None:
    title = '[{:"\\' * 3000
    assert parse_json(json.dumps({"title": title, "needed": True}).encode(), Shape).title == title
    assert parse_json(b'{"title": "\\\\u0000", "needed": true}', Shape).title == "\\u0000"


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text(), inner), max_leaves=40))  # fmt: skip
def test_any_json_is_taken_or_refused_with_a_reason(value: object) -> None:
    try:
        taken = parse_json(json.dumps(value).encode(), Shape)
    except AntiphonError as error:
        assert error.kind in (Kind.INVALID, Kind.UNREADABLE)
        assert error.kind is Kind.UNREADABLE or all(error.fields.values())
    else:
        assert isinstance(taken, Shape)


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    try:
        assert isinstance(parse_json(body, Shape), Shape)
    except AntiphonError as error:
        assert error.kind in (Kind.INVALID, Kind.UNREADABLE)


class Query(msgspec.Struct, kw_only=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=999)] | None = None
    flag: bool = False


@given(st.binary(max_size=60))
def test_any_query_is_taken_or_refused_by_field(text: bytes) -> None:
    try:
        values = read_query(text)
        assert all("\0" not in value for value in values.values())
        taken = parse_values(values, Query)
        assert taken.number is None or 1 <= taken.number <= 999
    except AntiphonError as error:
        assert error.kind is Kind.INVALID
        assert error.fields


def test_a_query_is_unquoted_once() -> None:
    assert read_query(b"q=a%2526+b&empty=&flag&q=%C3%BC&%71x=1&=7") == {
        "q": "ü", "empty": "", "flag": "", "qx": "1",
    }  # fmt: skip


def test_letters_that_are_not_escaped_are_utf_8() -> None:
    assert read_query("q=Мой+список&ü=%D0%9Cой".encode() + b"&x=caf\xe9") == {
        "q": "Мой список", "ü": "Мой", "x": "caf\ufffd",
    }  # fmt: skip


@pytest.mark.parametrize("text", [b"q=a\0b", b"q=a%00b", b"q=+\0", b"x=1&q=\0"])
def test_a_zero_character_is_refused_by_field(text: bytes) -> None:
    with pytest.raises(AntiphonError) as caught:
        read_query(text)
    assert (caught.value.kind, list(caught.value.fields)) == (Kind.INVALID, ["q"])


def arriving(*messages: Message) -> Receive:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return receive


async def test_a_body_arrives_in_parts() -> None:
    receive = arriving(
        {"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.request", "body": b"cd"}
    )
    assert await read_body(receive, {}, 4) == b"abcd"


@pytest.mark.parametrize("headers", [{b"content-length": b"5"}, {b"content-length": b"x"}, {}])
async def test_a_body_that_is_too_large_is_not_read_to_its_end(headers: dict[bytes, bytes]) -> None:
    receive = arriving({"type": "http.request", "body": b"abcde", "more_body": True})
    with pytest.raises(AntiphonError) as caught:
        await read_body(receive, headers, 4)
    assert caught.value.kind is Kind.TOO_LARGE


async def test_a_client_that_leaves_or_dawdles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClientGone):
        await read_body(arriving({"type": "http.disconnect"}), {}, 4)
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)

    async def never() -> Message:
        import asyncio

        await asyncio.sleep(60)
        return {}

    with pytest.raises(Refusal) as caught:
        await read_body(never, {}, 4)
    assert caught.value.status == 408
