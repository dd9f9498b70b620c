"""The little demo library that a first start without any music makes: in a process of its own, beside the server."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import msgspec

from antiphon.api.v1.demo import KEPT_SECONDS, KEY, Demo
from antiphon.bootstrap.settings import Settings
from antiphon.cli.progress import ProgressLine
from antiphon.kernel.cache import Cache
from antiphon.kernel.parent_process import die_with_parent

NICENESS = 10


def demo_folder(data: Path) -> Path:
    """The folder of the demo's songs; it is there once all of them are made."""
    return data / "demo-music"


def seeded_folder(data: Path) -> Path:
    """The folder of seeded songs; it is there once some are made."""
    return data / "seeded-music"


def music_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders that are libraries by the settings: those that are named, and the seeded songs; where there is
    neither, the demo."""
    demo, seeded = demo_folder(settings.data), seeded_folder(settings.data)
    made = (seeded,) if seeded.is_dir() and seeded not in settings.music else ()
    if settings.music or (made and not demo.is_dir()):
        return (*settings.music, *made)
    return (demo, *made)


async def compose_demo(folder: Path, cache: Cache) -> bool:
    """Make the demo's songs, and show how far they are here and, by `cache`, to people in front of the player. False
    where that failed; what is half made is taken away."""
    print("  No music folder is set (ANTIPHON_MUSIC), so a small demo library is being composed.", flush=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(folder),
        str(os.getpid()),
        start_new_session=True,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = ProgressLine("Composing")
    try:
        async for told in process.stdout:
            demo = msgspec.json.decode(told, type=Demo)
            line.show(demo.progress, demo.message)
            await cache.set(KEY, told, KEPT_SECONDS)
        is_made = await process.wait() == 0
        if is_made:
            line.done("3 artists, 5 albums, 30 songs.")
            await cache.set(KEY, msgspec.json.encode(Demo("scanning", None, "")), KEPT_SECONDS)
        else:
            await cache.delete(KEY)
        return is_made
    finally:
        if process.returncode is None:
            # It and the two that play for it: asked politely, they would finish their songs first.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            await asyncio.to_thread(_remove_unfinished, folder, process.pid)


def _remove_unfinished(folder: Path, process: int) -> None:
    """Take away what a killed process has made so far. Moved first: who is just about to write finds no folder."""
    ended = folder.parent / f".{folder.name}.ended-{process}"
    with contextlib.suppress(FileNotFoundError):
        (folder.parent / f".{folder.name}.making-{process}").rename(ended)
    shutil.rmtree(ended, ignore_errors=True)


def main() -> None:
    """Make the songs: the folder and the server's process number are the arguments."""
    folder, server = Path(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the server, which ends this one.
    die_with_parent(signal.SIGTERM, server)
    os.nice(NICENESS)
    # Loaded only here: a start that needs no demo pays nothing for it.
    from antiphon.adapters.demo_music import make_demo_library

    make_demo_library(folder, _tell)


def _tell(progress: float, message: str) -> None:
    """Say how far it is, in a line on standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(Demo("composing", progress, message)) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
