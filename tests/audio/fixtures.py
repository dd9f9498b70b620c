"""The fixture that gives tests their sound files."""

from __future__ import annotations

import pytest

from tests.audio.maker import AudioMaker


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioMaker:
    """A maker of sound files, with its encoded tones kept for the session."""
    return AudioMaker(tmp_path_factory.mktemp("audio"))
