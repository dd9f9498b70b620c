"""Passwords: which are taken, how they are kept, and that checking them tells nobody anything and holds nothing up."""

import asyncio
import statistics
import time

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from antiphon.areas.accounts.internal.common import is_common
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.areas.accounts.internal.tables import user_account
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal, sqlite_only

NEW_PASSWORD = "another good password"


@pytest.fixture(autouse=True)
def _real_hashes(real_hashes: None) -> None:
    """What hashes cost is part of what is tested here."""


@pytest.fixture
def people(make_people: MakePeople) -> People:
    """Accounts at which anybody may try as often as they like: how often they may is told elsewhere."""
    return make_people(rate_limits=False)


async def kept_hash(database: Database, name: str) -> str:
    async with database.engine.connect() as connection:
        found = await connection.execute(
            select(user_account.c.password_hash).where(user_account.c.username_key == name)
        )
        return str(found.scalar())


@sqlite_only
@pytest.mark.parametrize(
    "password",
    ["12 chars ok?", "        x", "ünïcödé ☃ 🎵", "x" * 1024, "tab\tand\0zero", "ﬁﬀ lıgatures", "' OR 1=1; --"],
)
async def test_a_password_may_be_made_of_anything_and_is_taken_unchanged(people: People, password: str) -> None:
    await people.register("ada", password=password)
    assert (await people.sign_in("ada", password)).user.username == "ada"
    for near in (password.strip() + " ", password[:-1], password.swapcase() + "x", password + password[-1]):
        if near != password:
            await refusal(people.sign_in("ada", near), Kind.WRONG_CREDENTIALS)


@sqlite_only
@pytest.mark.parametrize(
    "password",
    ["", "1234567", "sieben7", "x" * 1025, "password", "PASSWORD", "Password1", "12345678", "qwertyuiop", "iloveyou",
     "trustno1", "antiphon", "Antiphon", "ada-lovelace", "ADA-LOVELACE", "ada-lovelace@example.org"],
)  # fmt: skip
async def test_a_password_that_is_easy_to_guess_is_refused_by_field(people: People, password: str) -> None:
    error = await refusal(people.register("ada-lovelace", password=password), Kind.INVALID)
    assert list(error.fields) == ["password"]
    assert error.message == f"password: {error.fields['password'][0]}"


def test_thousands_of_common_passwords_are_known() -> None:
    from antiphon.areas.accounts.internal import common

    assert len(common._common()) >= 3000
    known = [
        "password1",
        "123456789",
        "baseball",
        "superman",
        "1qaz2wsx",
        "sunshine",
        "princess",
        "qwerty123",
        "abcd1234",
    ]
    assert all(is_common(password) and is_common(password.upper()) for password in known)
    assert not any(is_common(word) for word in (PASSWORD, NEW_PASSWORD, "securepassword", "password1 ", "\ud800" * 8))


@settings(deadline=None)
@given(st.text(min_size=8, max_size=1024))
def test_every_other_long_password_is_taken(password: str) -> None:
    try:
        check_password(password, "ada", "ada@example.org")
    except AntiphonError:
        assert is_common(password) or password.casefold() in ("antiphon", "ada@example.org")


async def test_what_is_kept_is_argon2id_with_work_and_salt(people: People, database: Database) -> None:
    await people.register("ada")
    await people.register("bob")
    one, other = await kept_hash(database, "ada"), await kept_hash(database, "bob")
    parameters = extract_parameters(one)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert one != other, "the same password twice is kept differently"
    assert PASSWORD not in one


async def test_without_the_pepper_a_stolen_hash_is_worth_nothing(make_people: MakePeople, database: Database) -> None:
    await make_people(password_pepper="one pepper").register("ada")
    hasher = PasswordHasher()
    with pytest.raises(Exception, match="does not match"):
        hasher.verify(await kept_hash(database, "ada"), PASSWORD)
    await refusal(make_people(password_pepper="another").sign_in("ada"), Kind.WRONG_CREDENTIALS)
    assert (await make_people(password_pepper="one pepper").sign_in("ada")).token


async def test_a_hash_of_less_work_is_made_anew_at_sign_in(people: People, database: Database) -> None:
    await people.register("ada")
    passwords = Passwords("pepper")
    weak = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    old = weak.hash(passwords._peppered(PASSWORD))
    async with database.transaction() as transaction:
        await transaction.execute(update(user_account).values(password_hash=old))
    await refusal(people.sign_in("ada", "a wrong password"), Kind.WRONG_CREDENTIALS)
    assert await kept_hash(database, "ada") == old
    await people.sign_in("ada")
    assert extract_parameters(await kept_hash(database, "ada")).memory_cost == 19_456
    await people.sign_in("ada")


async def test_a_broken_hash_lets_nobody_in(people: People, database: Database) -> None:
    await people.register("ada")
    for broken in ("", "!", "$argon2id$v=19$m=8", PASSWORD, "plain:" + PASSWORD):
        async with database.transaction() as transaction:
            await transaction.execute(update(user_account).values(password_hash=broken))
        for password in (PASSWORD, "", broken, "nobody has this password"):
            await refusal(people.sign_in("ada", password), Kind.WRONG_CREDENTIALS)


@sqlite_only
async def test_an_unknown_account_and_a_wrong_password_sound_the_same(people: People) -> None:
    await people.register("ada")
    told = []
    for name, password in (
        ("ada", "a wrong password"),
        ("nobody", PASSWORD),
        ("ada@example.org", "a wrong password"),
        ("nobody@example.org", PASSWORD),
        ("nobody", ""),
        ("", PASSWORD),
        ("ada", "x" * 5000),
        ("%", PASSWORD),
        ("ada' --", PASSWORD),
    ):
        error = await refusal(people.sign_in(name, password), Kind.WRONG_CREDENTIALS)
        told.append((error.code, error.message, error.fields))
    assert all(answer == told[0] for answer in told)


@sqlite_only
async def test_an_unknown_account_and_a_wrong_password_take_the_same_time(people: People) -> None:
    await people.register("ada")
    took: dict[str, list[float]] = {"ada": [], "nobody": [], "x" * 50: []}
    for _ in range(9):
        for name, times in took.items():
            start = time.process_time()
            await refusal(people.sign_in(name, "a wrong password"), Kind.WRONG_CREDENTIALS)
            times.append(time.process_time() - start)
    # The work itself, whatever else the machine does: the least of several, of the processor's time.
    least = [min(times) for times in took.values()]
    assert min(least) > 0.005, "each of them costs the work of a hash"
    assert max(least) - min(least) < 0.4 * min(least) + 0.005


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada ", "ada@example.org", "ADA@Example.ORG", "ａda@example.org"])
async def test_names_and_addresses_are_taken_in_any_letters(people: People, name: str) -> None:
    await people.register("ada")
    assert (await people.sign_in(name)).user.username == "ada"


async def test_a_name_is_no_address_and_an_address_no_name(people: People) -> None:
    await people.register("ada")
    for name, by_email in (("ada", True), ("ada@example.org", False)):
        await refusal(
            people.accounts.signing_in.by_password(name=name, by_email=by_email, password=PASSWORD),
            Kind.WRONG_CREDENTIALS,
        )


@sqlite_only
async def test_checking_passwords_does_not_hold_up_anything_else(people: People) -> None:
    await people.register("ada")
    lags: list[float] = []
    signing_in = asyncio.gather(*(people.sign_in("ada") for _ in range(20)))
    while not signing_in.done():
        start = time.perf_counter()
        await asyncio.sleep(0.001)
        lags.append(time.perf_counter() - start)
    assert len({signed_in.token for signed_in in await signing_in}) == 20
    assert len(lags) > 20
    assert statistics.median(lags) < 0.05
    assert max(lags) < 0.5


@sqlite_only
async def test_too_many_at_once_are_asked_to_come_back(people: People) -> None:
    await people.register("ada")
    ended = await asyncio.gather(*(people.sign_in("ada") for _ in range(70)), return_exceptions=True)
    refused = [error for error in ended if isinstance(error, AntiphonError)]
    assert 0 < len(refused) < 70
    assert {(error.kind, error.code, error.retry_after) for error in refused} == {
        (Kind.UNAVAILABLE, "too_many_sign_ins", 2)
    }
    assert (await people.sign_in("ada")).token


async def test_a_new_password_ends_the_other_sessions(people: People) -> None:
    here, there = await people.register("ada"), await people.sign_in("ada")
    other = await people.register("bob")
    principal = await people.access.authenticate(here.token)
    await people.access.authenticate(there.token)
    await people.accounts.own_password.change(principal, PASSWORD, NEW_PASSWORD)
    await refusal(people.access.authenticate(there.token), Kind.NOT_SIGNED_IN)
    assert (await people.access.authenticate(here.token)).user_id == principal.user_id
    assert (await people.access.authenticate(other.token)).username == "bob"
    await refusal(people.sign_in("ada"), Kind.WRONG_CREDENTIALS)
    await people.sign_in("ada", NEW_PASSWORD)


async def test_a_new_password_needs_the_old_one_and_the_same_rules(people: People) -> None:
    signed_in = await people.register("ada")
    principal = await people.access.authenticate(signed_in.token)
    error = await refusal(people.accounts.own_password.change(principal, "wrong wrong", NEW_PASSWORD), Kind.FORBIDDEN)
    assert error.code == "wrong_password"
    for weak in ("short", "x" * 1025, "password1", "ada@example.org"):
        error = await refusal(people.accounts.own_password.change(principal, PASSWORD, weak), Kind.INVALID)
        assert list(error.fields) == ["new_password"]
    await people.sign_in("ada")
    await people.access.authenticate(signed_in.token)


async def test_only_who_is_signed_in_by_password_changes_it(people: People) -> None:
    owner = await people.person("ada")
    key = await people.keys.create_api_key(owner, "sync", ["read", "write", "upload", "admin"])
    by_key = await people.access.authenticate(key.key)
    await refusal(people.accounts.own_password.change(by_key, PASSWORD, NEW_PASSWORD), Kind.FORBIDDEN)
    app = await people.keys.create_app_password(owner, "phone")
    by_app = await people.access.authenticate_app("ada", password=app.password)
    await refusal(people.accounts.own_password.change(by_app, PASSWORD, NEW_PASSWORD), Kind.FORBIDDEN)
    await people.sign_in("ada")


async def test_a_sign_in_does_not_outlive_the_password_it_was_made_with(people: People, database: Database) -> None:
    """A password that is changed while the old one is still being checked ends that sign-in too."""
    await people.register("ada")
    await people.register("crowd")
    crowd = [asyncio.create_task(people.sign_in("crowd")) for _ in range(8)]
    sly = asyncio.create_task(people.sign_in("ada"))
    for _ in range(5):
        await asyncio.sleep(0.001)
    async with database.transaction() as transaction:
        await transaction.execute(
            update(user_account).where(user_account.c.username == "ada").values(password_hash="changed meanwhile")
        )
    assert not sly.done(), "the check was to be still under way"
    await refusal(sly, Kind.WRONG_CREDENTIALS)
    await asyncio.gather(*crowd)
