"""Every endpoint with an answer in which everything stands once: its schema, XML beside JSON, POST beside GET."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from antiphon.api.opensubsonic.calls import Endpoint
from antiphon.api.opensubsonic.endpoints.absent import not_here
from antiphon.api.opensubsonic.routes import ENDPOINTS
from tests.api.opensubsonic.asking import ASKED, Ask
from tests.api.opensubsonic.client import Client, Reply
from tests.api.opensubsonic.comparing import DESCRIPTION, assert_described, assert_same
from tests.api.opensubsonic.filling import Field, fields_of, filled, given_by
from tests.api.opensubsonic.lived_in import LivedIn, lived_in
from tests.audio.maker import AudioMaker

UNKNOWN = "so-999999"
# What nobody knows has a picture all the same.
PATTERNED = ("getCoverArt",)
ENVELOPE = ("status", "version", "type", "serverVersion", "openSubsonic")


@pytest_asyncio.fixture(scope="module")
async def home(house_address: tuple[Path, str], audio: AudioMaker) -> AsyncIterator[LivedIn]:
    folder, url = house_address
    async with lived_in(folder, audio, url) as made:
        yield made


class Told(NamedTuple):
    """The same call in three ways."""

    json: Reply
    xml: Reply
    posted: Reply


async def ask(home: LivedIn, name: str, asked: Ask) -> Told:
    """Call an endpoint in JSON, in XML, and by POST."""
    app = home.apps[asked.by]
    if asked.body is not None:
        replies = [await home.post_json(name, f, asked.body, **await asked.parameters(home)) for f in ("json", "xml")]
        return Told(replies[0], replies[1], replies[0])
    return Told(
        await app.call(name, **await asked.parameters(home)),
        await app.call(name, f="xml", **await asked.parameters(home)),
        await app.call(name, method="POST", **await asked.parameters(home)),
    )


def unfreshened(value: Any, fresh: Sequence[str]) -> Any:
    """A JSON answer without the values that differ from call to call."""
    if isinstance(value, list):
        return [unfreshened(part, fresh) for part in value]
    if isinstance(value, dict):
        return {name: "…" if name in fresh else unfreshened(part, fresh) for name, part in value.items()}
    return value


def unfreshened_xml(root: ElementTree.Element, fresh: Sequence[str]) -> ElementTree.Element:
    """The same in XML."""
    for element in root.iter():
        element.attrib.update({name: "…" for name in fresh if name in element.attrib})
    return root


def as_described(name: str, reply: Reply) -> dict[str, Any]:
    """An answer as the description would have it where it slips."""
    if name == "getTranscodeDecision":
        # It leaves the envelope out.
        return reply.json
    # The documents and all apps say `gain`, from 0 to 1.
    body = re.sub(rb'"gain":[0-9.]+', b'"volume":1', reply.body) if name == "jukeboxControl" else reply.body
    found: dict[str, Any] = json.loads(body)
    return found


def compare(name: str, told: Told, fresh: Sequence[str] = ()) -> dict[str, Any]:
    """An envelope that is as described, and the same in XML and by POST; gives what stands in it."""
    for reply in told:
        assert reply.status == 200, name
    assert told.json.headers["content-type"] == told.posted.headers["content-type"] == "application/json", name
    assert told.xml.headers["content-type"] == "text/xml; charset=utf-8", name
    if DESCRIPTION:
        assert_described(name, as_described(name, told.json))
    answer: dict[str, Any] = unfreshened(told.json.json, fresh)
    try:
        assert_same(answer, unfreshened_xml(told.xml.xml, fresh))
    except AssertionError as error:
        error.add_note(f"{name}: {told.json.body.decode()} and {told.xml.body.decode()}"[:5000])
        raise
    assert unfreshened(told.posted.json, fresh) == answer, name
    assert told.json.json.keys() >= set(ENVELOPE), name
    return told.json.json


def test_no_endpoint_is_left_out() -> None:
    assert ASKED.keys() == ENDPOINTS.keys()
    assert {name for name, asked in ASKED.items() if not asked} == {
        name for name, endpoint in ENDPOINTS.items() if endpoint.handler is not_here
    }


@pytest.mark.skipif(not DESCRIPTION, reason="OPENSUBSONIC_OPENAPI does not say where OpenSubsonic's description is")
async def test_a_schema_that_is_not_met_is_noticed(home: LivedIn) -> None:
    answer = json.loads((await home.anna.call("getLicense")).body)
    assert_described("getLicense", answer)
    del answer["subsonic-response"]["license"]
    with pytest.raises(AssertionError):
        assert_described("getLicense", answer)


async def test_every_answer_is_as_described_and_the_same_in_xml_and_by_post(home: LivedIn) -> None:
    wanted: set[Field] = set()
    seen: set[Field] = set()
    for name, endpoint in ENDPOINTS.items():
        kind = given_by(endpoint)
        wanted |= fields_of(kind)
        for asked in ASKED[name] if not endpoint.sends_bytes else ():
            answer = compare(name, await ask(home, name, asked), asked.fresh)
            assert answer["status"] == "ok", (name, answer)
            seen.update(said(name, endpoint, answer))
    assert wanted - seen == set(), "every field of every answer's type stands in some answer"


def said(name: str, endpoint: Endpoint, answer: dict[str, Any]) -> set[Field]:
    """The fields that an answer fills."""
    payload = {key: part for key, part in answer.items() if key not in ENVELOPE}
    assert len(payload) <= 1, (name, payload)
    return {field for part in payload.values() for field in filled(given_by(endpoint), part)}


async def test_bytes_are_the_same_by_post(home: LivedIn) -> None:
    for name, endpoint in ENDPOINTS.items():
        for asked in ASKED[name] if endpoint.sends_bytes else ():
            told = await ask(home, name, asked)
            for reply in (told.xml, told.posted):
                assert (reply.status, reply.body) == (200, told.json.body), (name, asked)
            assert reply.headers["content-type"].partition("/")[0] in ("audio", "image", "application"), name


async def test_every_refusal_is_as_described_and_the_same_in_xml_and_by_post(home: LivedIn) -> None:
    strangers = {"u": "nobody", "p": "wrong"}
    home.apps["stranger"] = Client(home.house.asgi, strangers)
    failed = dict.fromkeys(ENDPOINTS, 0)
    for name, endpoint in ENDPOINTS.items():
        refusable = [Ask(by="stranger"), Ask(by="anna")]
        if endpoint.scope == "read":
            refusable.append(Ask({"id": UNKNOWN}, by="anna"))
        for asked in refusable:
            told = await ask(home, name, asked)
            if b'"failed"' not in told.json.body[:100]:
                continue
            answer = compare(name, told)
            failed[name] += 1
            if asked.by == "stranger" and not endpoint.is_open:
                assert answer["error"]["code"] == 40, name
        if endpoint.sends_bytes:
            assert failed[name] == (2 if name in PATTERNED else 3), name
    assert {name for name, count in failed.items() if not count} == {"getOpenSubsonicExtensions"}
    assert sum(failed.values()) > 150
