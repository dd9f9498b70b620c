"""One line for each request: as JSON for machines, in words for a terminal. Never a query, a header or a body."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from antiphon.api.http.asgi import Scope
from antiphon.api.http.exchange import Exchange

FLUSH_SECONDS = 0.25
FLUSH_LINES = 500


_Noted = tuple[float, float, str, str, Exchange]
"""When a request began and ended by `time.perf_counter`, its method and path, and what else is known of it. Lines are
made of many at once, later: that costs less for each."""


class _Line(msgspec.Struct, gc=False):
    time: datetime
    level: str
    logger: str
    message: str
    request_id: str
    method: str
    path: str
    status: int
    ms: float
    address: str
    user_id: int


class AccessLog:
    """Gathers lines for a moment and writes them together, so that no request waits for a terminal or a pipe."""

    def __init__(self, write: Callable[[str], object], *, as_json: bool, least_status: int = 0) -> None:
        """`write` takes whole lines, for example `sys.stderr.write`; answers below `least_status` have none."""
        self._write = write
        self._least_status = least_status
        self._as_json = as_json
        self._encoder = msgspec.json.Encoder()
        self._noted: list[_Noted] = []

    def add(self, scope: Scope, exchange: Exchange, began: float) -> None:
        """Note a request that has been answered now; `began` is of `time.perf_counter`. The path is shown without its
        query, which may hold secrets."""
        if exchange.status < self._least_status:
            return
        noted = self._noted
        noted.append((began, time.perf_counter(), scope["method"], scope["path"], exchange))
        if len(noted) == 1:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        elif len(noted) >= FLUSH_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        noted, self._noted = self._noted, []
        if noted:
            # What that clock lacks to the time of day.
            lag = time.time() - time.perf_counter()
            lines = [_line(one, lag) for one in noted]
            shown = self._encoder.encode_lines(lines).decode() if self._as_json else "".join(map(_in_words, lines))
            self._write(shown)


def _line(noted: _Noted, lag: float) -> _Line:
    began, ended, method, path, exchange = noted
    return _Line(
        datetime.fromtimestamp(ended + lag, UTC),
        "info",
        "antiphon.access",
        "request",
        exchange.request_id,
        method,
        path,
        exchange.status,
        round((ended - began) * 1000, 2),
        exchange.address,
        exchange.user_id,
    )


def _in_words(line: _Line) -> str:
    path = line.path if line.path.isprintable() else line.path.encode("unicode_escape").decode()
    who = f" user {line.user_id}" if line.user_id else ""
    took = f"{line.ms:.1f} ms"
    return f"{line.time:%H:%M:%S} {line.method} {path} {line.status or 'no answer'} {took} {line.address}{who}\n"
