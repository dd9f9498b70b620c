"""Result tables: printed, and written to bench/results/<name>.md with date, command and machine."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import machine

RESULTS = Path(__file__).parent / "results"


@dataclass
class Table:
    """Rows under a heading. Figures are shown with three significant digits."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[object]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One more row."""
        assert len(cells) == len(self.columns)
        self.rows.append(cells)

    def text(self) -> str:
        """The table in Markdown, its columns aligned."""
        cells = [list(self.columns), *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[number]) for row in cells) for number in range(len(self.columns))]
        lines = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in cells
        ]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        return f"## {self.title}\n\n" + "\n".join(lines) + "\n"


class Goals(Table):
    """What was wanted beside what was measured; `reached` once all of it was."""

    def __init__(self) -> None:
        super().__init__("Goals", ("what", "goal", "measured", "reached"))
        self.reached = True

    def at_most(self, what: str, goal: float, measured: float) -> None:
        """A goal that is reached by less, or as much."""
        self._add(what, f"≤ {goal}", measured, measured <= goal)

    def at_least(self, what: str, goal: float, measured: float) -> None:
        """A goal that is reached by more, or as much."""
        self._add(what, f"≥ {goal}", measured, measured >= goal)

    def _add(self, what: str, goal: str, measured: float, reached: bool) -> None:
        self.add(what, goal, measured, "yes" if reached else "no")
        self.reached = self.reached and reached


def write(name: str, title: str, tables: Sequence[Table], notes: str = "", *, quick: bool = False) -> None:
    """Print the tables; keep them in bench/results/<name>.md, unless it was only a quick run."""
    text = "\n".join(table.text() for table in tables)
    print(f"\n# {title}\n\n{text}", flush=True)
    if quick:
        return
    RESULTS.mkdir(exist_ok=True)
    head = "\n".join(
        (
            f"# {title}",
            "",
            f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, revision {machine.revision() or 'unknown'}",
            f"- `{command(name)}`",
            f"- {machine.describe()}",
        )
    )
    body = f"{head}\n\n{notes.strip()}\n\n{text}" if notes else f"{head}\n\n{text}"
    (RESULTS / f"{name}.md").write_text(body, encoding="utf-8")


def command(name: str) -> str:
    """How to have the same figures again."""
    given = [argument for argument in sys.argv[1:] if argument.startswith("-") or argument.isdigit()]
    return shlex.join(["make", "bench", f"BENCH={' '.join([name, *given])}"])


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
