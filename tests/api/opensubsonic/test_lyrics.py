"""Words with the times of each word, for clients that ask for them."""

from antiphon.areas.library.data import SyncedLine
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.comparing import assert_same
from tests.api.opensubsonic.conftest import House
from tests.api.opensubsonic.singing import SUNG, sing


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
