"""Words with the times of each word, for clients that ask for them."""

from antiphon.areas.library.data import SyncedLine
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.comparing import assert_same
from tests.api.opensubsonic.conftest import House
from tests.api.opensubsonic.singing import SUNG, sing
from tests.audio.timed_text import DUET as TTML


async def test_who_does_not_ask_for_word_times_gets_the_bytes_without_them(house: House, anna: Client) -> None:
    number = await house.id("Dusk")
    assert {"name": "songLyrics", "versions": [1, 2]} in (await anna.ok("getOpenSubsonicExtensions"))[
        "openSubsonicExtensions"
    ]
    told: list[list[bytes]] = []
    for lines in (SUNG, [SyncedLine(line.start, line.text) for line in SUNG]):
        await sing(house.stage, number, lines)
        calls = [await anna.call("getLyricsBySongId", f=f, id=number) for f in ("json", "xml")]
        refused = await anna.call("getLyricsBySongId", id=number, enhanced="false")
        assert refused.body == calls[0].body
        told.append([call.body for call in calls])
    assert told[0] == told[1]
    assert b"cue" not in told[0][0] and b"kind" not in told[0][0]
    assert await anna.error("getLyricsBySongId", id=number, enhanced="perhaps") == 0


async def test_word_times_say_which_bytes_of_the_line_are_sung(house: House, anna: Client) -> None:
    number = await house.id("Dusk")
    await sing(house.stage, number)
    asked = {"id": number, "enhanced": "true"}
    layer, plain = (await anna.ok("getLyricsBySongId", **asked))["lyricsList"]["structuredLyrics"]
    assert (layer["kind"], plain["kind"], plain["synced"], "cueLine" in plain) == ("main", "main", False, False)
    first, last = layer["cueLine"]
    assert (first["index"], first["start"], first["end"], first["value"]) == (0, 520, 1400, "Größe <&> klein")
    assert [(cue["start"], cue["end"]) for cue in first["cue"]] == [(520, 700), (700, 900), (900, 1400)]
    # No end is known of any word: none is told, as all or none of a line have one.
    assert last["index"] == 2 and "end" not in last and all("end" not in cue for cue in last["cue"])
    for line in (first, last):
        text = line["value"].encode()
        assert layer["line"][line["index"]]["value"] == line["value"]
        for cue in line["cue"]:
            assert text[cue["byteStart"] : cue["byteEnd"] + 1].decode() == cue["value"]
        assert "".join(cue["value"] for cue in line["cue"]) == line["value"]
    in_json = await anna.call("getLyricsBySongId", **asked)
    in_xml = await anna.call("getLyricsBySongId", f="xml", **asked)
    assert_same(in_json.json, in_xml.xml)
    cue = in_xml.xml.find(".//cue")
    assert cue is not None and (cue.text, cue.get("byteEnd")) == ("Grö", "3")


async def test_who_sings_and_what_it_means_is_told_to_who_asks(house: House, anna: Client) -> None:
    beside = house.stage.music / "Aurora" / "First Light" / "03.ttml"
    beside.write_text(TTML, encoding="utf-8")
    broken = beside.with_name("01.ttml")
    broken.write_text("<tt>", encoding="utf-8")
    report = await house.stage.areas.library.scans.run(lambda *_: None)
    assert report.warnings == ["Aurora/First Light/01.ttml: This is no TTML: it is no well-formed XML."]
    number = await house.id("Dusk")
    plain = (await anna.ok("getLyricsBySongId", id=number))["lyricsList"]["structuredLyrics"]
    assert [(one["lang"], one["synced"], "kind" in one, "agents" in one) for one in plain] == [
        ("ja", True, False, False),
        ("ja", False, False, False),
    ]
    enhanced = await anna.call("getLyricsBySongId", id=number, enhanced="true")
    sung, _, *layers = enhanced.json["lyricsList"]["structuredLyrics"]
    assert sung["agents"] == [
        {"id": "v1", "role": "main", "name": "Ines"},
        {"id": "background", "role": "bg"},
        {"id": "v2", "role": "voice"},
        {"id": "v1000", "role": "group"},
    ]
    by_line = [(line["index"], line["agentId"], line["value"]) for line in sung["cueLine"]]
    assert by_line == [
        (0, "v1", "夜の bell"),
        (1, "background", "ooh ooh"),
        (2, "v2", "Größe <&> klein"),
        (3, "v1000", "みんな"),
    ]
    for line in sung["cueLine"]:
        text = line["value"].encode()
        assert b"".join(text[cue["byteStart"] : cue["byteEnd"] + 1] for cue in line["cue"]) == text
        assert len({"end" in cue for cue in line["cue"]}) == 1
    told = {(layer["kind"], layer["lang"]): [line["value"] for line in layer["line"]] for layer in layers}
    assert told == {
        ("translation", "en"): ["The night is a bell", "Large & small", "All of us"],
        ("pronunciation", "ja-Latn"): ["yoru no"],
    }
    assert all("agents" not in layer for layer in layers)
    assert_same(enhanced.json, (await anna.call("getLyricsBySongId", id=number, enhanced="true", f="xml")).xml)
