"""What an area's README says about events is so: those it publishes, and those it hears."""

import ast
import re

import pytest

from tests.architecture.sources import SOURCE, files, name_of, tree_of

AREAS = sorted(path.parent.name for path in (SOURCE / "areas").glob("*/README.md"))


def events_of(folder: str) -> set[str]:
    """The events that are defined under a folder of the product."""
    return {
        node.name
        for file in files(f"src/antiphon/{folder}")
        if file.suffix == ".py"
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Event" for base in node.bases)
    }


def told(area: str, direction: str) -> set[str]:
    """The events that the README names as going out or coming in."""
    text = (SOURCE / "areas" / area / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"\*\*Events {direction}\.?\*\*(.*?)(?=\*\*Events|\n\n|\Z)", text, re.DOTALL)
    return set(re.findall(r"`([A-Z]\w+)`", found[1])) if found else set()


@pytest.mark.parametrize("area", AREAS)
def test_an_area_tells_its_events(area: str) -> None:
    assert told(area, "out") == events_of(f"areas/{area}"), name_of(SOURCE / "areas" / area / "README.md")


@pytest.mark.parametrize("area", AREAS)
def test_an_area_hears_events_that_there_are(area: str) -> None:
    assert told(area, "in") <= events_of("areas") | events_of("kernel")
