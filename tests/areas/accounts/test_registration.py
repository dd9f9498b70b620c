"""How accounts come to be: names, addresses and passwords that are taken, refused, or somebody else's."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from antiphon.areas.accounts.data import AccountCreated, User
from antiphon.areas.accounts.internal.tables import user_account, user_role
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal, sqlite_only


async def count(database: Database) -> int:
    async with database.engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(user_account))).scalar() or 0)


async def test_who_registers_is_signed_in(people: People) -> None:
    signed_in = await people.register("ada", full_name="Ada  Lovelace")
    assert signed_in.user == User(
        id=signed_in.user.id,
        username="ada",
        email="ada@example.org",
        full_name="Ada Lovelace",
        roles=("user",),
        rights=("stream", "download", "upload", "share", "public_playlists"),
        created_at=people.clock.now,
        updated_at=people.clock.now,
    )
    principal = await people.access.authenticate(signed_in.token)
    assert (principal.user_id, principal.username, principal.roles) == (signed_in.user.id, "ada", {"user"})
    assert await people.access.me(principal) == signed_in.user


async def test_others_hear_of_a_new_account_once(people: People, database: Database) -> None:
    told: list[AccountCreated] = []

    async def hear(event: AccountCreated) -> None:
        told.append(event)

    database.subscriptions.after_commit(AccountCreated, hear)
    signed_in = await people.register()
    await refusal(people.register(), Kind.CONFLICT)
    assert told == [AccountCreated(user_id=signed_in.user.id, username="ada", email="ada@example.org")]


GOOD_NAMES = ["a", "Ada", "ada.lovelace", "ada_l-1815", "1815", "a" * 64, "  ada  "]
BAD_NAMES = [
    "",
    " ",
    ".ada",
    "-ada",
    "_ada",
    "a" * 65,
    "ada lovelace",
    "ada@home",
    "ädä",
    "аda",
    "ａｄａ",
    "ada\0",
    "a/b",
    "a\nb",
    "💿",
]


@sqlite_only
@pytest.mark.parametrize("name", GOOD_NAMES)
async def test_a_user_name_of_plain_letters_is_taken_as_it_is(people: People, name: str) -> None:
    signed_in = await people.register("x", username=name)
    assert signed_in.user.username == name.strip()


@sqlite_only
@pytest.mark.parametrize("name", BAD_NAMES)
async def test_any_other_user_name_is_refused_by_field(people: People, database: Database, name: str) -> None:
    error = await refusal(people.register("x", username=name), Kind.INVALID)
    assert list(error.fields) == ["username"]
    assert await count(database) == 0


@sqlite_only
@pytest.mark.parametrize(
    "email",
    ["", "ada", "@", "ada@", "@home", "ada@@home", "a da@home", "ada@ho me", "ada@home\0", "a,b@home",
     "<ada@home>", "ada@a..b", "ada\u200b@home.org", "ada@\u202ehome.org", "a" * 65 + "@home.org", "a@" + "b" * 191],
)  # fmt: skip
async def test_what_is_no_address_is_refused_by_field(people: People, email: str) -> None:
    error = await refusal(people.register(email=email), Kind.INVALID)
    assert list(error.fields) == ["email"]


@sqlite_only
@pytest.mark.parametrize(
    "email", ["ada@home", "ada+music@example.org", "björk@exämple.is", "a.b-c_d@sub.example.co.uk"]
)
async def test_an_address_is_kept_as_it_was_given(people: People, email: str) -> None:
    assert (await people.register(email=f" {email}\n")).user.email == email


@pytest.mark.parametrize("name", ["ADA", "Ada", "aDa", " ada "])
async def test_a_name_in_other_letters_is_the_same_name(people: People, name: str) -> None:
    await people.register("ada")
    error = await refusal(people.register("x", username=name), Kind.CONFLICT)
    assert (error.code, list(error.fields)) == ("username_taken", ["username"])


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.ORG", "ａda@example.org", "ada@ｅxample.org"])
async def test_an_address_that_looks_alike_is_the_same_address(people: People, email: str) -> None:
    await people.register("ada")
    error = await refusal(people.register("x", email=email), Kind.CONFLICT)
    assert (error.code, list(error.fields)) == ("email_taken", ["email"])


async def test_the_taken_field_is_told_whatever_the_name_says(people: People) -> None:
    await people.register("email_key")
    error = await refusal(people.register("email_key", email="other@example.org"), Kind.CONFLICT)
    assert error.code == "username_taken"
    await people.register("uq_user_account_email_key")
    error = await refusal(people.register("uq_user_account_email_key", email="third@example.org"), Kind.CONFLICT)
    assert error.code == "username_taken"


async def many(attempts: list[Any]) -> tuple[int, list[AntiphonError]]:
    """How many of the attempts, all at once, went well, and the others' refusals."""
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    refused = [error for error in ended if isinstance(error, AntiphonError)]
    odd = [error for error in ended if isinstance(error, BaseException) and not isinstance(error, AntiphonError)]
    assert not odd
    return len(ended) - len(refused), refused


async def test_of_many_who_want_a_name_at_once_one_gets_it(people: People, database: Database) -> None:
    names = ["ada", "ADA", "Ada", "aDA"] * 3
    made, refused = await many([people.register(name, email=f"{n}@example.org") for n, name in enumerate(names)])
    assert made == 1
    assert {error.code for error in refused} == {"username_taken"}
    assert await count(database) == 1


async def test_of_many_who_want_an_address_at_once_one_gets_it(people: People, database: Database) -> None:
    attempts = [people.register(f"ada{number}", email="ada@example.org") for number in range(12)]
    made, refused = await many(attempts)
    assert made == 1
    assert {error.code for error in refused} == {"email_taken"}
    assert await count(database) == 1


async def test_many_who_want_different_names_all_get_them(people: People, database: Database) -> None:
    made, refused = await many([people.register(f"person{number}") for number in range(12)])
    assert (made, refused) == (12, [])
    assert await count(database) == 12


async def test_a_refused_account_leaves_nothing_behind(people: People, database: Database) -> None:
    await people.register("ada")
    await refusal(people.register("ada", email="new@example.org", role="artist"), Kind.CONFLICT)
    async with database.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(user_role))).scalar() == 1
    await people.register("bob", email="new@example.org")


async def test_nobody_registers_as_admin(people: People, database: Database) -> None:
    await refusal(people.register(role="admin"), Kind.FORBIDDEN)
    for role in ("ADMIN", " admin", "root", "", "user artist", "user admin"):
        error = await refusal(people.register(role=role), Kind.INVALID)
        assert list(error.fields) == ["role"]
    assert await count(database) == 0


async def test_artists_may_register_where_that_is_open(make_people: MakePeople) -> None:
    assert (await make_people().register("ada", role="artist")).user.roles == ("artist", "user")
    waiting = make_people(artist_registration="approval")
    assert (await waiting.register("bob", role="artist")).user.roles == ("user",)


async def test_a_full_name_is_one_line_of_letters_that_people_see(people: People) -> None:
    given = " Ada\t\x00 King\r\n\u202eevil\u200b 👩\u200d💻 نیم\u200cفاصله \x7f "
    assert (await people.register(full_name=given)).user.full_name == "Ada King evil 👩\u200d💻 نیم\u200cفاصله"
    assert len((await people.register("bob", full_name="x" * 500)).user.full_name) == 200


async def test_the_address_of_the_admin_is_proven_by_this_very_machine(make_people: MakePeople) -> None:
    people = make_people(admin_email="Boss@Example.org")
    assert "admin" not in (await people.register("far", email="far@example.org", from_loopback=True)).user.roles
    signed_in = await people.register("boss", email="boss@example.org", from_loopback=True)
    assert signed_in.user.roles == ("admin", "user")
    assert (await people.access.authenticate(signed_in.token)).is_admin


async def test_nobody_proves_it_from_elsewhere(make_people: MakePeople) -> None:
    people = make_people(admin_email="boss@example.org")
    assert (await people.register("boss", email="boss@example.org")).user.roles == ("user",)


async def test_where_mail_can_prove_it_the_machine_does_not(make_people: MakePeople) -> None:
    people = make_people(admin_email="boss@example.org", mail_configured=True)
    assert (await people.register("boss", email="boss@example.org", from_loopback=True)).user.roles == ("user",)


@pytest.mark.parametrize("email", ["boß@example.org", "ｂoss@example.org"])
async def test_an_address_that_looks_like_the_admins_proves_nothing(make_people: MakePeople, email: str) -> None:
    people = make_people(admin_email="boss@example.org")
    assert (await people.register("sly", email=email, from_loopback=True)).user.roles == ("user",)


async def test_without_an_admins_address_nobody_becomes_admin_by_it(people: People) -> None:
    assert (await people.register(from_loopback=True)).user.roles == ("user",)


async def test_the_shell_makes_an_admin(people: People) -> None:
    assert await people.registration.setup_needed()
    user, is_new = await people.registration.create_admin("Root.User+x@example.org", "", PASSWORD)
    assert is_new
    assert (user.username, user.roles) == ("Root.Userx", ("admin", "user"))
    assert not await people.registration.setup_needed()
    assert (await people.sign_in("root.userx")).user.roles == ("admin", "user")


async def test_the_shell_promotes_an_account_and_ends_its_sessions(people: People) -> None:
    before = await people.register("ada", role="artist")
    new_password = "another good password"
    user, is_new = await people.registration.create_admin("ADA@example.org", "ignored", new_password)
    assert not is_new
    assert user.id == before.user.id
    await refusal(people.access.authenticate(before.token), Kind.NOT_SIGNED_IN)
    await refusal(people.sign_in("ada"), Kind.WRONG_CREDENTIALS)
    assert (await people.sign_in("ada", new_password)).user.roles == ("admin", "artist", "user")


async def test_the_shell_is_told_what_is_wrong(people: People) -> None:
    await people.register("ada")
    assert (await refusal(people.registration.create_admin("x@example.org", "ada", PASSWORD), Kind.CONFLICT)).code == (
        "username_taken"
    )
    assert list((await refusal(people.registration.create_admin("x", "", PASSWORD), Kind.INVALID)).fields) == ["email"]
    for email, username in (("x@example.org", "x"), ("ada@example.org", "")):
        error = await refusal(people.registration.create_admin(email, username, "short"), Kind.INVALID)
        assert list(error.fields) == ["password"]
