"""Places where writing or reading fails: full disks, disks that are read-only, files of others."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.programs import UNPRIVILEGED


class SmallDisk:
    """A mounted disk of a few megabytes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def fill(self, *, leave: int = 0) -> None:
        """Write until no byte, or only `leave` bytes, fit any more."""
        state = os.statvfs(self.path)
        with (self.path / "filling").open("ab", buffering=0) as filling:
            filling.write(b"x" * (state.f_bavail * state.f_frsize - leave))
            with contextlib.suppress(OSError):
                while not leave:
                    filling.write(b"x" * 512)

    def make_read_only(self) -> None:
        """Let nobody write any more, not even root."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)

    def empty(self) -> None:
        """Give the space back."""
        (self.path / "filling").unlink()


@contextlib.contextmanager
def small_disk(path: Path, megabytes: int = 1) -> Iterator[SmallDisk]:
    """A disk mounted at `path`. Only root may mount: a test is skipped where that cannot be done."""
    path.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", path], capture_output=True, text=True, check=False
    )
    if mounting.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounting.stderr.strip()}")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Root may read everything: for the block, the process acts as a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam(UNPRIVILEGED).pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
