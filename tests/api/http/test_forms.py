"""Forms with files: however they are cut on their way, within their ceilings, to the sinks that a route chooses."""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.api.http.bodies import ClientGone
from antiphon.api.http.forms import MemorySink, Part, Sink, chunks, read_form
from antiphon.api.http.problems import Refusal
from antiphon.kernel.errors import AntiphonError, Kind

HEADERS = {b"content-type": b'multipart/form-data; boundary="a b"'}


def form(*parts: tuple[str, bytes]) -> bytes:
    """A form of (header, content)."""
    told = b"".join(b"--a b\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return told + b"--a b--\r\n"


def field(name: str, filename: str | None = None) -> str:
    ending = "" if filename is None else f'; filename="{filename}"'
    return f'Content-Disposition: form-data; name="{name}"{ending}'


class Wire:
    """Messages as a server gives them."""

    def __init__(self, pieces: Sequence[bytes], *, leaves: bool = False) -> None:
        self._messages = [
            {"type": "http.request", "body": piece, "more_body": leaves or place + 1 < len(pieces)}
            for place, piece in enumerate(pieces)
        ]
        self._messages.append({"type": "http.disconnect"})

    async def receive(self) -> dict:
        return self._messages.pop(0)


async def read(body: bytes, cuts: Sequence[int] = (), maximum: int = 1 << 20, **sinks: MemorySink) -> dict[str, str]:
    places = sorted({cut % (len(body) + 1) for cut in cuts} | {0, len(body)})
    pieces = [body[start:end] for start, end in itertools.pairwise(places)] or [b""]

    def choose(part: Part) -> Sink | None:
        return sinks.get(part.name)

    return await read_form(Wire(pieces).receive, HEADERS, choose, maximum=maximum)


@given(
    texts=st.dictionaries(
        st.text("abcdefghij", min_size=1, max_size=8), st.text(st.characters(exclude_characters="\0", codec="utf-8"))
    ),
    content=st.binary(max_size=300),
    cuts=st.lists(st.integers(0, 5000), max_size=40),
)
@settings(deadline=None, max_examples=80)
def test_a_form_says_the_same_however_it_is_cut(texts: dict[str, str], content: bytes, cuts: list[int]) -> None:
    picture = MemorySink(1000)
    parts = [(field(name), text.encode()) for name, text in texts.items()]
    parts.insert(len(parts) // 2, (field("Picture", "x.png"), content))
    found = asyncio.run(read(form(*parts), cuts, Picture=picture))
    if b"\r\n--a b" not in b"".join(text for _, text in parts):
        assert found == texts
        assert picture.content == content


async def test_of_fields_that_stand_twice_the_last_counts_and_other_files_are_passed_over() -> None:
    body = form((field("a"), b"1"), (field("a"), b"2"), (field("b", "b.bin"), b"x" * 9000), (field("c"), "é".encode()))
    assert await read(body) == {"a": "2", "c": "é"}


async def refused(body: bytes, **more: object) -> Kind:
    with pytest.raises(AntiphonError) as told:
        await read(body, **more)
    return told.value.kind


async def test_the_ceilings() -> None:
    assert await refused(form(*[(field(f"f{number}"), b"") for number in range(61)])) is Kind.UNREADABLE
    assert len(await read(form(*[(field(f"f{number}"), b"") for number in range(60)]))) == 60
    assert await refused(form((field("a") + f"\r\nX-Long: {'x' * 9000}", b""))) is Kind.UNREADABLE
    several = "".join(f"\r\nX-{number}: {'x' * 1500}" for number in range(8))
    assert await refused(form((field("a") + several, b""))) is Kind.UNREADABLE
    assert await refused(form((field("a"), b"x" * (1 << 21))), maximum=1 << 22) is Kind.TOO_LARGE
    assert await refused(form((field("a", "x"), b"x" * 5000)), maximum=4000) is Kind.TOO_LARGE
    assert await refused(form((field("a", "x"), b"x" * 5000)), a=MemorySink(4000)) is Kind.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--a b",
        form((field("a"), b"1"))[:-6],
        b"--other\r\n\r\n",
        form(("Content-Disposition: attachment", b"1")),
        form(("X-Nothing: 1", b"1")),
        form((field("a"), b"\xff\xfe")),
    ],
)
async def test_what_is_no_form(body: bytes) -> None:
    assert await refused(body) is Kind.UNREADABLE


async def test_a_zero_character_is_a_bad_value() -> None:
    assert await refused(form((field("a"), b"x\0y"))) is Kind.INVALID


async def test_nothing_is_written_to_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened: list[object] = []
    monkeypatch.setattr("builtins.open", lambda *given, **_: opened.append(given))
    sink = MemorySink(4 << 20)
    assert await read(form((field("a", "face.jpg"), b"x" * (3 << 20))), maximum=8 << 20, a=sink) == {}
    assert len(sink.content) == 3 << 20
    assert opened == []
    assert list(tmp_path.iterdir()) == []


async def test_who_leaves_and_who_dawdles() -> None:
    with pytest.raises(ClientGone):
        async for _ in chunks(Wire([b"x"], leaves=True).receive):
            pass

    async def never() -> dict:
        await asyncio.sleep(3600)
        return {}

    with pytest.raises(Refusal) as told:
        async for _ in chunks(never, 0.05):
            pass
    assert told.value.status == 408
