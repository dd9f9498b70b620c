"""`antiphon scan`: queues a scan beside a running server and follows it, or scans here where no server runs."""

import asyncio

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.data import ScanReport
from antiphon.cli.progress import ProgressLine
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.principal import SYSTEM

LOOK_SECONDS = 0.3


async def scan_here(library: Library, *, full: bool, accept_missing: bool) -> int:
    """Scan in this process; gives the exit code (1 where something was left alone with a warning)."""
    line = ProgressLine("Scan")
    report = await library.scans.run(line.show, full=full, accept_missing=accept_missing)
    line.done(told(report))
    return _warn(report)


async def scan_by_server(library: Library, jobs: JobQueue, *, full: bool, accept_missing: bool) -> int:
    """Queue a scan for the server's worker and follow it to its end; gives the exit code."""
    job = await library.scans.request(SYSTEM, full=full, accept_missing=accept_missing)
    return await follow_scan(jobs, job.id)


async def follow_scan(jobs: JobQueue, job_id: str) -> int:
    """Show a scan's progress until it has ended; gives the exit code."""
    line = ProgressLine("Scan")
    while True:
        job = await jobs.find(job_id)
        if job is None:
            line.done("This scan is not known any more.")
            return 1
        if job.shown_state == "completed":
            report = msgspec.convert(job.decoded_result(), ScanReport)
            line.done(told(report))
            return _warn(report)
        if job.shown_state == "failed":
            line.done(f"It failed: {job.error or 'the log tells more'}")
            return 1
        line.show(job.progress, job.message or "Waiting for the worker.")
        await asyncio.sleep(LOOK_SECONDS)


def told(report: ScanReport) -> str:
    """What a scan found, as a sentence."""
    parts = [
        f"{count} {word}"
        for word, count in (
            ("new", report.added),
            ("changed", report.changed),
            ("moved", report.moved),
            ("back again", report.returned),
            ("missing", report.missing),
            ("unreadable", report.broken),
        )
        if count
    ]
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    return f"{files} in {report.seconds:.1f} s: {', '.join(parts) or 'nothing new'}."


def _warn(report: ScanReport) -> int:
    for warning in report.warnings:
        print(f"  ! {warning}")
    return 1 if report.warnings else 0
