"""Podcasts from other servers: feeds, pictures and audio, fetched within bounds."""

import asyncio
import hashlib
import io
import os
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from antiphon.areas.broadcasts.data.podcasts import AudioFound, Feed
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

FEED_BYTES = 5 * 1024 * 1024
FEED_SECONDS = 10.0
PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_SECONDS = 20.0
AUDIO_SECONDS = 3600.0
FREE_BYTES = 256 * 1024 * 1024
"""So much stays free on the disk."""
HEAD_BYTES = 4096
WRITTEN_AT_ONCE = 1024 * 1024
CHECKED_EVERY_BYTES = 16 * 1024 * 1024

KindOfAudio = Callable[[bytes], tuple[str, str] | None]
"""Media type and ending of a file that begins so; None for what is no audio."""


class Answer(Protocol):
    """An answer whose body comes bit by bit."""

    status: int
    headers: Mapping[str, str]

    def parts(self, most: int) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises TOO_LARGE."""
        ...

    async def body(self, most: int) -> bytes:
        """The whole body. Raises TOO_LARGE."""
        ...


class WayOut(Protocol):
    """Calls to addresses that people have entered."""

    def open(
        self, address: str, *, seconds: float, headers: Mapping[str, str] = ...
    ) -> AbstractAsyncContextManager[Answer]:
        """Ask for an address. Raises INVALID `address_refused` for one that may not be called, UNAVAILABLE."""
        ...

    def check(self, address: str) -> str:
        """The address as it is kept. Raises INVALID `address_refused` for what can be none."""
        ...


class FeedDoor:
    """Fetches by `way_out`; `kind_of_audio` tells audio by its first bytes."""

    def __init__(self, way_out: WayOut, kind_of_audio: KindOfAudio) -> None:
        self._way_out = way_out
        self._kind_of_audio = kind_of_audio

    def check(self, address: str) -> str:
        """The address as it is kept. Raises INVALID `address_refused` for what can be none."""
        return self._way_out.check(address)

    async def read(self, address: str, etag: str, modified: str) -> Feed | None:
        """The feed at `address`, None where it has not changed since. Raises UNREADABLE for what is no feed."""
        from antiphon.adapters.feeds.parsing import parse

        asked = {"accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}
        asked |= {"if-none-match": etag} if etag else {}
        asked |= {"if-modified-since": modified} if modified else {}
        async with self._way_out.open(address, seconds=FEED_SECONDS, headers=asked) as answer:
            if answer.status == HTTPStatus.NOT_MODIFIED and (etag or modified):
                return None
            _check_status(answer)
            content = await answer.body(FEED_BYTES)
            headers = answer.headers
        feed = await asyncio.to_thread(parse, content, address)
        return Feed(
            title=feed.title,
            description=feed.description,
            homepage_url=feed.homepage_url,
            image_url=feed.image_url,
            episodes=feed.episodes,
            etag=_header(headers, "etag"),
            modified=_header(headers, "last-modified"),
        )

    async def picture(self, address: str, file: Path) -> str:
        """Write the picture at `address` into `file`; gives its hash. What it is, is found out where it is opened."""
        async with self._way_out.open(address, seconds=PICTURE_SECONDS) as answer:
            _check_status(answer)
            content = await answer.body(PICTURE_BYTES)
        if not content:
            raise unavailable("picture_empty", "The other server sent no picture.")
        await asyncio.to_thread(_write_whole, file, content)
        return hashlib.sha256(content).hexdigest()

    async def audio(
        self, address: str, file: Path, *, most: int, progress: Callable[[float | None, str], None]
    ) -> AudioFound:
        """Write the audio at `address` into `file`, under its name only when it is whole."""
        part = file.with_name(f"{file.name}.{os.getpid()}-{time.monotonic_ns()}.part")
        try:
            async with self._way_out.open(address, seconds=AUDIO_SECONDS) as answer:
                _check_status(answer)
                found = await self._receive(answer, part, most, progress)
            await asyncio.to_thread(part.rename, file)
        except OSError as error:
            raise AntiphonError(Kind.NO_SPACE, "not_stored", "The server could not store the file.") from error
        finally:
            part.unlink(missing_ok=True)
        return found

    async def _receive(
        self, answer: Answer, part: Path, most: int, progress: Callable[[float | None, str], None]
    ) -> AudioFound:
        announced = answer.headers.get("content-length", "")
        whole = int(announced) if announced.isdigit() else 0
        part.parent.mkdir(parents=True, exist_ok=True)
        written = _Written(part)
        head, waiting = b"", bytearray()
        kind: tuple[str, str] | None = None
        with part.open("xb", buffering=0) as opened:
            async for piece in answer.parts(most):
                waiting += piece
                if kind is None:
                    head = bytes(waiting[:HEAD_BYTES])
                    if len(head) < HEAD_BYTES:
                        continue
                    kind = self._checked_kind(head)
                if len(waiting) >= WRITTEN_AT_ONCE:
                    await asyncio.to_thread(written.add, opened, bytes(waiting))
                    waiting.clear()
                    progress(written.size / whole if whole else None, f"{written.size // 1_000_000} MB")
            kind = kind or self._checked_kind(bytes(waiting[:HEAD_BYTES]))
            await asyncio.to_thread(written.add, opened, bytes(waiting))
            await asyncio.to_thread(os.fsync, opened.fileno())
        return AudioFound(kind[0], kind[1], written.size)

    def _checked_kind(self, head: bytes) -> tuple[str, str]:
        kind = self._kind_of_audio(head)
        if kind is None:
            raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_audio", "What the other server sent is no audio.")
        return kind


class _Written:
    """How much was written, and whether the disk has room for more."""

    def __init__(self, part: Path) -> None:
        self.size = 0
        self._folder = part.parent
        self._checked_at = -CHECKED_EVERY_BYTES

    def add(self, opened: io.FileIO, content: bytes) -> None:
        """Write a piece. Raises NO_SPACE before the disk is full."""
        if self.size - self._checked_at >= CHECKED_EVERY_BYTES:
            self._checked_at = self.size
            if shutil.disk_usage(self._folder).free < FREE_BYTES + CHECKED_EVERY_BYTES:
                raise AntiphonError(Kind.NO_SPACE, "disk_full", "There is no room left on the server's disk.")
        view = memoryview(content)
        while view:
            view = view[opened.write(view) :]
        self.size += len(content)


def _write_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        part.write_bytes(content)
        part.rename(file)
    except OSError as error:
        raise AntiphonError(Kind.NO_SPACE, "not_stored", "The server could not store the file.") from error
    finally:
        part.unlink(missing_ok=True)


def _check_status(answer: Answer) -> None:
    if answer.status != HTTPStatus.OK:
        raise unavailable("address_answers_otherwise", f"The other server answered with the status {answer.status}.")


def _header(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    return text if len(text) <= 500 and text.isascii() and text.isprintable() else ""
