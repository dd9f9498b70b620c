"""The fixture that gives tests their sound files."""

from __future__ import annotations

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
    """The demo library, made once a session (in about 15 seconds). Read it, or copy from it."""
    folder = tmp_path_factory.mktemp("demo") / "Demo music"
    make_demo_library(folder, lambda _part, _sentence: None)
    return folder
