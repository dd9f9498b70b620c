"""One line of progress on a terminal; a line now and then elsewhere."""

import sys
import time
from typing import TextIO

BAR = 24
TERMINAL_SECONDS, PLAIN_SECONDS = 0.1, 5.0


class ProgressLine:
    """Shows how far something is. The share is 0 to 1, or None where nobody can tell."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty()
        self._shown_at = 0.0
        self._width = 0
        self._told = ""

    def show(self, share: float | None, message: str) -> None:
        """Show the latest state; cheap to call often."""
        now = time.monotonic()
        if now - self._shown_at < (TERMINAL_SECONDS if self._terminal else PLAIN_SECONDS):
            return
        self._shown_at = now
        if self._terminal:
            filled = round((share or 0.0) * BAR)
            bar = "" if share is None else f"[{'█' * filled}{'·' * (BAR - filled)}] {share:4.0%} "
            self._replace(f"  {self._title}  {bar}{message}")
        else:
            told = f"{'' if share is None else f'{share:.0%} '}{message}"
            if told != self._told:
                self._told = told
                print(f"  {self._title}: {told}", file=self._stream, flush=True)

    def done(self, message: str) -> None:
        """Put the outcome in the line's place."""
        if self._terminal:
            self._replace(f"  {self._title}  {message}")
            print(file=self._stream)
        else:
            print(f"  {self._title}: {message}", file=self._stream, flush=True)

    def _replace(self, line: str) -> None:
        shown = line[:120]
        print(f"\r{shown.ljust(self._width)}", end="", file=self._stream, flush=True)
        self._width = len(shown)
