"""The fixture that gives tests their sound files."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from antiphon.adapters.demo_music import make_demo_library
from tests.audio.maker import AudioMaker


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioMaker:
    """A maker of sound files, with its encoded tones kept for the session."""
    return AudioMaker(tmp_path_factory.mktemp("audio"))


class SharedDemo:
    """The demo library of a run, made once for all its workers."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.folder = place / "demo" / "Demo music"

    @contextmanager
    def making(self) -> Iterator[None]:
        """For as long as the block runs, whoever needs it waits."""
        with (self._place / "demo.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def keep(self, made: Path) -> None:
        """While `making`: what a server has composed is as good as what would be composed here."""
        if not self.folder.exists():
            unfinished = self.folder.with_name("unfinished")
            shutil.copytree(made, unfinished, copy_function=os.link)
            unfinished.rename(self.folder)


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> SharedDemo:
    """Where the demo library of the run is, or will be."""
    own = tmp_path_factory.getbasetemp()
    return SharedDemo(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def demo_library(shared_demo: SharedDemo) -> Path:
    """The demo library, made (in about 15 seconds) unless the run has one. Read it, or copy from it."""
    with shared_demo.making():
        if not shared_demo.folder.exists():
            make_demo_library(shared_demo.folder, lambda _part, _sentence: None)
    return shared_demo.folder
