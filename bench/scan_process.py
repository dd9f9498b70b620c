"""`python -m bench.scan_process DATA_FOLDER MUSIC_FOLDER [PROFILE]`: one scan in a process of its own.

Prints what it took, as JSON. With PROFILE, also writes a profile of the scanning process there.
"""

import asyncio
import cProfile
import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path

import uvloop

from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import database_file, open_application


async def _scan(data: Path, music: Path) -> dict[str, float]:
    settings = read_settings({"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(music)}, data)
    async with open_application(settings, "heavy") as application:
        await migrate(application.database, database_file(settings))
        await application.areas.library.scans.declare_folders([music])
        before, start = _cpu_seconds(resource.RUSAGE_SELF), time.monotonic()
        report = await application.areas.library.scans.run(lambda _share, _text: None)
        return {
            "files": report.files,
            "added": report.added,
            "broken": report.broken,
            "seconds": time.monotonic() - start,
            "told_seconds": report.seconds,
            "cpu_parent": _cpu_seconds(resource.RUSAGE_SELF) - before,
        }


def _cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Scan once."""
    data, music = Path(sys.argv[1]), Path(sys.argv[2])
    data.mkdir(parents=True, exist_ok=True)
    profile = cProfile.Profile() if len(sys.argv) > 3 else None
    if profile is not None:
        # Without uvloop, so that the writer's thread can be told from the loop.
        measured = profile.runcall(asyncio.run, _scan(data, music))
        profile.dump_stats(sys.argv[3])
    else:
        measured = uvloop.run(_scan(data, music))
    # The readers end with the scan; only who is waited for is counted.
    for reader in multiprocessing.active_children():
        reader.join()
    measured["cpu_children"] = _cpu_seconds(resource.RUSAGE_CHILDREN)
    measured["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
