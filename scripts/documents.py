"""Writes the documents that are made from the sources: `make docs`. A test tells when one of them is out of date."""

import argparse
import sys
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from antiphon.bootstrap.entry import parser
from antiphon.bootstrap.options import OPTIONS, PROVIDER, PROVIDER_OPTIONS, Option
from scripts.conformance import conformance_page
from scripts.description import postman_collection, reference_page

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
    lines += ["", f"# --- Each provider of OIDC_PROVIDERS ({PROVIDER}: its name in capitals, _ for -) ---"]
    for option in PROVIDER_OPTIONS:
        lines += [f"# {_sentence(option)}", f"#{option.name}={option.default}"]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """`docs/settings.md`: every setting in tables."""
    lines = [
        "# Settings",
        "",
        "Set in the environment or in `.env` in the folder that the server starts in; the environment wins. A",
        "name that is unknown in the file, one in the environment that is nearly a setting's, and a value that cannot",
        "be are refused at the start with a sentence that says what is right.",
    ]
    for group, options in groupby(OPTIONS, key=lambda option: option.group):
        lines += ["", f"## {group}", *_settings_table(options)]
    lines += [
        "",
        "## Each OpenID provider",
        "",
        f"`{PROVIDER}` is the short name in `OIDC_PROVIDERS`, in capitals and with `_` for `-`. Register",
        "`{PUBLIC_URL}/api/v1/auth/oidc/{short name}/callback` there as the redirect address.",
        *_settings_table(PROVIDER_OPTIONS),
    ]
    return "\n".join(lines) + "\n"


def _settings_table(options: Iterable[Option]) -> list[str]:
    lines = ["", "| setting | default | what it is for |", "|---|---|---|"]
    for option in options:
        default = f"`{option.default}`" if option.default else ""
        lines.append(f"| `{option.name}` | {default} | {_sentence(option).replace('|', chr(92) + '|')} |")
    return lines


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command that can be given, with its parser: `antiphon admin create`, …"""

    def walk(name: str, parsed: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
        groups = [action for action in parsed._actions if isinstance(action, argparse._SubParsersAction)]
        if not groups:
            return {name: parsed}
        return {
            key: value
            for word, child in groups[0].choices.items()
            for key, value in walk(f"{name} {word}", child).items()
        }

    return walk("antiphon", parser())


def commands_page() -> str:
    """`docs/commands.md`: every command with its options."""
    lines = [
        "# Commands",
        "",
        "Run from a checkout as `.venv/bin/antiphon …`. Settings come from the environment and from `.env` in the",
        "working folder, as for the server ([settings](settings.md)). A command that fails ends with a code other than",
        "0 and says why.",
    ]
    for name, parsed in commands().items():
        lines += ["", f"## `{name}`", "", f"{_about(name)}."]
        options = [action for action in parsed._actions if action.dest != "help"]
        if options:
            lines += ["", "| option | what it does |", "|---|---|"]
            lines += [
                f"| `{_usage(action)}` | {(action.help or '').replace('%(default)s', str(action.default))} |"
                for action in options
            ]
    return "\n".join(lines).rstrip() + "\n"


def _about(name: str) -> str:
    """The sentence that the list of commands says about a command."""
    found = parser()
    text = ""
    for word in name.split()[1:]:
        group = next(action for action in found._actions if isinstance(action, argparse._SubParsersAction))
        text = next((choice.help or "" for choice in group._choices_actions if choice.dest == word), "")
        found = group.choices[word]
    return text[:1].upper() + text[1:]


def _usage(action: argparse.Action) -> str:
    name = action.option_strings[0] if action.option_strings else str(action.metavar or action.dest).upper()
    takes_value = bool(action.option_strings) and action.nargs != 0
    return f"{name} {action.metavar or action.dest.upper()}" if takes_value else name


def _sentence(option: Option) -> str:
    choices = f" One of: {', '.join(option.choices)}." if option.choices else ""
    secret = " Secret: never logged." if option.secret else ""
    return f"{option.about}{choices}{secret}"


DOCUMENTS: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/api.md": reference_page,
    "docs/commands.md": commands_page,
    "docs/dialects/opensubsonic.md": conformance_page,
    "docs/postman.json": postman_collection,
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
