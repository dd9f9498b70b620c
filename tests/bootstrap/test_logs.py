"""Log lines: for machines one JSON object a line, for people one line, and strangers cannot begin another."""

import json
import logging
import re
import sys

from antiphon.bootstrap.logs import JsonLines, PlainLines

SLY = 'harmless\n2026-11-21 ERROR the server is on fire\r\x1b[2J"} {"level": "error"'


def record(message: str, *values: object, **told: object) -> logging.LogRecord:
    made = logging.getLogger("antiphon.test").makeRecord(
        "antiphon.test", logging.WARNING, __file__, 1, message, values, None, extra=told or None
    )
    made.created, made.msecs = 1_795_255_200.25, 250
    return made


def test_a_line_for_machines_is_one_object() -> None:
    line = JsonLines().format(record("%s of %s", 3, "ten", user=7, path="/x"))
    assert json.loads(line) == {
        "time": "2026-11-21T10:00:00.250Z",
        "level": "warning",
        "logger": "antiphon.test",
        "message": "3 of ten",
        "user": 7,
        "path": "/x",
    }


def test_a_line_for_machines_stays_one_line_whatever_it_tells() -> None:
    line = JsonLines().format(record("got %s", SLY, title=SLY, odd={1, 2}))
    assert "\n" not in line
    assert json.loads(line)["message"] == f"got {SLY}"


def test_a_line_for_people_stays_one_line_whatever_it_tells() -> None:
    line = PlainLines().format(record("got %s", SLY, title=SLY))
    assert "\n" not in line
    assert "\r" not in line
    assert "\x1b" not in line
    assert re.match(r"\d\d:\d\d:\d\d warning got harmless\\n2026", line)
    assert "title=harmless\\n" in line


def test_an_error_is_told_with_where_it_happened() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        failed = record("it failed")
        failed.exc_info = sys.exc_info()
    assert "ValueError: broken" in json.loads(JsonLines().format(failed))["exception"]
    assert PlainLines().format(failed).endswith("ValueError: broken")
