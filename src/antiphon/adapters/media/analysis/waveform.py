"""The outline of a song for seek bars: 800 heights of 8 bits."""

import numpy as np

from antiphon.adapters.media.analysis.decoding import Floats

POINTS = 800
BLOCK = 1024


class Waveform:
    """Collects the peaks of short blocks until it is known how long the song is."""

    def __init__(self) -> None:
        self._peaks: list[Floats] = []
        self._left: Floats = np.zeros(0, np.float32)

    def add(self, piece: Floats) -> None:
        """The next piece, (channels, samples)."""
        levels = np.concatenate((self._left, np.abs(piece).max(axis=0)))
        whole = len(levels) // BLOCK
        self._peaks.append(levels[: whole * BLOCK].reshape(whole, BLOCK).max(axis=1))
        self._left = levels[whole * BLOCK :]

    def finish(self) -> bytes:
        """800 bytes, 255 is full scale. Each is the mean height of the peaks in its part: the single highest would make
        a bar of every loud song."""
        if len(self._left):
            self._peaks.append(self._left.max(keepdims=True))
        peaks = np.concatenate(self._peaks) if self._peaks else np.zeros(1, np.float32)
        edges = np.linspace(0, len(peaks), POINTS + 1)
        added = np.concatenate(([0.0], np.cumsum(peaks, dtype=np.float64)))
        # Parts may begin within a block: what is added up until there is taken in proportion.
        at_edges = np.interp(edges, np.arange(len(added)), added)
        heights = np.diff(at_edges) / (len(peaks) / POINTS)
        return np.clip(np.round(heights * 255), 0, 255).astype(np.uint8).tobytes()
