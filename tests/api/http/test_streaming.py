"""Names of files, and files that cannot be sent. Sending itself is tested with the dialects that do it."""

import os
from pathlib import Path
from typing import Any

import pytest

from antiphon.api.http.streaming import content_disposition, send_file
from antiphon.kernel.errors import AntiphonError, Kind

SPLIT = 'a"b\r\nSet-Cookie: x/../y'


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("song.mp3", "song.mp3", "song.mp3"),
        ("Ümläut 1.mp3", "_ml_ut 1.mp3", "%C3%9Cml%C3%A4ut%201.mp3"),
        (SPLIT, "a_b__Set-Cookie: x_.._y", "a_b__Set-Cookie%3A%20x_.._y"),
    ],
)
def test_names_are_told_in_full_and_in_ascii(name: str, plain: str, full: str) -> None:
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
    assert content_disposition(name) == (b"content-disposition", told.encode())


class Sent:
    """What was sent, and a request of which nothing is to be read."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def send(self, message: Any) -> None:
        self.messages.append(message)

    async def receive(self) -> Any:
        raise AssertionError("nothing is to be read")


async def test_only_plain_files_are_sent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    sent = Sent()
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe", "a\0b"):
        with pytest.raises(AntiphonError) as caught:
            await send_file({"headers": []}, sent.receive, sent.send, path=path, content_type="audio/mpeg")
        assert caught.value.kind is Kind.NOT_FOUND
    assert sent.messages == []


async def test_an_empty_file_is_sent_too(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    sent = Sent()
    await send_file({"headers": []}, sent.receive, sent.send, path=tmp_path / "empty", content_type="audio/mpeg")
    assert sent.messages[0]["status"] == 200
    assert (b"content-length", b"0") in sent.messages[0]["headers"]
    assert sent.messages[1]["body"] == b""
