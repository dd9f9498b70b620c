"""What it costs to have the server run: memory idle and after load, the time it takes to start, the size on disk."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from statistics import median

from packaging.requirements import Requirement

from bench import machine
from bench.catalogue import CALLS, requests_of
from bench.catalogue_data import Catalogue, catalogue
from bench.harness import apply_load
from bench.report import Goals, Table, write
from bench.serving import ROOT, Running, product

SONGS = 100_000
STARTS = 5
SETTLE_SECONDS = 10.0
GOAL_IDLE_MB = 200.0
NOTES = """
Memory is the proportional share (PSS) of `antiphon serve` and all processes it has started: the web process, the
embedded worker and its scheduler. "Idle" is ten seconds after the start, "after load" ten seconds after two seconds of
each of the twelve hottest calls. The size counts every package that the product needs at run time, with all files that
its record lists.
"""


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    made = catalogue(sizes[0] if sizes else 1000 if quick else SONGS)
    memory, idle = _memory(made, quick=quick)
    goals = Goals()
    goals.at_most("memory idle, MB", GOAL_IDLE_MB, idle)
    write("footprint", "Footprint", [memory, _starts(made, quick=quick), _size(), goals], NOTES, quick=quick)
    return quick or goals.reached


def _memory(made: Catalogue, *, quick: bool) -> tuple[Table, float]:
    table = Table(f"Memory, {made.songs:,} songs", ("when", "all, MB", "processes", "web process alone, MB"))
    with product(made.environment, worker=True, on_one_core=False) as running:
        time.sleep(2 if quick else SETTLE_SECONDS)
        idle = _note(table, "idle", running)
        for call in CALLS:
            apply_load(running.base_url, requests_of(call.product, made, signed=True), seconds=1 if quick else 2)
        time.sleep(2 if quick else SETTLE_SECONDS)
        _note(table, "after load", running)
    return table, idle


def _note(table: Table, when: str, running: Running) -> float:
    processes = machine.with_descendants((running.process_id,))
    whole = machine.memory_mb(running.process_id)
    children = sum(machine.memory_mb(child) for child in _children(running.process_id, processes))
    table.add(when, whole, len(processes), whole - children)
    return whole


def _children(process_id: int, processes: list[int]) -> Iterator[int]:
    for other in processes:
        try:
            text = Path(f"/proc/{other}/stat").read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == process_id:
            yield other


def _starts(made: Catalogue, *, quick: bool) -> Table:
    table = Table("From the command to the first answer, seconds", ("data folder", "worker", "median", "worst"))
    for name, worker in (("of the catalogue", True), ("of the catalogue", False), ("new and empty", True)):
        seconds = []
        for _ in range(1 if quick else STARTS):
            with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as folder:
                (Path(folder) / "music").mkdir()
                empty = {"ANTIPHON_DATA": folder, "ANTIPHON_MUSIC": f"{folder}/music"}
                environment = empty if name.startswith("new") else made.environment
                with product(environment, worker=worker, on_one_core=False) as running:
                    seconds.append(running.start_seconds)
        table.add(name, "yes" if worker else "no", median(seconds), max(seconds))
    return table


def _size() -> Table:
    table = Table("Size on disk", ("what", "MB"))
    packages = {name: _package_mb(name) for name in _needed("antiphon")}
    table.add("its own sources", sum(file.stat().st_size for file in (ROOT / "src").rglob("*.py")) / 1e6)
    table.add(f"{len(packages)} packages", sum(packages.values()))
    for name, size in sorted(packages.items(), key=lambda package: -package[1])[:8]:
        table.add(f"… of them {name}", size)
    return table


def _needed(package: str) -> set[str]:
    """The packages that `package` needs to run, and those that they need."""
    found: set[str] = set()
    waiting = [(package, frozenset({""}))]
    while waiting:
        name, extras = waiting.pop()
        for text in metadata.requires(name) or ():
            wanted = Requirement(text)
            if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            plain = wanted.name.lower().replace("_", "-")
            if plain not in found:
                found.add(plain)
                waiting.append((plain, frozenset({"", *wanted.extras})))
    return found


def _package_mb(name: str) -> float:
    files = metadata.files(name) or ()
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.exists()) / 1e6
