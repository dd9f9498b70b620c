"""The tables of docs/dialects/opensubsonic.md: every endpoint, every extension and every trap, with what shows them.

What is written by hand stands above the mark in that file and stays as it is.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from antiphon.api.opensubsonic.calls import Endpoint
from antiphon.api.opensubsonic.endpoints.absent import none_of_it, not_here
from antiphon.api.opensubsonic.endpoints.system import EXTENSIONS, SONIC
from antiphon.api.opensubsonic.routes import ENDPOINTS
from tests.api.opensubsonic.traps import TRAPS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dialects" / "opensubsonic.md"
TESTS = ROOT / "tests" / "api" / "opensubsonic"
MARK = "<!-- What follows is made from the sources by `make docs`. -->"
SHOWN = 4
# Tests that call every endpoint show nothing of one of them.
EVERY = 15

# What each extension adds: the endpoints and the parameters that tests of it use.
ADDED: dict[str, tuple[str, ...]] = {
    "apiKeyAuthentication": ("apiKey", "tokenInfo"),
    "formPost": ("POST",),
    "getPodcastEpisode": ("getPodcastEpisode",),
    "indexBasedQueue": ("getPlayQueueByIndex", "savePlayQueueByIndex"),
    "playbackReport": ("reportPlayback",),
    "songLyrics": ("getLyricsBySongId", "enhanced"),
    "topSongsByArtistId": ("getTopSongs",),
    "transcodeOffset": ("timeOffset",),
    "transcoding": ("getTranscodeDecision", "getTranscodeStream"),
    "sonicSimilarity": ("getSonicSimilarTracks", "findSonicPath"),
}


def conformance_page() -> str:
    """The whole page."""
    by_hand = PAGE.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    lines = [by_hand, "", MARK, "", *_endpoints(), *_extensions(), *_traps()]
    return "\n".join(lines) + "\n"


def _endpoints() -> Iterator[str]:
    yield "## Every endpoint"
    yield ""
    yield f"All {len(ENDPOINTS)} of OpenSubsonic's description. *Key* is the scope that an API key needs."
    yield "Besides what is named here, tests call every endpoint as everybody who may and may not, without parameters,"
    yield "with values that no app should send, in JSON and XML, by GET and POST, and compare the answers with the"
    yield "description's schemas."
    yield ""
    yield "| endpoint | answers with | key | what it does | shown by |"
    yield "|---|---|---|---|---|"
    for name, endpoint in ENDPOINTS.items():
        scope = "open to all" if endpoint.is_open else endpoint.scope
        yield f"| `{name}` | {_answer(endpoint)} | {scope} | {_about(endpoint)} | {_shown((name,))} |"


def _answer(endpoint: Endpoint) -> str:
    if endpoint.handler is not_here:
        return "an error"
    if endpoint.sends_bytes:
        return "bytes"
    return f"`{endpoint.element}`" if endpoint.element else "nothing"


def _about(endpoint: Endpoint) -> str:
    """The first sentence of who answers."""
    text = " ".join((inspect.getdoc(endpoint.handler) or "").split())
    if endpoint.handler is none_of_it:
        return "Always empty: there is nothing of the kind."
    return re.split(r"(?<=[.;])\s", text, maxsplit=1)[0].rstrip(";.").replace("|", "\\|") + "."


def _extensions() -> Iterator[str]:
    yield ""
    yield "## Every extension"
    yield ""
    yield "| extension | versions | shown by |"
    yield "|---|---|---|"
    for extension in sorted((*EXTENSIONS, SONIC), key=lambda one: one.name.lower()):
        versions = ", ".join(str(version) for version in extension.versions)
        note = " (once songs have been listened to)" if extension is SONIC else ""
        yield f"| `{extension.name}`{note} | {versions} | {_shown(ADDED[extension.name])} |"


def _traps() -> Iterator[str]:
    yield ""
    yield "## Traps, and what shows that they are none here"
    yield ""
    for trap, shown in TRAPS.items():
        yield f"- {trap} ({'; '.join(_words(name.partition('::')[2]) for name in shown)})"


def _shown(words: tuple[str, ...]) -> str:
    """The tests that use one of some words, those first that use few endpoints."""
    tests = [
        (len(used & set(ENDPOINTS)), name)
        for name, used in _uses().items()
        if used & set(words) and len(used & set(ENDPOINTS)) < EVERY
    ]
    names = [_words(name) for _, name in sorted(tests)]
    more = len(names) - SHOWN
    return "; ".join(names[:SHOWN]) + (f"; {more} more" if more > 0 else "")


@cache
def _uses() -> dict[str, frozenset[str]]:
    """The words in each test: texts and the names of arguments."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(TESTS.glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        helpers = {name: _texts(node) for name, node in functions.items() if not name.startswith("test_")}
        for name, node in functions.items():
            if name.startswith("test_"):
                used = _texts(node)
                called = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & helpers.keys()
                found[name.removeprefix("test_")] = used.union(*(helpers[helper] for helper in called))
    return found


def _texts(node: ast.AST) -> frozenset[str]:
    texts = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    words = {word for text in texts for word in re.findall(r"[A-Za-z0-9.]+", text)}
    return frozenset(words | {part.arg for part in ast.walk(node) if isinstance(part, ast.keyword) and part.arg})


def _words(name: str) -> str:
    return name.replace("_", " ")
