"""The link for making the first admin: it works once, for one, and only while there is no admin."""

import asyncio

import pytest

from antiphon.areas.accounts.data import Registration, SignedIn
from antiphon.kernel.errors import AntiphonError, Kind
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal


def registration(name: str = "root", **values: str) -> Registration:
    return Registration(**{"username": name, "email": f"{name}@example.org", "password": PASSWORD, **values})


async def new_link(people: People) -> str:
    token = await people.registration.new_setup_token()
    assert token is not None
    return token


async def test_the_first_admin_is_made_and_signed_in(people: People) -> None:
    assert await people.registration.setup_needed()
    token = await new_link(people)
    assert len(token) >= 32
    signed_in = await people.registration.set_up(token, registration())
    assert signed_in.user.roles == ("admin", "user")
    assert (await people.access.authenticate(signed_in.token)).is_admin
    assert not await people.registration.setup_needed()


async def test_a_link_works_once(people: People) -> None:
    token = await new_link(people)
    await people.registration.set_up(token, registration())
    error = await refusal(people.registration.set_up(token, registration("second")), Kind.FORBIDDEN)
    assert error.code == "setup_link"
    await refusal(people.sign_in("second"), Kind.WRONG_CREDENTIALS)


async def test_of_two_who_use_it_at_once_one_is_admin(people: People) -> None:
    token = await new_link(people)
    ended = await asyncio.gather(
        *(people.registration.set_up(token, registration(f"person{number}")) for number in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(end, SignedIn) for end in ended) == 1
    refused = [error for error in ended if isinstance(error, AntiphonError)]
    assert len(refused) == 5
    assert {(error.kind, error.code) for error in refused} == {(Kind.FORBIDDEN, "setup_link")}


@pytest.mark.parametrize("token", ["", "x", "x" * 32, "None", "\0", "ü"])
async def test_any_other_link_is_refused(people: People, token: str) -> None:
    await refusal(people.registration.set_up(token, registration()), Kind.FORBIDDEN)
    await new_link(people)
    await refusal(people.registration.set_up(token, registration()), Kind.FORBIDDEN)
    assert await people.registration.setup_needed()


async def test_a_newer_link_ends_the_older(people: People) -> None:
    old, new = await new_link(people), await new_link(people)
    await refusal(people.registration.set_up(old, registration()), Kind.FORBIDDEN)
    assert (await people.registration.set_up(new, registration())).user.username == "root"


async def test_where_there_is_an_admin_there_is_no_link(people: People) -> None:
    token = await new_link(people)
    await people.registration.create_admin("shell@example.org", "shell", PASSWORD)
    await refusal(people.registration.set_up(token, registration()), Kind.FORBIDDEN)
    assert await people.registration.new_setup_token() is None


async def test_a_mistake_leaves_the_link_as_it_was(people: People) -> None:
    token = await new_link(people)
    await people.register("taken")
    await refusal(people.registration.set_up(token, registration(password="short")), Kind.INVALID)
    await refusal(people.registration.set_up(token, registration(username="a b")), Kind.INVALID)
    await refusal(people.registration.set_up(token, registration("taken", email="x@example.org")), Kind.CONFLICT)
    assert (await people.registration.set_up(token, registration())).user.username == "root"


async def test_a_link_outlives_the_server_that_made_it(make_people: MakePeople) -> None:
    token = await new_link(make_people())
    assert (await make_people().registration.set_up(token, registration())).user.username == "root"


async def test_servers_that_start_together_all_have_a_link_and_the_last_counts(people: People) -> None:
    made = await asyncio.gather(*(new_link(people) for _ in range(6)))
    ended = [
        await asyncio.gather(people.registration.set_up(token, registration()), return_exceptions=True)
        for token in made
    ]
    assert sum(isinstance(end[0], SignedIn) for end in ended) == 1
