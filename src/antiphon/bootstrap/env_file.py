"""The lines `NAME=value` of a `.env` file."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from antiphon.bootstrap.options import IGNORED, IGNORED_PREFIXES, OPTIONS, PROVIDER, PROVIDER_OPTIONS

OWN_PREFIX = "ANTIPHON_"
# How alike two names are of which one is a slip: a letter too much, or two the wrong way round.
NEARLY = 0.9
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Of any provider: whether there is such a one is known once OIDC_PROVIDERS is.
_OF_PROVIDER = re.compile("|".join(option.name.replace(PROVIDER, "[A-Z0-9_]+") for option in PROVIDER_OPTIONS))
# A value in quotes, perhaps with a remark behind it.
_QUOTED = re.compile(r"""(["'])(?P<value>.*?)\1\s*(?:\s#.*)?""")
_REMARK = re.compile(r"(?:^|\s+)#")


class SettingsError(Exception):
    """A setting is wrong. The message names it and says what would be right."""


def read_env_file(file: Path, warnings: list[str]) -> dict[str, str]:
    """The settings in `file`; quotes around a value and remarks behind it are taken off. A missing file holds nothing.

    Names of the replaced backends add one warning; raises SettingsError for any other unknown name.
    """
    known = {option.name for option in OPTIONS}
    found: dict[str, str] = {}
    ignored: list[str] = []
    for number, line in enumerate(_lines(file), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = re.sub(r"^export\s+", "", text).partition("=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name):
            raise SettingsError(f"{file}, line {number}: a line must read NAME=value.")
        if name in known or _OF_PROVIDER.fullmatch(name):
            found[name] = _bare(value.strip())
        elif name in IGNORED or name.startswith(IGNORED_PREFIXES):
            ignored.append(name)
        else:
            raise SettingsError(f"{file}, line {number}: there is no setting {name}.{_suggestion(name, known)}")
    if ignored:
        warnings.append(f"{', '.join(dict.fromkeys(ignored))} in {file.name} mean nothing here and are ignored.")
    return found


def check_near_misses(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a name of the environment that is nearly one of Antiphon's own settings. What else is
    there belongs to others."""
    ours = {option.name for option in OPTIONS if option.name.startswith(OWN_PREFIX)}
    for name in environment:
        if name.startswith(OWN_PREFIX) and name not in ours:
            near = difflib.get_close_matches(name, ours, n=1, cutoff=NEARLY)
            if near:
                raise SettingsError(f"There is no setting {name}, which the environment holds. Did you mean {near[0]}?")


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} cannot be read: it must be a text file in UTF-8.") from error
    return text.split("\n")


def _bare(value: str) -> str:
    quoted = _QUOTED.fullmatch(value)
    return quoted["value"] if quoted else _REMARK.split(value, maxsplit=1)[0]


def _suggestion(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    return f" Did you mean {near[0]}?" if near else " See .env.example for all of them."
