"""Accounts by OpenSubsonic: who sees and changes whom, and what becomes of the passwords that clients give."""

import hashlib
from typing import Any

import pytest

from antiphon.areas.accounts.data import AccountChange
from antiphon.kernel.errors import AntiphonError
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.stage import PASSWORD

GIVEN = "tuba on a slow train"
ROLES = {
    "adminRole": "admin",
    "streamRole": "stream",
    "downloadRole": "download",
    "uploadRole": "upload",
    "shareRole": "share",
    "jukeboxRole": "jukebox",
}


def proof(password: str) -> dict[str, str]:
    return {"t": hashlib.md5(f"{password}salt".encode()).hexdigest(), "s": "salt"}


async def make(root: Client, username: str, **rest: Any) -> None:
    """An account made by the admin's app."""
    email = f"{username}@example.org"
    await root.ok("createUser", **{"username": username, "password": GIVEN, "email": email, **rest})


async def roles_of(root: Client, username: str) -> set[str]:
    user = (await root.ok("getUser", username=username))["user"]
    return {role for role in ROLES if user[role]}


async def test_one_sees_oneself_and_admins_see_all(house: House, anna: Client, root: Client) -> None:
    assert (await anna.ok("getUser", username="ANNA"))["user"]["username"] == "anna"
    assert await anna.error("getUser", username="root") == 50
    assert await anna.error("getUser", username="nobody") == 50, "who has an account is not told"
    assert await anna.error("getUsers") == 50
    assert (await root.ok("getUser", username="Anna"))["user"]["email"] == "anna@example.org"
    assert await root.error("getUser", username="nobody") == 70
    listed = {one["username"]: one["adminRole"] for one in (await root.ok("getUsers"))["users"]["user"]}
    assert listed == {"anna": False, "root": True}


async def test_a_new_account_has_the_roles_that_were_given_and_no_password_of_its_own(
    house: House, root: Client
) -> None:
    await make(root, "bob", downloadRole="true", shareRole="TRUE", streamRole="false")
    assert await roles_of(root, "bob") == {"downloadRole", "shareRole"}
    bob = house.app(u="bob", **proof(GIVEN))
    assert (await bob.ok("getUser", username="bob"))["user"]["downloadRole"] is True
    signing_in = house.stage.areas.accounts.signing_in
    for password in (GIVEN, ""):
        with pytest.raises(AntiphonError) as refused:
            await signing_in.by_password(name="bob", by_email=False, password=password)
        assert refused.value.code == "wrong_credentials"


async def test_a_new_account_without_a_word_about_roles_may_play(house: House, root: Client) -> None:
    await make(root, "bob")
    assert await roles_of(root, "bob") == {"streamRole"}
    await make(root, "boss", adminRole="true", password=f"enc:{GIVEN.encode().hex()}")
    assert "adminRole" in await roles_of(root, "boss")
    assert await house.app(u="boss", p=GIVEN).ok("getUsers")


async def test_what_does_not_fit_makes_no_account(house: House, anna: Client, root: Client) -> None:
    fit = {"username": "bob", "password": GIVEN, "email": "bob@example.org"}
    cases: list[tuple[int, dict[str, str]]] = [
        (10, {"username": ""}),
        (10, {"password": ""}),
        (10, {"email": ""}),
        (0, {"username": "no blanks"}),
        (0, {"username": "Anna"}),
        (0, {"email": "anna@example.org"}),
        (0, {"email": "nonsense"}),
        (0, {"password": "short"}),
        (0, {"password": "password"}),
        (0, {"password": "enc:zz"}),
        (0, {"streamRole": "perhaps"}),
    ]
    for code, change in cases:
        assert await root.error("createUser", **{**fit, **change}) == code, change
        assert await root.error("getUser", username="bob") == 70
    assert await anna.error("createUser", **fit) == 50


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_is_a_right_and_back(house: House, root: Client, role: str) -> None:
    await make(root, "bob")
    before = await roles_of(root, "bob")
    await root.ok("updateUser", username="bob", **{role: "true"})
    given = await roles_of(root, "bob")
    assert given == ({*ROLES} if role == "adminRole" else before | {role})
    await root.ok("updateUser", username="bob", **{role: "false"})
    assert await roles_of(root, "bob") == before - {role}
    accounts = house.stage.areas.accounts
    bob = await accounts.people.by_username(house.principals["root"], "bob")
    assert (ROLES[role] in bob.rights, ROLES[role] in bob.roles) == (False, False)


async def test_everybody_may_make_playlists_and_some_may_publish_them(house: House, root: Client) -> None:
    await make(root, "bob")
    await make(root, "carol", playlistRole="true")
    bob, carol = (house.app(u=name, **proof(GIVEN)) for name in ("bob", "carol"))
    made = {}
    for app, name in ((bob, "bob"), (carol, "carol")):
        assert (await app.ok("getUser", username=name))["user"]["playlistRole"] is True
        assert (await root.ok("getUser", username=name))["user"]["playlistRole"] is True
        made[name] = (await app.ok("createPlaylist", name="Own"))["playlist"]["id"]
    assert await bob.error("updatePlaylist", playlistId=made["bob"], public="true") == 50
    await carol.ok("updatePlaylist", playlistId=made["carol"], public="true")
    # What an app was shown and sends back gives nobody a right that was denied, and takes none.
    await root.ok("updateUser", username="bob", playlistRole="true", email="b@example.org")
    assert await bob.error("updatePlaylist", playlistId=made["bob"], public="true") == 50
    await root.ok("updateUser", username="carol", playlistRole="false")
    assert (
        "public_playlists"
        in (await house.stage.areas.accounts.people.by_username(house.principals["root"], "carol")).rights
    )
    assert (await carol.ok("getUser", username="carol"))["user"]["playlistRole"] is True
    await bob.ok("deletePlaylist", id=made["bob"])


async def test_an_update_changes_what_it_names_and_all_of_it_or_nothing(
    house: House, anna: Client, root: Client
) -> None:
    before = (await root.ok("getUser", username="anna"))["user"]
    await root.ok("updateUser", username="anna", email="new@example.org", maxBitRate="128", scrobblingEnabled="true")
    after = {**before, "email": "new@example.org", "maxBitRate": 128}
    assert (await root.ok("getUser", username="anna"))["user"] == after
    taken = {"email": "root@example.org", "downloadRole": "false", "password": GIVEN}
    assert await root.error("updateUser", username="anna", **taken) == 0
    assert await root.error("updateUser", username="anna", downloadRole="false", password="short") == 0
    assert (await root.ok("getUser", username="anna"))["user"] == after
    assert await house.app(u="anna", p=GIVEN).error("ping") == 40
    assert await root.error("updateUser", username="nobody", downloadRole="false") == 70
    assert await anna.error("updateUser", username="anna", adminRole="true") == 50


async def test_a_ceiling_is_a_limit_that_no_app_lifts(house: House, anna: Client, root: Client) -> None:
    song = await house.id("Überfluß")
    assert (await anna.call("stream", id=song)).headers["content-type"] == "audio/flac"
    await root.ok("updateUser", username="anna", maxBitRate=64)
    for given in ({}, {"format": "raw"}, {"maxBitRate": 320}, {"format": "mp3", "maxBitRate": 0}):
        reply = await anna.call("stream", id=song, **given)
        assert reply.headers["content-type"] == "audio/mpeg", given
        assert len(reply.body) < 64_000 / 8 * 1.6, given
    assert (await root.call("stream", id=song)).headers["content-type"] == "audio/flac"
    await root.ok("updateUser", username="anna", maxBitRate=0)
    assert "maxBitRate" not in (await anna.ok("getUser", username="anna"))["user"]
    assert await root.error("updateUser", username="anna", maxBitRate=7) == 0
    made = {"username": "bob", "password": "tuba on a slow train", "email": "bob@example.org"}
    await root.ok("createUser", **made, maxBitRate=96)
    assert (await root.ok("getUser", username="bob"))["user"]["maxBitRate"] == 96


async def test_the_last_admin_stays_one(root: Client) -> None:
    assert await root.error("updateUser", username="root", adminRole="false") == 0
    assert await root.error("deleteUser", username="root") in (0, 50)
    assert (await root.ok("getUser", username="root"))["user"]["adminRole"] is True


async def test_an_address_that_an_admin_sets_is_not_proven(house: House, anna: Client, root: Client) -> None:
    await root.ok("updateUser", username="anna", email="new@example.org")
    anna_now = await house.stage.areas.accounts.people.by_username(house.principals["root"], "anna")
    assert (anna_now.email, anna_now.email_proven) == ("new@example.org", False)


async def test_changing_a_password_changes_the_apps_own(house: House, anna: Client) -> None:
    keys, principal = house.stage.areas.accounts.keys, house.principals["anna"]
    other = await keys.create_app_password(principal, "other")
    await anna.ok("changePassword", username="anna", password=GIVEN)
    assert await anna.error("ping") == 40, "the old one is gone"
    assert await house.app(u="anna", **proof(GIVEN)).ok("ping")
    assert await house.app(u="anna", p=other.password).ok("ping"), "other apps keep theirs"
    assert [one.name for one in await keys.app_passwords(principal)] == ["tests", "other"]
    signed_in = await house.stage.areas.accounts.signing_in.by_password(name="anna", by_email=False, password=PASSWORD)
    assert signed_in.token, "the account's own stays"


async def test_an_admin_gives_others_an_app_password_named_after_the_app(
    house: House, anna: Client, root: Client
) -> None:
    keys, principal = house.stage.areas.accounts.keys, house.principals["anna"]
    await root.ok("changePassword", username="Anna", password=GIVEN, c="DSub")
    assert await house.app(u="anna", p=GIVEN).ok("ping")
    await root.ok("changePassword", username="anna", password=f"{GIVEN} two", c="DSub")
    assert await house.app(u="anna", p=GIVEN).error("ping") == 40, "replaced by the second"
    assert await house.app(u="anna", p=f"{GIVEN} two").ok("ping")
    assert [one.name for one in await keys.app_passwords(principal)] == ["tests", "DSub, set by root"]
    assert await anna.ok("ping"), "those that they made themselves stay"


async def test_whose_password_may_not_be_changed(house: House, anna: Client, root: Client) -> None:
    assert await anna.error("changePassword", username="root", password=GIVEN) == 50
    assert await anna.error("changePassword", username="nobody", password=GIVEN) == 50
    assert await root.error("changePassword", username="nobody", password=GIVEN) == 70
    assert await anna.error("changePassword", username="anna") == 10
    for weak in ("short", "password", "antiphon", "anna@example.org"):
        assert await anna.error("changePassword", username="anna", password=weak) == 0, weak
    assert await anna.error("changePassword", username="anna", password=PASSWORD) == 0, "it would be kept readable"
    assert await anna.ok("ping")
    scopes = ["read", "write", "upload", "admin"]
    key = (await house.stage.areas.accounts.keys.create_api_key(house.principals["root"], "all", scopes)).key
    for name in ("root", "anna"):
        assert await house.app(apiKey=key).error("changePassword", username=name, password=GIVEN) == 50
    bob = {"username": "bob", "password": GIVEN, "email": "bob@example.org"}
    assert await house.app(apiKey=key).error("createUser", **bob) == 50


async def test_a_removed_account_is_gone_at_once(house: House, anna: Client, root: Client) -> None:
    assert await anna.error("deleteUser", username="root") == 50
    assert await anna.ok("ping")
    await root.ok("deleteUser", username="anna")
    assert await anna.error("ping") == 40
    assert await root.error("getUser", username="anna") == 70
    assert await root.error("deleteUser", username="anna") == 70
    await make(root, "anna")
    assert await house.app(u="anna", p=GIVEN).ok("ping")


async def test_rights_hold_at_rest(house: House, anna: Client, root: Client) -> None:
    song = await house.id("Dawn")
    assert (await anna.call("stream", id=song)).status == 200
    people, admin = house.stage.areas.accounts.people, house.principals["root"]
    await people.set_account(admin, house.principals["anna"].user_id, AccountChange(rights=[]))
    assert await anna.error("stream", id=song) == 50
    assert await anna.error("download", id=song) == 50
    playlist = (await anna.ok("createPlaylist", name="mine", songId=song))["playlist"]["id"]
    assert await anna.error("updatePlaylist", playlistId=playlist, public="true") == 50
    assert await anna.ok("updatePlaylist", playlistId=playlist, public="false")
    await people.set_account(admin, house.principals["anna"].user_id, AccountChange(rights=["stream"]))
    assert (await anna.call("stream", id=song)).headers["content-type"] == "audio/mpeg"
    assert await anna.error("download", id=song) == 50
    await people.set_account(
        admin, house.principals["anna"].user_id, AccountChange(rights=["download", "public_playlists"])
    )
    assert (await anna.call("download", id=song)).headers["content-type"] == "audio/mpeg"
    assert await anna.ok("updatePlaylist", playlistId=playlist, public="true")
