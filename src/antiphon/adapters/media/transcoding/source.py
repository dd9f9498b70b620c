"""Opening the files of strangers, finding places in them, and what takes the place of a file to write."""

import os
from collections.abc import Callable
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from antiphon.areas.playback.data.transcodes import Recipe

SAFE = {"protocol_whitelist": "file", "format_whitelist": "mp3,wav,flac,ogg,mov,aac,aiff,ape,wv"}
OPEN_SECONDS, READ_SECONDS = 10.0, 30.0
# Codecs need what was before a place to give the sound at it.
RUN_UP_SECONDS = 0.5


class Unplayable(Exception):
    """A file of which no sound can be made; the message is for people."""


class Output:
    """What FFmpeg takes for a file that can only be written from its beginning to its end."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        """Pass on what was encoded."""
        self._write(bytes(data))
        return len(data)


def open_source(recipe: Recipe) -> InputContainer:
    """The file of a recipe. Raises Unplayable where it is gone, and what FFmpeg raises."""
    path = Path(os.fsdecode(recipe.path))
    # A named pipe that took a file's place would hold this thread for ever.
    if not path.is_file():
        raise Unplayable("The file of this song has vanished.")
    name = f"file:{path}"
    return av.open(name, options=SAFE, metadata_errors="replace", timeout=(OPEN_SECONDS, READ_SECONDS))


def sound_in(source: InputContainer) -> AudioStream:
    """Its sound, not its pictures. Raises Unplayable."""
    if not source.streams.audio:
        raise Unplayable("There is no sound in this file.")
    stream = source.streams.audio[0]
    if stream.codec_context.sample_rate <= 0 or stream.codec_context.channels <= 0:
        raise Unplayable("The sound of this file cannot be read.")
    return stream


def start_of(stream: AudioStream) -> float:
    """Where the clock of the file stands at its first sound, in seconds."""
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def seek(source: InputContainer, stream: AudioStream, seconds: float) -> None:
    """Go to a place, so many seconds after the first sound; what is read begins a little before it."""
    place = seconds - RUN_UP_SECONDS
    if place > 0 and stream.time_base:
        source.seek(int((place + start_of(stream)) / stream.time_base), stream=stream)
