"""What the figures were measured on."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def describe() -> str:
    """One line: processor, cores, memory, system, versions."""
    parts = [
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gib()} GiB",
        f"{_system()}, Linux {platform.release()}" if sys.platform == "linux" else platform.platform(),
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    if shutil.which("wrk"):
        parts.append("wrk")
    return "; ".join(parts)


def revision() -> str:
    """The commit that was measured, with a plus sign where the sources differ from it; empty outside a repository."""
    root = Path(__file__).parents[1]
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=10"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()


def cores() -> list[int]:
    """The cores this process may run on."""
    return sorted(os.sched_getaffinity(0))


def server_core() -> int:
    """The core for what is measured."""
    return cores()[0]


def load_core() -> int:
    """The core for what makes the load: another one, where there is one."""
    return cores()[-1]


def memory_mb(*process_ids: int) -> float:
    """The proportional share of memory (PSS) of the processes and all their descendants, in MB (10^6 bytes)."""
    total = 0
    for process_id in with_descendants(process_ids):
        try:
            text = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(found[1]) * 1024 if found else 0
    return total / 1e6


def cpu_seconds(*process_ids: int) -> float:
    """The processor time that the processes and all their descendants have used so far."""
    ticks = 0
    for process_id in with_descendants(process_ids):
        try:
            fields = (
                Path(f"/proc/{process_id}/stat")
                .read_text(encoding="ascii", errors="replace")
                .rpartition(")")[2]
                .split()
            )
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def with_descendants(process_ids: tuple[int, ...]) -> list[int]:
    """The processes, and all that they have started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], list(process_ids)
    while waiting:
        process_id = waiting.pop()
        found.append(process_id)
        waiting.extend(parents.get(process_id, []))
    return found


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def least_cpu_seconds(work: Callable[[], object], tries: int) -> float:
    """Processor seconds of this process for `work`, at the try that other work disturbed least."""
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best
