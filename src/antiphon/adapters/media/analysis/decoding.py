"""A song decoded once: bit by bit as floats, with a hash of its packets on the way."""

import hashlib
import logging
from collections.abc import Iterator
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

HIGHEST_RATE = 48_000
PIECE = 65_536
FEATURE_RATE = 22_050
# FFmpeg may see files only, and of the formats that people have as music.
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mp3,flac,ogg,mov,aac,wav,aiff,wv,ape,asf,matroska,dsf,mpc,mpc8,tta,w64,caf,au",
}


class Undecodable(Exception):
    """There is nothing in a file that can be heard; the message is a sentence for people."""


class Decoded:
    """The sound of a file: iterate over it once, then read `audio_sha256`.

    `rate` is that of the file, at most 48 kHz; `channels` is 1 for mono, else 2 (more are mixed down to two).
    """

    def __init__(self, path: str) -> None:
        try:
            self._container: Any = av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace")
        except (av.error.FFmpegError, ValueError, OSError) as error:
            raise Undecodable("No audio in it could be decoded.") from error
        if not self._container.streams.audio:
            self._container.close()
            raise Undecodable("There is no audio in it.")
        self._stream = self._container.streams.audio[0]
        context = self._stream.codec_context
        if context.sample_rate <= 0 or context.channels <= 0:
            self._container.close()
            raise Undecodable("No audio in it could be decoded.")
        self.rate = min(int(context.sample_rate), HIGHEST_RATE)
        self.channels = 1 if context.channels == 1 else 2
        self._payload = hashlib.sha256(f"{context.name}\0".encode())

    @property
    def audio_sha256(self) -> str:
        """The SHA-256 of the codec's name and all packets that came: the same whatever the tags say."""
        return self._payload.hexdigest()

    def __iter__(self) -> Iterator[Floats]:
        """Pieces of (channels, samples), full scale is 1.0. What cannot be decoded in between is passed over."""
        layout = "mono" if self.channels == 1 else "stereo"
        resampler = av.AudioResampler("fltp", layout, self.rate, frame_size=PIECE)
        try:
            for frame in self._frames():
                for piece in resampler.resample(frame):
                    yield _floats(piece)
            for piece in resampler.resample(None):
                yield _floats(piece)
        finally:
            self._container.close()

    def _frames(self) -> Iterator[Any]:
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    self._payload.update(packet)
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    continue
                for frame in frames:
                    frame.pts = None
                    yield frame
        except (av.error.InvalidDataError, EOFError):
            # What came so far counts: files end in the middle.
            log.info("a song ends in the middle")


class Mono:
    """The same sound as one channel at 22.05 kHz, which is what features are made of."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._layout = "mono" if channels == 1 else "stereo"
        self._resampler = av.AudioResampler("fltp", "mono", FEATURE_RATE, frame_size=PIECE)

    def of(self, piece: Floats) -> Iterator[Floats]:
        """What there is of it after one more piece."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        for made in self._resampler.resample(frame):
            yield _floats(made)[0]

    def rest(self) -> Iterator[Floats]:
        """What is left at the end."""
        for made in self._resampler.resample(None):
            yield _floats(made)[0]


def _floats(frame: Any) -> Floats:
    return np.asarray(frame.to_ndarray(), np.float32)
