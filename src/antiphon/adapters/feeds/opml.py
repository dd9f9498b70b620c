"""OPML: lists of podcasts as other apps write them, read from bytes of strangers like feeds."""

from typing import Any
from xml.parsers import expat

from antiphon.kernel.errors import AntiphonError, Kind

MOST_OUTLINES = 5_000
DEEPEST = 40
LONGEST_ADDRESS = 2_000


def addresses_in(content: bytes) -> list[str]:
    """The addresses of the feeds that a list names, each once, in its order. Raises UNREADABLE for what is none."""
    found: dict[str, None] = {}
    depth = 0

    def doctype(*_: Any) -> None:
        raise _no_list("The list brings a document type, which is not read.")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0 and tag.lower() != "opml":
            raise _no_list("This is no list of podcasts: it is not OPML.")
        depth += 1
        if depth > DEEPEST or len(found) > MOST_OUTLINES:
            raise _no_list(f"The list names more than {MOST_OUTLINES} podcasts, or is too deep.")
        if tag.lower() == "outline":
            named = {name.lower(): value for name, value in attributes.items()}
            address = named.get("xmlurl", "").strip()
            if address and len(address) <= LONGEST_ADDRESS:
                found[address] = None

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _no_list("This is no list of podcasts: it is no well-formed XML.") from error
    return list(found)


def _no_list(sentence: str) -> AntiphonError:
    return AntiphonError(Kind.UNREADABLE, "no_opml", sentence)
