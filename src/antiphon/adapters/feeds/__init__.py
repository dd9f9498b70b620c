"""Podcasts from other servers: feeds, pictures and audio, fetched within bounds."""

import asyncio
import hashlib
import io
import logging
import os
import re
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from antiphon.areas.broadcasts.data.podcasts import AudioFound, Feed
from antiphon.areas.library.data import CheckedSound
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

log = logging.getLogger(__name__)

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
PART = HTTPStatus.PARTIAL_CONTENT
_RANGE_TOLD = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_AUDIO_TYPE = re.compile(r"audio/[a-z0-9.+-]{1,60}")

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


class Sounds(Protocol):
    """Looks into files of strangers, in a process of its own."""

    async def check(self, file: Path, label: str) -> CheckedSound:
        """What a file is. Raises UNSUPPORTED_MEDIA, UNAVAILABLE."""
        ...


class PassedAudio:
    """Audio while it comes: `head` has been read already, the rest follows."""

    def __init__(self, answer: Answer, head: bytes, rest: AsyncGenerator[bytes, None], content_type: str) -> None:
        announced = answer.headers.get("content-length", "")
        self.content_type = content_type
        self.length = int(announced) if announced.isdigit() else None
        self.content_range = _header(answer.headers, "content-range") if answer.status == PART else ""
        self.has_ranges = answer.status == PART or _header(answer.headers, "accept-ranges").lower() == "bytes"
        self._head = head
        self._rest = rest

    async def parts(self) -> AsyncGenerator[bytes, None]:
        """The bytes, bit by bit. Raises UNAVAILABLE, TOO_LARGE."""
        if self._head:
            yield self._head
        async for part in self._rest:
            yield part


class FeedDoor:
    """Fetches by `way_out`; `kind_of_audio` tells audio by its first bytes, and `sounds` what is in it."""

    def __init__(self, way_out: WayOut, kind_of_audio: KindOfAudio, sounds: Sounds) -> None:
        self._way_out = way_out
        self._kind_of_audio = kind_of_audio
        self._sounds = sounds

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
            found = await self._looked_into(file, found)
        except OSError as error:
            raise AntiphonError(Kind.NO_SPACE, "not_stored", "The server could not store the file.") from error
        finally:
            part.unlink(missing_ok=True)
        return found

    async def _looked_into(self, file: Path, found: AudioFound) -> AudioFound:
        """What the audio holds as well. Where nobody can tell, it can be played all the same, as it is."""
        try:
            tags = (await self._sounds.check(file, f"episode.{found.suffix}")).tags
        except AntiphonError as error:
            log.info("an episode could not be looked into: %s", error.message)
            return found
        return AudioFound(
            found.content_type,
            found.suffix,
            found.size,
            duration=tags.duration,
            format=tags.codec,
            bitrate=tags.bitrate or 0,
            sample_rate=tags.sample_rate or 0,
            channels=tags.channels or 0,
        )

    @asynccontextmanager
    async def pass_on(self, address: str, *, most: int, wanted: str) -> AsyncGenerator[PassedAudio, None]:
        """Audio of at most `most` bytes while it comes; `wanted` is the range that a client asks for, as in HTTP, or
        empty. Raises UNSUPPORTED_MEDIA for what is none, UNAVAILABLE for a part that nobody can tell the place of."""
        asked = {"range": wanted} if wanted else {}
        async with self._way_out.open(address, seconds=AUDIO_SECONDS, headers=asked) as answer:
            is_part = bool(wanted) and answer.status == PART
            if not is_part:
                _check_status(answer)
            part = _RANGE_TOLD.fullmatch(answer.headers.get("content-range", "")) if is_part else None
            if is_part and part is None:
                raise unavailable("part_unknown", "The other server sent a part without saying which.")
            rest = answer.parts(most)
            head = bytearray()
            async for piece in rest:
                head += piece
                if len(head) >= HEAD_BYTES:
                    break
            begins = not is_part or (part is not None and int(part[1]) == 0)
            is_whole = not is_part or (part is not None and int(part[2]) + 1 == int(part[3]))
            if begins and (len(head) >= HEAD_BYTES or is_whole):
                content_type = self._checked_kind(bytes(head[:HEAD_BYTES]))[0]
            else:
                content_type = _told_type(answer)
            yield PassedAudio(answer, bytes(head), rest, content_type)

    def addresses_in(self, content: bytes) -> list[str]:
        """The addresses that a list of podcasts (OPML) names. Raises UNREADABLE."""
        from antiphon.adapters.feeds.opml import addresses_in

        return addresses_in(content)

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
            raise _no_audio()
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


def _told_type(answer: Answer) -> str:
    """The type of a part in the middle, which its own bytes do not tell. Raises UNSUPPORTED_MEDIA for what is none."""
    told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _AUDIO_TYPE.fullmatch(told):
        return told
    if told in ("", "application/octet-stream", "binary/octet-stream"):
        return "audio/mpeg"
    raise _no_audio()


def _no_audio() -> AntiphonError:
    return AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_audio", "What the other server sent is no audio.")


def _header(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    return text if len(text) <= 500 and text.isascii() and text.isprintable() else ""
