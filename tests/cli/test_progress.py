"""A line of progress on a terminal, some lines elsewhere."""

import io

import pytest

from antiphon.cli import progress
from antiphon.cli.progress import ProgressLine


class Terminal(io.StringIO):
    """What a terminal would get."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TERMINAL_SECONDS", 0)
    terminal = Terminal()
    line = ProgressLine("Scan", terminal)
    line.show(0.5, "a long message about a song")
    line.show(None, "short")
    line.show(1.0, "done")
    line.done("3 songs.")
    shown = terminal.getvalue()
    assert shown.count("\n") == 1
    assert shown.endswith("\n")
    parts = shown.split("\r")[1:]
    assert "50%" in parts[0]
    assert "█" in parts[0]
    assert "%" not in parts[1]
    assert len(parts[1]) >= len(parts[0].rstrip()), "nothing of a longer line is left standing"
    assert "100%" in parts[2]
    assert parts[3].strip() == "Scan  3 songs."


def test_it_is_cheap_to_call_often() -> None:
    terminal = Terminal()
    line = ProgressLine("Scan", terminal)
    for number in range(1000):
        line.show(number / 1000, "working")
    assert terminal.getvalue().count("\r") < 100


def test_elsewhere_lines_come_now_and_then() -> None:
    file = io.StringIO()
    line = ProgressLine("Scan", file)
    for number in range(1000):
        line.show(number / 1000, "working")
    line.done("3 songs.")
    assert file.getvalue().splitlines() == ["  Scan: 0% working", "  Scan: 3 songs."]


def test_elsewhere_nothing_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0)
    file = io.StringIO()
    line = ProgressLine("Scan", file)
    for message in ("Waiting.", "Waiting.", "Reading.", "Reading.", "Waiting."):
        line.show(None, message)
    assert file.getvalue().splitlines() == ["  Scan: Waiting.", "  Scan: Reading.", "  Scan: Waiting."]


def test_a_long_message_does_not_break_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TERMINAL_SECONDS", 0)
    terminal = Terminal()
    ProgressLine("Scan", terminal).show(0.5, "x" * 500)
    assert len(terminal.getvalue()) <= 122
