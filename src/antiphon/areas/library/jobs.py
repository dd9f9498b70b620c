"""The library's background entry points."""

from typing import Any

import msgspec

from antiphon.areas.accounts.data import AccountRemoved
from antiphon.areas.library.api import Library
from antiphon.areas.library.api.desk import EXPORT, REMOVE_EXPORT
from antiphon.areas.library.api.editing import TOTALS
from antiphon.areas.library.api.scans import SCAN, ScanArguments
from antiphon.areas.library.api.search_order import ORDER_SEARCH
from antiphon.areas.library.api.sounds import MEASURE
from antiphon.areas.library.api.uploads import CHECK_FILES, LISTEN, PROCESS, UNPACK
from antiphon.areas.library.api.uploads.finishing import MAX_ATTEMPTS
from antiphon.areas.library.api.uploads.tidying import REMOVE_STORED
from antiphon.areas.library.data import ScanFinished, SongsRemoved, SongUploaded
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.jobs import JobContext, JobRegistry


class RemoveStored(msgspec.Struct, frozen=True):
    """Which files go from the storage."""

    names: list[str]


class ProcessUpload(msgspec.Struct, frozen=True):
    """Which upload is to become a song."""

    upload_id: str


class ListenToUpload(msgspec.Struct, frozen=True):
    """Which song's file is listened to."""

    song_id: int


def register(registry: JobRegistry) -> None:
    """Make the library's kinds of jobs known."""
    registry.heavy(SCAN, "antiphon.areas.library.jobs:scan")
    registry.heavy(MEASURE, "antiphon.areas.library.jobs:measure", max_attempts=20)
    registry.schedule(MEASURE, MEASURE, "daily 03:20")
    registry.heavy(CHECK_FILES, "antiphon.areas.library.jobs:check_files")
    registry.heavy(UNPACK, "antiphon.areas.library.jobs:unpack", max_attempts=MAX_ATTEMPTS)


def serve(registry: JobRegistry, library: Library) -> None:
    """Make known the kinds of jobs that run on the worker's own event loop."""

    async def add_up(_context: JobContext, _arguments: dict[str, Any]) -> None:
        await library.scans.add_up()

    async def order_search(_context: JobContext, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"moved": await library.search.order.renew()}

    async def remove_stored(_context: JobContext, arguments: RemoveStored) -> None:
        await library.uploads.tidying.remove_stored(arguments.names)

    async def listen(context: JobContext, arguments: ListenToUpload) -> None:
        await library.uploads.listening.listen(arguments.song_id, context.attempt)

    async def process(context: JobContext, arguments: ProcessUpload) -> dict[str, Any]:
        return await library.uploads.process(context, arguments.upload_id)

    async def export(context: JobContext, _arguments: dict[str, Any]) -> dict[str, Any]:
        return await library.exports.run(context)

    async def remove_exports(_context: JobContext, arguments: RemoveStored) -> None:
        await library.exports.remove_files(arguments.names)

    registry.light(EXPORT, export)
    registry.light(REMOVE_EXPORT, remove_exports, arguments=RemoveStored, max_attempts=20)
    registry.light(TOTALS, add_up)
    registry.light(ORDER_SEARCH, order_search)
    registry.schedule(ORDER_SEARCH, ORDER_SEARCH, "daily 04:40")
    registry.light(REMOVE_STORED, remove_stored, arguments=RemoveStored, max_attempts=20)
    registry.light(LISTEN, listen, arguments=ListenToUpload)
    registry.light(PROCESS, process, arguments=ProcessUpload, max_attempts=MAX_ATTEMPTS)


def subscribe(subscriptions: Subscriptions, library: Library) -> None:
    """Have files go with their songs, and what a person has uploaded with the person."""
    subscriptions.in_transaction(SongsRemoved, library.uploads.tidying.on_songs_removed)
    subscriptions.in_transaction(AccountRemoved, library.uploads.tidying.on_account_removed)
    subscriptions.in_transaction(ScanFinished, library.sounds.on_scan_finished)
    subscriptions.in_transaction(SongUploaded, library.sounds.on_song_uploaded)


async def scan(context: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Scan the music folders; the result is the report. Runs in a process of its own."""
    wanted = msgspec.convert(arguments, ScanArguments)
    async with context.application() as application:
        scans = application.areas.library.scans
        await scans.take_turn(context.job_id)
        report = await scans.run(
            context.progress, full=wanted.full, accept_missing=wanted.accept_missing, places=wanted.places
        )
    result: dict[str, Any] = msgspec.to_builtins(report)
    return result


async def measure(context: Any, _arguments: dict[str, Any]) -> dict[str, int]:
    """Measure how songs sound. Runs in a process of its own, and the files are decoded in others."""
    async with context.application() as application:
        told: dict[str, int] = await application.areas.library.sounds.run(context.progress, context.job_id)
    return told


async def unpack(context: Any, arguments: dict[str, Any]) -> dict[str, int]:
    """Make uploads of what is in an archive. Runs in a process of its own."""
    async with context.application() as application:
        told: dict[str, int] = await application.areas.library.uploads.unpacking.unpack(
            context, str(arguments["upload_id"])
        )
    return told


async def check_files(context: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Compare the stored files with what is known of them; the result is the report. Runs in a process of its own."""
    async with context.application() as application:
        report = await application.areas.library.uploads.integrity.run(
            context.progress, contents=bool(arguments.get("contents"))
        )
    result: dict[str, Any] = msgspec.to_builtins(report)
    return result
