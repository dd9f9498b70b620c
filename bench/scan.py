"""The first scan of real files, and the scan after it that finds nothing new, against mutagen alone in one process."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from antiphon.areas.library.internal.scan.worker import POLITE
from bench.music import music_folder
from bench.report import Goals, Table, write

FILES = (10_000, 100_000)
GOAL_RATIO = 2.0
GOAL_SECONDS = {100_000: (15.0, 1.0)}
NOTES = """
The music: mp3, FLAC, AAC, Opus and Vorbis files of one to three seconds, tagged by mutagen, 12.5 in a folder, 60 % of
them with a cover of 20 KB, all in the page cache. "mutagen alone" opens each of them with `mutagen.File` in one
process, and writes nothing. A scan reads the same files in worker processes, and writes SQLite rows, credits, genres,
search words and totals. Seconds of the scan are those of scanning: the process has started, the tables are there.
"""


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    table = Table(
        "First scan and unchanged rescan",
        (
            "files", "mutagen alone, s", "first scan, s", "CPU s: writer", "CPU s: readers", "files/s",
            "× mutagen, wall", "× mutagen, CPU", "rescan, s", "rescan CPU s", "memory MB",
        ),
    )  # fmt: skip
    goals = Goals()
    for files in sizes or ((500,) if quick else FILES):
        _measure(table, goals, files, rounds=1 if quick else 3)
    write("scan", "Scanning", [table, goals], NOTES, quick=quick)
    return quick or goals.reached


def _measure(table: Table, goals: Goals, files: int, rounds: int) -> None:
    music = music_folder(files)
    _into_page_cache(music)
    alone, first, again = [], [], []
    for _ in range(rounds):
        alone.append(_mutagen_alone(music))
        with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as data:
            first.append(_scan(Path(data), music))
            again.append(_scan(Path(data), music))
        assert first[-1]["added"] == files and not again[-1]["added"]
    mutagen_seconds, mutagen_cpu = (median(values) for values in zip(*alone, strict=True))
    seconds = median(scan["seconds"] for scan in first)
    writer = median(scan["cpu_parent"] for scan in first)
    readers = median(scan["cpu_children"] for scan in first)
    rescan = median(scan["seconds"] for scan in again)
    table.add(
        files,
        mutagen_seconds,
        seconds,
        writer,
        readers,
        round(files / seconds),
        mutagen_seconds / seconds,
        mutagen_cpu / (writer + readers),
        rescan,
        median(scan["cpu_parent"] for scan in again),
        max(scan["memory_mb"] for scan in first),
    )
    goals.at_least(f"{files:,} files, × mutagen, wall", GOAL_RATIO, mutagen_seconds / seconds)
    if files in GOAL_SECONDS:
        first_goal, again_goal = GOAL_SECONDS[files]
        goals.at_most(f"{files:,} files, first scan, s", first_goal, seconds)
        goals.at_most(f"{files:,} files, rescan, s", again_goal, rescan)


def _into_page_cache(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            Path(place, name).read_bytes()


def _mutagen_alone(folder: Path) -> tuple[float, float]:
    """Seconds, and processor seconds, of reading every file's tags."""
    program = (
        "import os, sys, mutagen\n"
        "for place, _, names in os.walk(sys.argv[1]):\n"
        "    for name in names:\n"
        "        file = mutagen.File(os.path.join(place, name))\n"
        "        assert file.tags and file.info.length\n"
    )
    before, start = _children_cpu(), time.monotonic()
    # As polite to other programs as the scan's readers are: on a busy machine that decides.
    subprocess.run(["nice", "-n", str(POLITE), sys.executable, "-c", program, folder], check=True)
    return time.monotonic() - start, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _scan(data: Path, music: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.scan_process", str(data), str(music)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    measured: dict[str, float] = json.loads(finished.stdout.splitlines()[-1])
    return measured
