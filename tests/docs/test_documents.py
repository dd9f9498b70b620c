"""Documents made from the sources are up to date."""

import pytest

from scripts.documents import DOCUMENTS, ROOT


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_says_what_the_sources_say(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == DOCUMENTS[name](), f"{name} is out of date: run `make docs`"
