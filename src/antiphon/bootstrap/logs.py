"""Structured logs: one line an event, JSON where a machine reads and plain where a person does."""

import json
import logging
import sys
import time
from typing import Any

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _told(record: logging.LogRecord) -> dict[str, Any]:
    """What a line tells beside its message (request id, user, milliseconds…)."""
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; line breaks inside are escaped by JSON itself."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_told(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """Time, level and message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what strangers sent cannot begin a new one."""
        told = "".join(f" {name}={value}" for name, value in _told(record).items())
        text = f"{time.strftime('%H:%M:%S', time.localtime(record.created))} {record.levelname.lower():7} "
        text += _escaped(record.getMessage() + told)
        return text + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


def _escaped(text: str) -> str:
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def set_up_logs(*, debug: bool) -> None:
    """Send logs to standard error: plain on a terminal, JSON lines elsewhere."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    logging.basicConfig(level=logging.INFO if debug else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("antiphon").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.captureWarnings(True)
