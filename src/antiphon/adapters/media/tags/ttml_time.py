"""Moments as TTML writes them."""

from __future__ import annotations

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:\.(\d{1,9})|:(\d{1,3}))?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|m|s|ms|f|t)?", re.ASCII)
_RATE = re.compile(r"[1-9]\d{0,5}", re.ASCII)
_USUAL_FRAMES = 30.0


class Clock:
    """Reads moments by the rates that a file gives for its frames and ticks."""

    def __init__(self, frame_rate: str, tick_rate: str) -> None:
        frames = _rate(frame_rate) or _USUAL_FRAMES
        ticks = _rate(tick_rate) or (frames if frame_rate else 1.0)
        self._seconds = {"h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0, "ms": 0.001, "f": 1 / frames, "t": 1 / ticks}

    def time(self, text: str) -> int | None:
        """Milliseconds: `1:02.5`, `00:01:02.500`, `00:01:02:15` (frames), `62.5s`, `62500ms`; None for all else."""
        text = text.strip()
        if found := _CLOCK.fullmatch(text):
            hours, minutes, seconds, fraction, frames = found.groups()
            whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
            part = float(f"0.{fraction}") if fraction else int(frames or 0) * self._seconds["f"]
            return round((whole + part) * 1000)
        if found := _OFFSET.fullmatch(text):
            return round(float(found[1]) * self._seconds[found[2] or ""] * 1000)
        return None


def _rate(text: str) -> float | None:
    return float(text) if _RATE.fullmatch(text) else None
