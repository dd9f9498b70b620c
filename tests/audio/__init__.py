"""Real sound files for tests, made on the spot: `AudioMaker` makes and tags them, `audio` is the fixture."""

from tests.audio.maker import AudioMaker

__all__ = ["AudioMaker"]
