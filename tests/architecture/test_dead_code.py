"""Nothing in the product is there for nobody. What only tests use counts as unused."""

from functools import cache
from pathlib import Path

from vulture import Vulture

from tests.architecture.sources import ROOT, SOURCE, assert_none, name_of

ALLOWED = ROOT / "tests" / "architecture" / "used_from_outside.txt"

# Frameworks call these by their decorator or by being found, not by name.
CALLED_BY_DECORATOR = [
    *("@get", "@post", "@put", "@delete", "@patch", "@head", "@route", "@websocket", "@asgi"),
    *("@compiles", "@*.on", "@*.task", "@*.listens_for", "@*.command"),
]
KINDS = ("function", "method", "class", "property", "import", "unreachable_code")


def allowed_names() -> set[str]:
    """Names that something outside the sources calls, each with its reason in the file."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


@cache
def unused() -> dict[str, str]:
    """What no module of the product names, with where it stands."""
    finder = Vulture(ignore_decorators=CALLED_BY_DECORATOR)
    finder.scavenge([str(SOURCE)], exclude=["*/migrations/versions/*"])
    return {
        item.name: f"{name_of(Path(item.filename))}:{item.first_lineno} {item.typ} {item.name}"
        for item in finder.get_unused_code(min_confidence=60)
        if item.typ in KINDS
    }


def test_nothing_is_unused() -> None:
    found = unused()
    assert_none(where for name, where in found.items() if name not in allowed_names())


def test_the_list_of_what_is_used_from_outside_only_shrinks() -> None:
    assert_none(allowed_names() - set(unused()), "used by name now, or gone: take it off the list")
