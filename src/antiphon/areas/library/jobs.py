"""The library's background entry points."""

from typing import Any

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.api.editing import TOTALS
from antiphon.areas.library.api.scans import SCAN
from antiphon.kernel.jobs import JobContext, JobRegistry


def register(registry: JobRegistry) -> None:
    """Make the library's kinds of jobs known."""
    registry.heavy(SCAN, "antiphon.areas.library.jobs:scan")


def serve(registry: JobRegistry, library: Library) -> None:
    """Make known the kinds of jobs that run on the worker's own event loop."""

    async def add_up(_context: JobContext, _arguments: dict[str, Any]) -> None:
        await library.scans.add_up()

    registry.light(TOTALS, add_up)


async def scan(context: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Scan the music folders; the result is the report. Runs in a process of its own."""
    async with context.application() as application:
        report = await application.areas.library.scans.run(
            context.progress,
            full=bool(arguments.get("full")),
            accept_missing=bool(arguments.get("accept_missing")),
        )
    result: dict[str, Any] = msgspec.to_builtins(report)
    return result
