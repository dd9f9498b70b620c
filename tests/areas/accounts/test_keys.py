"""App passwords and API keys: shown once, kept unreadable, one owner's, and only for what they are for."""

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from antiphon.areas.accounts.data import NewAppPassword
from antiphon.areas.accounts.internal.secrets import SecretBox, new_app_password
from antiphon.areas.accounts.internal.tables import api_key, app_password
from antiphon.kernel.db import Database
from antiphon.kernel.errors import Kind
from antiphon.kernel.principal import ANONYMOUS
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal, sqlite_only


def md5(secret: str, salt: str) -> str:
    """What Subsonic clients send in a password's place."""
    return hashlib.md5((secret + salt).encode()).hexdigest()


async def test_an_app_signs_in_by_its_password_or_by_proof_of_it(people: People) -> None:
    owner = await people.person("ada")
    made = await people.keys.create_app_password(owner, "  my   phone ")
    assert (made.name, made.username) == ("my phone", "ada")
    for salt in ("c19b2d", "x", "", "ü☃", "s" * 500):
        found = await people.access.authenticate_app("ada", token=md5(made.password, salt), salt=salt)
        assert (found.user_id, found.via, found.client) == (owner.user_id, "app_password", "my phone")
    assert (await people.access.authenticate_app("ADA", token=md5(made.password, "x").upper(), salt="x")).user_id
    assert (await people.access.authenticate_app("ada", password=made.password)).user_id == owner.user_id


async def test_nothing_else_signs_an_app_in(make_people: MakePeople) -> None:
    people = make_people(rate_limits=False)
    owner = await people.person("ada")
    await people.person("bob")
    made = await people.keys.create_app_password(owner, "phone")
    key = await people.keys.create_api_key(owner, "sync", None)
    attempts = [
        {"password": ""},
        {"password": made.password[:-1]},
        {"password": made.password.upper()},
        {"password": made.password + " "},
        {"password": key.key},
        {"token": "", "salt": ""},
        {"token": md5("", "salt"), "salt": "salt"},
        {"token": md5(made.password, "salt"), "salt": "other"},
        {"token": made.password, "salt": ""},
        {"token": md5(key.key, "salt"), "salt": "salt"},
        {"token": "x", "salt": "\ud800"},
        {"password": "\ud800"},
    ]
    for attempt in attempts:
        error = await refusal(people.access.authenticate_app("ada", **attempt), Kind.WRONG_CREDENTIALS)
        assert made.password not in error.message
    for name in ("bob", "nobody", "", "%", "ada\0"):
        if "\0" not in name:
            await refusal(people.access.authenticate_app(name, password=made.password), Kind.WRONG_CREDENTIALS)


async def test_the_account_password_never_signs_an_app_in(people: People) -> None:
    owner = await people.person("ada")
    for _ in range(2):
        await refusal(people.access.authenticate_app("ada", password=PASSWORD), Kind.WRONG_CREDENTIALS)
        proof = md5(PASSWORD, "salt")
        await refusal(people.access.authenticate_app("ada", token=proof, salt="salt"), Kind.WRONG_CREDENTIALS)
        await people.keys.create_app_password(owner, "phone")


async def test_an_app_password_does_not_sign_in_anywhere_else(people: People) -> None:
    owner = await people.person("ada")
    made = await people.keys.create_app_password(owner, "phone")
    await refusal(people.sign_in("ada", made.password), Kind.WRONG_CREDENTIALS)
    await refusal(people.access.authenticate(made.password), Kind.NOT_SIGNED_IN)
    await refusal(people.access.authenticate_key(made.password), Kind.NOT_SIGNED_IN)


async def test_several_apps_have_several_passwords(people: People) -> None:
    owner = await people.person("ada")
    made = [await people.keys.create_app_password(owner, f"app {number}") for number in range(4)]
    assert len({app.password for app in made}) == 4
    for app in made:
        assert (await people.access.authenticate_app("ada", password=app.password)).client == app.name


async def test_a_revoked_app_password_is_refused_at_once(people: People) -> None:
    owner = await people.person("ada")
    gone, kept = [await people.keys.create_app_password(owner, name) for name in ("gone", "kept")]
    await people.access.authenticate_app("ada", password=gone.password)
    await people.keys.revoke_app_password(owner, gone.id)
    await refusal(people.access.authenticate_app("ada", password=gone.password), Kind.WRONG_CREDENTIALS)
    assert (await people.access.authenticate_app("ada", password=kept.password)).client == "kept"
    assert [app.id for app in await people.keys.app_passwords(owner)] == [kept.id]


async def test_secrets_rest_where_nobody_reads_them(people: People, database: Database) -> None:
    owner = await people.person("ada")
    app = await people.keys.create_app_password(owner, "phone")
    key = await people.keys.create_api_key(owner, "sync", None)
    async with database.engine.connect() as connection:
        rows = str((await connection.execute(select(app_password))).all())
        rows += str((await connection.execute(select(api_key))).all())
    listed = str(await people.keys.app_passwords(owner)) + str(await people.keys.api_keys(owner))
    told = [rows, listed]
    if database.dialect == "sqlite":
        file = Path(str(database.engine.url.database))
        told.append("".join(part.read_bytes().decode("latin-1") for part in file.parent.glob("antiphon.db*")))
        assert "phone" in told[-1]
    for secret in (app.password, key.key, key.key.removeprefix("antk_")):
        for text in told:
            assert secret not in text
            assert base64.b64encode(secret.encode()).decode() not in text
            assert secret.encode().hex() not in text


async def test_the_last_use_is_shown(people: People) -> None:
    owner = await people.person("ada")
    app = await people.keys.create_app_password(owner, "phone")
    key = await people.keys.create_api_key(owner, "sync", None)
    assert (await people.keys.app_passwords(owner))[0].last_used_at is None
    people.clock.pass_days(1)
    await people.access.authenticate_app("ada", password=app.password)
    await people.access.authenticate(key.key)
    for task in list(people.access._touching.values()):
        await task
    assert (await people.keys.app_passwords(owner))[0].last_used_at == people.clock.now
    assert (await people.keys.api_keys(owner))[0].last_used_at == people.clock.now


async def test_a_key_stands_for_its_owner_within_its_scopes(people: People) -> None:
    await people.admin("root")
    owner = await people.access.authenticate((await people.sign_in("root")).token)
    for asked, held, is_admin in (
        (None, ("read", "write"), False),
        (["read"], ("read",), False),
        (["upload", "read", "read"], ("read", "upload"), False),
        (["read", "write", "upload", "admin"], ("read", "write", "upload", "admin"), True),
    ):
        made = await people.keys.create_api_key(owner, "sync", asked)
        assert made.scopes == held
        principal = await people.access.authenticate(made.key)
        assert principal.scopes == frozenset(held)
        assert (principal.user_id, principal.via, principal.is_admin) == (owner.user_id, "api_key", is_admin)
        assert await people.access.authenticate_key(made.key) == principal


async def test_a_scope_gives_no_role(people: People) -> None:
    owner = await people.person("ada")
    made = await people.keys.create_api_key(owner, "sync", ["admin"])
    assert not (await people.access.authenticate(made.key)).is_admin


@pytest.mark.parametrize("scopes", [[], ["root"], ["read", "root"], ["READ"], [""]])
async def test_unknown_scopes_are_refused_by_field(people: People, scopes: list[str]) -> None:
    owner = await people.person("ada")
    error = await refusal(people.keys.create_api_key(owner, "sync", scopes), Kind.INVALID)
    assert list(error.fields) == ["scopes"]
    assert await people.keys.api_keys(owner) == []


async def test_a_session_token_is_no_key(people: People) -> None:
    signed_in = await people.register("ada")
    await refusal(people.access.authenticate_key(signed_in.token), Kind.NOT_SIGNED_IN)


async def test_a_revoked_key_is_refused_at_once(people: People) -> None:
    owner = await people.person("ada")
    made = await people.keys.create_api_key(owner, "sync", None)
    await people.access.authenticate(made.key)
    await people.keys.revoke_api_key(owner, made.id)
    await refusal(people.access.authenticate(made.key), Kind.NOT_SIGNED_IN)
    assert await people.keys.api_keys(owner) == []


async def test_others_keys_look_like_missing_ones(people: People) -> None:
    ada, bob = await people.person("ada"), await people.person("bob")
    app = await people.keys.create_app_password(ada, "phone")
    key = await people.keys.create_api_key(ada, "sync", None)
    for revoke, made in ((people.keys.revoke_app_password, app.id), (people.keys.revoke_api_key, key.id)):
        foreign = await refusal(revoke(bob, made), Kind.NOT_FOUND)
        missing = await refusal(revoke(bob, 999_999_999), Kind.NOT_FOUND)
        assert (foreign.code, foreign.message) == (missing.code, missing.message)
    assert await people.keys.app_passwords(bob) == []
    assert await people.keys.api_keys(bob) == []
    assert (await people.access.authenticate(key.key)).user_id == ada.user_id
    assert (await people.access.authenticate_app("ada", password=app.password)).user_id == ada.user_id


async def test_only_who_is_signed_in_by_password_manages_them(people: People) -> None:
    owner = await people.person("ada")
    key = await people.keys.create_api_key(owner, "sync", ["read", "write", "upload", "admin"])
    app = await people.keys.create_app_password(owner, "phone")
    by_key = await people.access.authenticate(key.key)
    by_app = await people.access.authenticate_app("ada", password=app.password)
    for principal, kind in ((by_key, Kind.FORBIDDEN), (by_app, Kind.FORBIDDEN), (ANONYMOUS, Kind.NOT_SIGNED_IN)):
        await refusal(people.keys.create_app_password(principal, "x"), kind)
        await refusal(people.keys.create_api_key(principal, "x", None), kind)
        await refusal(people.keys.app_passwords(principal), kind)
        await refusal(people.keys.api_keys(principal), kind)
        await refusal(people.keys.revoke_app_password(principal, app.id), kind)
        await refusal(people.keys.revoke_api_key(principal, key.id), kind)


@sqlite_only
@pytest.mark.parametrize("name", ["", "   ", "\0", "\u200b", "x" * 101])
async def test_the_app_must_be_named(people: People, name: str) -> None:
    owner = await people.person("ada")
    for attempt in (people.keys.create_app_password(owner, name), people.keys.create_api_key(owner, name, None)):
        error = await refusal(attempt, Kind.INVALID)
        assert list(error.fields) == ["name"]


async def test_with_another_key_kept_secrets_stay_shut_and_new_ones_open(make_people: MakePeople) -> None:
    before = make_people(encrypt_key="a" * 40)
    owner = await before.person("ada")
    old = await before.keys.create_app_password(owner, "old phone")
    after = make_people(encrypt_key="b" * 40)
    await refusal(after.access.authenticate_app("ada", password=old.password), Kind.WRONG_CREDENTIALS)
    new = await after.keys.create_app_password(owner, "new phone")
    assert (await after.access.authenticate_app("ada", password=new.password)).client == "new phone"
    assert [app.name for app in await after.keys.app_passwords(owner)] == ["old phone", "new phone"]
    again = make_people(encrypt_key="a" * 40)
    assert (await again.access.authenticate_app("ada", password=old.password)).client == "old phone"


async def test_a_secret_that_was_moved_to_somebody_else_opens_nothing(people: People, database: Database) -> None:
    ada, bob = await people.person("ada"), await people.person("bob")
    made = await people.keys.create_app_password(bob, "bob's own")
    await people.keys.create_app_password(ada, "ada's own")
    async with database.transaction() as transaction:
        stolen = await transaction.fetch_one(
            select(app_password.c.secret_encrypted).where(app_password.c.user_id == bob.user_id)
        )
        assert stolen is not None
        await transaction.execute(
            update(app_password).where(app_password.c.user_id == ada.user_id).values(secret_encrypted=stolen[0])
        )
    await refusal(people.access.authenticate_app("ada", password=made.password), Kind.WRONG_CREDENTIALS)


BOX = SecretBox("one key of the server")


@settings(deadline=None)
@given(secret=st.text(), owner=st.text())
def test_what_is_sealed_opens_with_the_same_key_for_the_same_owner(secret: str, owner: str) -> None:
    sealed = BOX.seal(secret, owner)
    assert BOX.open(sealed, owner) == secret
    assert BOX.open(sealed, owner + "x") is None
    assert SecretBox("another key").open(sealed, owner) is None
    assert sealed != BOX.seal(secret, owner), "a nonce is never used twice"
    assert sealed.isascii()


@settings(deadline=None)
@given(position=st.integers(0), letter=st.sampled_from("ABCxyz0123_-:="))
def test_a_sealed_secret_that_was_changed_never_opens_as_another(position: int, letter: str) -> None:
    sealed = BOX.seal("secret", "owner")
    place = position % len(sealed)
    changed = sealed[:place] + letter + sealed[place + 1 :]
    assert BOX.open(changed, "owner") in (None, "secret")


def test_what_was_never_sealed_does_not_open() -> None:
    sealed = BOX.seal("secret", "owner")
    for text in (
        "",
        ":",
        "x",
        "x:y",
        sealed[:9],
        sealed[:20],
        sealed[:21],
        "12345678:!!",
        f"{sealed[:9]}ü",
    ):
        assert BOX.open(text, "owner") is None


def test_app_passwords_are_long_random_and_easy_to_type() -> None:
    made = [new_app_password() for _ in range(200)]
    assert len(set(made)) == 200
    assert all(len(password) == 28 for password in made)
    assert not set("".join(made)) & set("0O1lI ")


async def test_nobody_has_more_than_fifty_of_each(people: People) -> None:
    owner, other = await people.person("ada"), await people.person("bob")
    for number in range(50):
        await people.keys.create_app_password(owner, f"app {number}")
        await people.keys.create_api_key(owner, f"key {number}", None)
    for attempt in (people.keys.create_app_password(owner, "x"), people.keys.create_api_key(owner, "x", None)):
        error = await refusal(attempt, Kind.CONFLICT)
        assert error.code == "too_many_keys" and "50" in error.message
    assert (await people.keys.create_app_password(other, "x")).password
    await people.keys.revoke_app_password(owner, (await people.keys.app_passwords(owner))[0].id)
    results = await asyncio.gather(
        *(people.keys.create_app_password(owner, "again") for _ in range(3)), return_exceptions=True
    )
    assert [isinstance(one, NewAppPassword) for one in results].count(True) == 1
    assert len(await people.keys.app_passwords(owner)) == 50


LINKS = [
    ("https://music.example", "music.example:443", "?tls=true"),
    ("https://music.example/antiphon/", "music.example:443/antiphon", "?tls=true"),
    ("http://192.168.1.5:8000", "192.168.1.5:8000", "?tls=false"),
    ("http://[fd00::7]:8000", "[fd00::7]:8000", "?tls=false"),
    ("http://home", "home:80", "?tls=false"),
]


@sqlite_only
@pytest.mark.parametrize(("address", "place", "tls"), LINKS)
async def test_an_app_is_told_all_it_has_to_know(make_people: MakePeople, address: str, place: str, tls: str) -> None:
    asked = make_people()
    owner = await asked.person("ada")
    made = await asked.keys.create_app_password(owner, "phone", asked_at=address)
    assert made.server == address
    assert made.uri == f"subsonic://ada:{made.password}@{place}{tls}"
    assert made.qr.startswith("<svg xmlns=") and made.password not in made.qr
    told = await make_people(public_url=address).keys.create_app_password(owner, "phone", asked_at="http://elsewhere")
    assert told.server == address, "what the owner has set counts"


async def test_the_last_use_of_a_key_is_seen(people: People) -> None:
    owner = await people.person("ada")
    app = await people.keys.create_app_password(owner, "phone")
    key = await people.keys.create_api_key(owner, "sync", None)
    assert [one.last_used_at for one in await people.keys.app_passwords(owner)] == [None]
    await people.access.authenticate(key.key)
    await people.access.authenticate_app("ada", password=app.password)
    await asyncio.gather(*people.access._touching.values())
    (shown_app,), (shown_key,) = await people.keys.app_passwords(owner), await people.keys.api_keys(owner)
    assert (shown_app.last_used_at, shown_key.last_used_at) == (people.clock.now, people.clock.now)
