"""The fixture that gives tests their sound files."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from antiphon.adapters.demo_music import make_demo_library
from tests.audio.maker import AudioMaker


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioMaker:
    """A maker of sound files, with its encoded tones kept for the session."""
    return AudioMaker(tmp_path_factory.mktemp("audio"))


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library, made once a run (in about 15 seconds) for all its workers. Read it, or copy from it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "demo" / "Demo music"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make_demo_library(folder, lambda _part, _sentence: None)
    return folder
