"""Writes the documents that are made from the sources: `make docs`. A test tells when one of them is out of date."""

import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from antiphon.bootstrap.options import OPTIONS, Option

ROOT = Path(__file__).parents[1]


def env_example() -> str:
    """`.env.example`: every setting with its default, commented out."""
    lines = [
        "# Every setting of Antiphon. Copy this file to .env in the folder that the server starts in, and take away",
        "# the # from what you change. The environment beats the file; an unknown name is refused. Keys that are left",
        "# empty are made and kept in the data folder.",
    ]
    for group, options in groupby(OPTIONS, key=lambda option: option.group):
        lines += ["", f"# --- {group} ---"]
        for option in options:
            lines += [f"# {_sentence(option)}", f"#{option.name}={option.default}"]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """`docs/settings.md`: every setting in tables."""
    lines = [
        "# Settings",
        "",
        "Set in the environment or in `.env` in the folder that the server starts in; the environment wins. A name",
        "that is unknown, or a value that cannot be, is refused at the start with a sentence that says what is right.",
    ]
    for group, options in groupby(OPTIONS, key=lambda option: option.group):
        lines += ["", f"## {group}", "", "| setting | default | what it is for |", "|---|---|---|"]
        for option in options:
            default = f"`{option.default}`" if option.default else ""
            lines.append(f"| `{option.name}` | {default} | {_sentence(option).replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def _sentence(option: Option) -> str:
    choices = f" One of: {', '.join(option.choices)}." if option.choices else ""
    secret = " Secret: never logged." if option.secret else ""
    return f"{option.about}{choices}{secret}"


DOCUMENTS: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/settings.md": settings_page,
}


def main() -> None:
    """Write all of them."""
    for name, make in DOCUMENTS.items():
        text = make()
        file = ROOT / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            sys.stdout.write(f"{name}\n")
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
