"""Whether XML says what JSON says, and whether JSON is as OpenSubsonic's own description has it.

Where a copy of the description lies, OPENSUBSONIC_OPENAPI says. Its schemas leave unknown fields open; what strict
readers want beside them is tested with the endpoints.
"""

import json
import os
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

DESCRIPTION = os.environ.get("OPENSUBSONIC_OPENAPI", "")
# What is described as bytes alone tells an error in the envelope as everything does, as this one.
USUAL = "ping"


def assert_same(value: Any, element: ElementTree.Element) -> None:
    """An element says just what a JSON object says: no more, no less."""
    if not isinstance(value, dict):
        assert element.text == word(value)
        assert not element.attrib and not list(element)
        return
    seen: set[str] = set()
    for name, part in value.items():
        parts = part if isinstance(part, list) else [part]
        if isinstance(part, dict | list):
            children = element.findall(name)
            assert len(children) == len(parts), name
            for one, child in zip(parts, children, strict=True):
                assert_same(one, child)
            seen.add(name)
        elif name == "value" and element.tag != "cueLine":
            assert (element.text or "") == word(part)
        elif name in element.attrib:
            assert element.attrib[name] == word(part), name
            seen.add(name)
        else:
            alone = element.find(name)
            assert alone is not None, name
            assert alone.text == word(part)
            seen.add(name)
    assert {*element.attrib, *(child.tag for child in element)} == {name for name in seen if has_any(value[name])}


def has_any(part: Any) -> bool:
    """Whether XML has anything to say: an empty list is no element at all."""
    return not (isinstance(part, list) and not part)


def word(part: Any) -> str:
    """A single value as XML writes it."""
    return json.dumps(part) if isinstance(part, bool) else str(part)


def assert_described(name: str, answer: dict[str, Any]) -> None:
    """A whole JSON answer against the endpoint's schema."""
    error = best_match(_validator(name).iter_errors(answer))
    assert error is None, (name, error.json_path, error.message[:500])


@cache
def _validator(name: str) -> Draft4Validator:
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    return Draft4Validator(_described(name), registry=registry)


@cache
def _retrieve(address: str) -> Resource[Any]:
    text = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    return Resource.from_contents(json.loads(text), default_specification=DRAFT4)


def _described(name: str) -> dict[str, Any]:
    """The schema of the answers to an endpoint, with the address that its references start from."""
    file = Path(DESCRIPTION).parent / "endpoints" / f"{name}.json"
    methods = json.loads(file.read_text(encoding="utf-8"))
    answer = methods.get("get", methods.get("post"))["responses"]["200"]
    if "$ref" in answer:
        file = (file.parent / answer["$ref"]).resolve()
        answer = json.loads(file.read_text(encoding="utf-8"))
    if "application/json" not in answer["content"]:
        return _described(USUAL)
    return {"id": f"file://{file}", "allOf": [answer["content"]["application/json"]["schema"]]}
