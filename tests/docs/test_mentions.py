"""What people are told to type exists: commands, make targets, settings and files that documents name."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from antiphon.bootstrap.options import IGNORED, IGNORED_PREFIXES, OPTIONS
from scripts.documents import ROOT, commands
from tests.architecture.sources import text_files

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))

SETTING = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


def code_of(document: Path) -> Iterator[str]:
    """The pieces of a document that are set as code."""
    text = document.read_text(encoding="utf-8")
    yield from re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def is_setting(name: str) -> bool:
    """True for a name that the server reads, or ignores on purpose."""
    return name in {option.name for option in OPTIONS} or name in IGNORED or name.startswith(IGNORED_PREFIXES)


@cache
def names_in_sources() -> set[str]:
    """Names in capitals that sources, scripts and deployment know."""
    sources = [file for file in text_files() if file.suffix != ".md"]
    return {name for file in sources for name in SETTING.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_a_document_names_only_what_there_is(document: Path) -> None:
    first_words = {name.split()[1] for name in commands()}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    unknown = []
    for code in code_of(document):
        unknown += [
            f"antiphon {word}" for word in re.findall(r"\bantiphon ([a-z][a-z-]+)", code) if word not in first_words
        ]
        unknown += [
            f"make {word}" for word in re.findall(r"^make ([a-z-]+)", code, re.MULTILINE) if word not in targets
        ]
        unknown += [name for name in SETTING.findall(code) if not is_setting(name) and name not in names_in_sources()]
    assert not unknown


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (document.parent / target).exists()]


def test_compose_starts_what_there_is() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) == {"web", "worker", "beat", "postgres", "redis", "storage", "nginx"}
    first_words = {name.split()[1] for name in commands()}
    for name in ("web", "worker", "beat"):
        assert services[name]["command"][0] in first_words
        assert not [setting for setting in services[name]["environment"] if not is_setting(setting)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_what_there_is(unit: Path) -> None:
    started = re.findall(r"^ExecStart=\S*/antiphon (\S+)", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(started) == 1
    assert started[0] in {name.split()[1] for name in commands()}
