"""Reports and what becomes of them, over HTTP: from the reporter's word to the owner's notice, and back again."""

import asyncio
from typing import Any

import pytest

from antiphon.api.v1.moderation import REPORTS_AN_HOUR
from tests.api.house import Caller, House

COPYRIGHT = {"reason": "copyright", "text": "This is mine."}


async def reported(caller: Caller, subject: str, subject_id: int, status: int = 201, **rest: Any) -> Any:
    body = {"subject": subject, "subject_id": subject_id, **(rest or COPYRIGHT)}
    return await caller.ask("POST", "/api/v1/reports", status, json=body)


async def case_of(boss: Caller, subject: str, subject_id: int) -> Any:
    """The case of a thing as an admin sees it."""
    found = await boss.read(f"/moderation/cases?subject={subject}&limit=500")
    case_id = next(one["id"] for one in found if one["subject_id"] == subject_id)
    return await boss.read(f"/moderation/cases/{case_id}")


async def decided(boss: Caller, case: Any, decision: str, reason: str = "", status: int = 200) -> Any:
    body = {"revision": case["revision"], "decision": decision, "reason": reason}
    return await boss.ask("POST", f"/api/v1/moderation/cases/{case['id']}/decision", status, json=body)


async def reopened(boss: Caller, case: Any, status: int = 200, **rest: Any) -> Any:
    body = {"revision": case["revision"], **rest}
    return await boss.ask("POST", f"/api/v1/moderation/cases/{case['id']}/reopening", status, json=body)


async def told(caller: Caller, kind: str) -> list[dict[str, Any]]:
    """What the notices of a kind say that somebody has not read, the latest first."""
    return [one["details"] for one in await caller.read("/notices?unread=true&limit=500") if one["kind"] == kind]


async def test_several_reports_of_a_thing_are_one_case(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with (
        house.caller("anna") as anna,
        house.caller("ben") as ben,
        house.caller("olga") as olga,
        house.caller("boss", admin=True) as boss,
    ):
        await house.give(song_id, olga.user["id"])
        before = (await boss.read("/moderation/cases/count"))["open"]
        made = (await reported(anna, "song", song_id))["data"]
        assert (made["name"], made["outcome"], made["decided_at"]) == ("Dawn", "", None)
        await reported(ben, "song", song_id, reason="offensive")
        assert (await boss.read("/moderation/cases/count"))["open"] == before + 1
        case = await case_of(boss, "song", song_id)
        assert case["reasons"] == {"copyright": 1, "offensive": 1}
        assert (case["state"], case["open_reports"], case["by"]) == ("open", 2, "Aurora")
        assert case["owner"] == {"id": olga.user["id"], "username": "olga"}
        assert [one["reporter"]["username"] for one in case["reports"]] == ["ben", "anna"]
        path = f"/api/v1/moderation/cases/{case['id']}/notes"
        noted = await boss.ask("POST", path, 201, json={"text": "Asked the label."})
        assert [(one["kind"], one["author"]["username"]) for one in noted["data"]["entries"]] == [("note", "boss")]
        await decided(boss, case, "dismiss")


async def test_from_a_report_to_a_hidden_song_and_back(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    about = {"subject": "song", "id": song_id, "name": "Alone"}
    async with (
        house.caller("carl") as carl,
        house.caller("olga") as olga,
        house.caller("boss", admin=True) as boss,
    ):
        await house.give(song_id, olga.user["id"])
        await reported(carl, "song", song_id)
        case = await case_of(boss, "song", song_id)
        hidden = (await decided(boss, case, "hide", "The label objects."))["data"]
        assert (hidden["hidden"], hidden["hidden_reason"], hidden["state"]) == (True, "The label objects.", "decided")
        assert (hidden["outcome"], hidden["decided_by"]["username"], hidden["open_reports"]) == ("hidden", "boss", 0)
        await carl.refused("GET", f"/songs/{song_id}", 404)
        assert (await olga.read(f"/songs/{song_id}"))["flagged"] is True
        assert await told(olga, "item_hidden") == [{**about, "reason": "The label objects."}]
        assert await told(carl, "report_decided") == [{**about, "outcome": "hidden"}]
        (shown,) = await olga.read("/hidden")
        assert (shown["name"], shown["reason"], shown["because"]) == ("Alone", "The label objects.", "itself")
        assert shown["since"] is not None and await carl.read("/hidden") == []
        assert [one["outcome"] for one in await carl.read("/reports?state=decided")] == ["hidden"]

        restored = (await decided(boss, hidden, "restore", "They agreed."))["data"]
        assert (restored["hidden"], restored["outcome"]) == (False, "restored")
        assert (await carl.read(f"/songs/{song_id}"))["title"] == "Alone"
        assert await told(olga, "item_restored") == [{**about, "reason": "They agreed."}]
        record = [one for one in await boss.read("/audit?action=case&limit=500") if one["subject_id"] == song_id]
        assert [one["details"]["decision"] for one in record] == ["restored", "hidden"]


async def test_one_open_report_of_a_thing_for_each_person(house: House) -> None:
    album_id = (await house.ids("albums"))["Second"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        answers = await asyncio.gather(
            *(
                anna.client.post(
                    "/api/v1/reports", json={"subject": "album", "subject_id": album_id, "reason": "broken_audio"}
                )
                for _ in range(4)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        refused = await reported(anna, "album", album_id, 409)
        assert refused["error"]["code"] == "already_reported"
        case = await case_of(boss, "album", album_id)
        dismissed = (await decided(boss, case, "dismiss"))["data"]
        again = (await reported(anna, "album", album_id))["data"]
        assert again["outcome"] == ""
        case = await case_of(boss, "album", album_id)
        # The same case, which its new report has opened again.
        assert (case["id"], case["state"], case["open_reports"]) == (dismissed["id"], "open", 1)
        assert case["revision"] > dismissed["revision"]
        assert [one["kind"] for one in case["entries"]] == ["decided", "reopened"]
        mine = await anna.read("/reports?mine=true")
        assert [one["outcome"] for one in mine if one["subject"] == "album"] == ["", "dismissed"]
        async with house.caller("ben") as ben:
            assert all(one["reporter"]["username"] == "ben" for one in await ben.read("/reports"))


async def test_the_later_of_two_decisions_is_told(house: House) -> None:
    song_id = (await house.ids())["Dusk"]
    async with (
        house.caller("anna") as anna,
        house.caller("boss", admin=True) as boss,
        house.caller("second", admin=True) as second,
    ):
        await reported(anna, "song", song_id)
        case = await case_of(boss, "song", song_id)
        path = f"/api/v1/moderation/cases/{case['id']}/decision"
        answers = await asyncio.gather(
            boss.client.post(path, json={"revision": case["revision"], "decision": "hide"}),
            second.client.post(path, json={"revision": case["revision"], "decision": "dismiss"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        late = next(answer.json()["error"] for answer in answers if answer.status_code == 409)
        assert late["code"] == "decided_meanwhile" and ("boss" in late["message"] or "second" in late["message"])
        now = await case_of(boss, "song", song_id)
        # What was refused did nothing.
        assert now["hidden"] == (now["outcome"] == "hidden")
        assert [one["kind"] for one in now["entries"]] == ["decided"]
        if now["hidden"]:
            assert (await decided(boss, now, "dismiss", status=409))["error"]["code"] == "still_hidden"
            await decided(boss, now, "restore")


async def test_a_decision_is_undone_before_anybody_heard_of_it(house: House) -> None:
    song_id = (await house.ids())['Noon <&> "Sun"']
    async with (
        house.caller("ida") as ida,
        house.caller("ben") as ben,
        house.caller("boss", admin=True) as boss,
    ):
        await reported(ida, "song", song_id, reason="other", text="odd")
        case = await case_of(boss, "song", song_id)
        for decision in ("hide", "remove"):
            done = (await decided(boss, case, decision))["data"]
            await ben.refused("GET", f"/songs/{song_id}", 404)
            assert (await reopened(boss, case, 409, undo=True))["error"]["code"] == "decided_meanwhile"
            case = (await reopened(boss, done, undo=True))["data"]
            assert (case["state"], case["outcome"], case["open_reports"]) == ("open", "", 1)
            assert (await ben.read(f"/songs/{song_id}"))["title"] == 'Noon <&> "Sun"'
            assert await told(ida, "report_decided") == []
        assert (await reopened(boss, case, 409))["error"]["code"] == "not_decided"
        done = (await decided(boss, case, "hide", "first"))["data"]
        open_again = (await reopened(boss, done))["data"]
        # Opened again, it stays hidden until it is decided otherwise.
        assert (open_again["state"], open_again["hidden"], open_again["open_reports"]) == ("open", True, 0)
        shown = (await decided(boss, open_again, "restore"))["data"]
        back = (await reopened(boss, shown, undo=True))["data"]
        assert (back["outcome"], back["hidden"], back["hidden_reason"]) == ("hidden", True, "first")
        await decided(boss, back, "restore")


async def test_an_artist_takes_their_music_along(house: House) -> None:
    artists, songs, albums = await house.ids("artists"), await house.ids(), await house.ids("albums")
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await reported(anna, "artist", artists["Борис"], reason="wrong_information")
        case = await case_of(boss, "artist", artists["Борис"])
        hidden = (await decided(boss, case, "hide"))["data"]
        text = "".join(
            [
                (await anna.client.get(f"/api/v1{path}")).text
                for path in ("/songs?limit=500", "/albums?limit=500", "/artists?limit=500", "/search?q=борис")
            ]
        )
        # Their own song and album, and the song that only names them; albums of others stay for their other songs.
        assert all(word not in text for word in ("Борис", "Утро", "Свет", "Überfluß")) and "Aurora" in text
        for things, thing_id in (
            ("artists", artists["Борис"]), ("songs", songs["Утро"]), ("albums", albums["Свет"]),
            ("songs", songs["Überfluß"]),
        ):  # fmt: skip
            await anna.refused("GET", f"/{things}/{thing_id}", 404)
        # A song that is edited meanwhile follows who is named.
        await boss.ask("PUT", f"/api/v1/songs/{songs['Überfluß']}", json={"artist": "Aurora"})
        assert (await anna.read(f"/songs/{songs['Überfluß']}"))["artist"] == "Aurora"
        await decided(boss, hidden, "restore")
        assert (await anna.read(f"/artists/{artists['Борис']}"))["song_count"] == 1
        assert (await anna.read(f"/albums/{albums['Свет']}"))["song_count"] == 1


async def test_a_playlist_is_hidden_from_its_collaborators_too(house: House) -> None:
    songs = await house.ids()
    async with (
        house.caller("anna") as anna,
        house.caller("ben") as ben,
        house.caller("olga") as olga,
        house.caller("boss", admin=True) as boss,
    ):
        body = {
            "title": "Rude words", "tracks": [songs["Dusk"]], "is_public": True, "collaborators": [ben.user["id"]],
        }  # fmt: skip
        playlist = (await olga.ask("POST", "/api/v1/playlists", 201, json=body))["data"]
        path = f"/playlists/{playlist['id']}"
        await reported(anna, "playlist", playlist["id"], reason="offensive")
        case = await case_of(boss, "playlist", playlist["id"])
        assert (case["name"], case["by"]) == ("Rude words", "olga")
        case = (await decided(boss, case, "hide", "Rude."))["data"]
        for person in (anna, ben):
            await person.refused("GET", path, 404)
            await person.refused("PUT", path, 404, json={"title": "x"})
            assert "Rude words" not in (await person.client.get("/api/v1/playlists")).text
        assert (await boss.read(path))["flagged"] and (await olga.read(path))["flagged"]
        assert [one["name"] for one in await olga.read("/hidden") if one["subject"] == "playlist"] == ["Rude words"]
        # Publishing it anew does not bring it back.
        await olga.ask("PUT", f"/api/v1{path}", json={"is_public": False})
        await olga.ask("PUT", f"/api/v1{path}", json={"is_public": True})
        await anna.refused("GET", path, 404)
        case = (await decided(boss, case, "restore"))["data"]
        assert (await ben.read(path))["role"] == "collaborator"
        case = (await decided(boss, case, "remove", "Ruder."))["data"]
        assert (case["exists"], case["name"]) == (False, "Rude words")
        await olga.refused("GET", path, 404)
        assert (await told(olga, "item_removed"))[0]["reason"] == "Ruder."
        assert (await reopened(boss, case, 409, undo=True))["error"]["code"] == "gone_for_good"
        assert (await decided(boss, case, "hide", status=404))["error"]["code"] == "playlist_not_found"


async def test_a_person_is_blocked_and_let_in_again(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("troll") as troll, house.caller("boss", admin=True) as boss:
        troll_id = troll.user["id"]
        await reported(anna, "user", troll_id, reason="offensive")
        case = await case_of(boss, "user", troll_id)
        assert case["name"] == "troll"
        assert (await decided(boss, case, "remove", status=422))["error"]["details"].keys() == {"decision"}
        case = (await decided(boss, case, "hide"))["data"]
        assert case["hidden"] and (await troll.client.get("/api/v1/songs")).status_code == 401
        assert not (await decided(boss, case, "restore"))["data"]["hidden"]
        assert (await reported(anna, "user", anna.user["id"], 422))["error"]["details"].keys() == {"subject_id"}


async def test_what_is_hidden_elsewhere_has_a_case_as_well(house: House) -> None:
    album_id = (await house.ids("albums"))["First Light"]
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await reported(anna, "album", album_id)
        body = {"flagged": True, "reason": "from the album's page"}
        await boss.ask("PUT", f"/api/flag_album/{album_id}", json=body)
        case = await case_of(boss, "album", album_id)
        assert (case["outcome"], case["reason"], case["hidden"]) == ("hidden", "from the album's page", True)
        assert [one["outcome"] for one in case["reports"]] == ["hidden"]
        await boss.ask("PUT", f"/api/v1/albums/{album_id}/flag", json={"flagged": False})
        case = await case_of(boss, "album", album_id)
        assert (case["outcome"], case["hidden"], case["state"]) == ("restored", False, "decided")
        assert case["id"] in [one["id"] for one in await boss.read("/moderation/cases?outcome=restored&limit=500")]


async def test_the_queue_is_narrowed_ordered_and_paged(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna, house.caller("zoe") as zoe, house.caller("boss", admin=True) as boss:
        for caller, title in ((anna, "Утро"), (zoe, "Утро"), (zoe, 'Noon <&> "Sun"')):
            await reported(caller, "song", songs[title], reason="wrong_information")
        query = "state=open&subject=song&reason=wrong_information"
        told = await boss.ask("GET", f"/api/v1/moderation/cases?{query}&limit=1&sort=oldest")
        assert (told["page"]["total"], len(told["data"]), told["data"][0]["name"]) == (2, 1, "Утро")
        names = [one["name"] for one in await boss.read(f"/moderation/cases?{query}")]
        assert names == ['Noon <&> "Sun"', "Утро"]
        most = await boss.read(f"/moderation/cases?{query}&sort=most_reported")
        assert [one["open_reports"] for one in most] == [2, 1]
        for bad in ("state=x", "subject=x", "sort=x", "reason=x", "outcome=x", "limit=-1"):
            assert (await boss.refused("GET", f"/moderation/cases?{bad}", 422))["code"] == "invalid"


BAD_REPORTS: list[dict[str, Any]] = [
    {},
    {"subject": "song", "subject_id": 1},
    {"subject": "genre", "subject_id": 1, "reason": "other", "text": "x"},
    {"subject": "song", "subject_id": 0, "reason": "copyright"},
    {"subject": "song", "subject_id": 2**63, "reason": "copyright"},
    {"subject": "song", "subject_id": "1", "reason": "copyright"},
    {"subject": "song", "subject_id": 1, "reason": "boring"},
    {"subject": "song", "subject_id": 1, "reason": "other"},
    {"subject": "song", "subject_id": 1, "reason": "other", "text": "  "},
    {"subject": "song", "subject_id": 1, "reason": "copyright", "text": "x" * 2001},
    {"subject": "song", "subject_id": 1, "reason": "copyright", "text": None},
]

BAD_DECISIONS: list[dict[str, Any]] = [
    {},
    {"revision": -1, "decision": "hide"},
    {"revision": 0, "decision": "burn"},
    {"revision": "0", "decision": "hide"},
    {"revision": 0, "decision": "hide", "reason": "x" * 1001},
]
BAD_NOTES: list[dict[str, Any]] = [{}, {"text": ""}, {"text": "x" * 2001}, {"text": 1}]


async def test_bad_values_are_refused_in_words(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        for body in BAD_REPORTS:
            assert (await anna.refused("POST", "/reports", 422, json=body))["details"], body
        await anna.refused("POST", "/reports", 400, content=b"{")
        for subject in ("song", "album", "artist", "playlist", "user"):
            assert (await reported(anna, subject, 999_999, 404))["error"]["code"].endswith("_not_found")
        # What one may not see cannot be reported, and is not told apart from what is not there.
        assert (await reported(anna, "song", songs["Whisper"], 404))["error"]["code"] == "song_not_found"
        await reported(anna, "song", songs["Überfluß"])
        case = await case_of(boss, "song", songs["Überfluß"])
        path = f"/moderation/cases/{case['id']}"
        for decision in BAD_DECISIONS:
            await boss.refused("POST", f"{path}/decision", 422, json=decision)
        for note in BAD_NOTES:
            await boss.refused("POST", f"{path}/notes", 422, json=note)
        await boss.refused("POST", f"{path}/reopening", 422, json={"revision": 0, "undo": "yes"})
        for wrong in ("999999", "x"):
            await boss.refused("GET", f"/moderation/cases/{wrong}", 404)
            await boss.refused("POST", f"/moderation/cases/{wrong}/notes", 404, json={"text": "x"})
            decision = {"revision": 0, "decision": "hide"}
            await boss.refused("POST", f"/moderation/cases/{wrong}/decision", 404, json=decision)


async def test_reports_are_limited(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.areas.limits, "_enabled", True)
    async with house.caller("hasty") as hasty:
        for _ in range(REPORTS_AN_HOUR):
            await reported(hasty, "song", 999_999, 404)
        answer = await hasty.client.post("/api/v1/reports", json={"subject": "song", "subject_id": 1, **COPYRIGHT})
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0


async def test_a_person_takes_their_reports_along(house: House) -> None:
    songs = await house.ids()
    async with house.caller("leaver") as leaver, house.caller("boss", admin=True) as boss:
        await reported(leaver, "song", songs["Dusk"], reason="other", text="words of a leaver")
        known = await house.areas.administration.export_personal(leaver.user["id"])
        assert [one["text"] for one in known["moderation_report"]] == ["words of a leaver"]
        assert "words of a leaver" in str(await case_of(boss, "song", songs["Dusk"]))
        await leaver.ask("DELETE", f"/api/v1/users/{leaver.user['id']}")
        text = (await boss.client.get("/api/v1/reports?limit=500")).text
        assert "words of a leaver" not in text and '"leaver"' not in text
