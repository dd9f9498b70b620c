"""The table of endpoints: complete, and nothing in it breaks an app."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from antiphon.api.opensubsonic.errors import CODES, SubsonicError, tell
from antiphon.api.opensubsonic.routes import ENDPOINTS
from antiphon.kernel.errors import AntiphonError, Kind
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House

DESCRIPTION = os.environ.get("OPENSUBSONIC_OPENAPI", "")

EMPTY: dict[str, str] = {
    "getVideos": "videos",
}


def test_there_are_87_endpoints() -> None:
    assert len(ENDPOINTS) == 87


@pytest.mark.skipif(not DESCRIPTION, reason="OPENSUBSONIC_OPENAPI does not say where OpenSubsonic's description is")
def test_the_table_has_every_endpoint_of_the_description() -> None:
    described = json.loads(Path(DESCRIPTION).read_text(encoding="utf-8"))["paths"]
    assert {path.removeprefix("/rest/") for path in described} == set(ENDPOINTS)


@pytest.mark.parametrize("name", sorted(EMPTY))
async def test_what_there_is_none_of_is_an_empty_list(anna: Client, name: str) -> None:
    assert (await anna.ok(name, id="so-1"))[EMPTY[name]] == {}


@pytest.mark.parametrize("name", ["getPlayQueue", "getPlayQueueByIndex"])
async def test_a_queue_that_was_never_saved_is_left_out(anna: Client, name: str) -> None:
    assert set(await anna.ok(name)) == {"status", "version", "type", "serverVersion", "openSubsonic"}


async def test_every_endpoint_answers_200_with_an_envelope_or_bytes(anna: Client) -> None:
    for name in ENDPOINTS:
        for given in ({}, {"id": "so-1", "username": "anna", "playlistId": "pl-1", "type": "newest", "genre": "x"}):
            reply = await anna.call(name, **given)
            assert reply.status == 200, name
            if reply.headers["content-type"] == "application/json":
                assert reply.json["status"] in ("ok", "failed")


async def test_every_endpoint_but_one_asks_for_a_sign_in(house: House) -> None:
    for name in [*ENDPOINTS, "nonsense", "", "createShares"]:
        reply = await house.app(u="nobody", p="wrong").call(name, id="so-1")
        assert reply.code == (None if name == "getOpenSubsonicExtensions" else 40), name


async def test_what_is_not_there_yet_says_so(anna: Client) -> None:
    for name in ("nonsense",):
        assert await anna.error(name) == 30, name
    for name in ("getVideoInfo", "getCaptions", "getPodcastEpisode"):
        assert await anna.error(name, id="so-1") == 70, name


async def test_other_methods_are_refused_in_words(anna: Client) -> None:
    assert (await anna.call("ping", method="PUT")).code == 0


def test_every_kind_of_error_has_its_code() -> None:
    assert set(CODES) == set(Kind)
    assert set(CODES.values()) <= {0, 10, 20, 30, 40, 41, 42, 43, 44, 50, 60, 70}


def test_nothing_inner_is_told(caplog: pytest.LogCaptureFixture) -> None:
    told, later = tell(ValueError("the password is 1234"), "id-7", None)
    assert (told.code, later) == (0, None)
    assert "1234" not in told.message and "id-7" in told.message
    assert "1234" in caplog.text


def test_when_to_ask_again_is_told() -> None:
    busy = AntiphonError(Kind.UNAVAILABLE, "database_busy", "Busy.", retry_after=3)
    assert tell(busy, "id", "https://x/")[1] == 3
    assert tell(SubsonicError(44, "No."), "id", "https://x/")[0].help_url == "https://x/"


async def test_a_busy_database_is_told_with_a_header(
    house: House, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> None:
        raise AntiphonError(Kind.UNAVAILABLE, "database_busy", "Busy.", retry_after=3)

    monkeypatch.setattr(house.stage.areas.library.browse, "genres", refuse)
    reply = await anna.call("getGenres")
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (200, 0, "3")


async def test_own_account_and_only_that(house: House, anna: Client, root: Client) -> None:
    user = (await anna.ok("getUser", username="Anna"))["user"]
    assert (user["username"], user["adminRole"], user["email"]) == ("anna", False, "anna@example.org")
    assert {"videoConversionRole", "scrobblingEnabled", "folder", "streamRole"} <= user.keys()
    assert (await root.ok("getUser", username="root"))["user"]["adminRole"] is True
    assert await anna.error("getUser", username="root") == 50
    assert await anna.error("getUser") == 10
    assert await anna.error("getUsers") == 50


async def test_scanning_is_for_admins(house: House, anna: Client, root: Client) -> None:
    assert (await anna.ok("getScanStatus"))["scanStatus"] == {"scanning": False, "count": 6}
    assert await anna.error("startScan") == 50
    assert (await root.ok("startScan", fullScan="true"))["scanStatus"] == {"scanning": True, "count": 6}
    assert (await anna.ok("getScanStatus"))["scanStatus"]["scanning"] is True
