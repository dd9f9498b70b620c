"""Guesses at app passwords have to wait; right ones cost nothing and are not stopped by somebody else's wrong ones."""

import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.kernel.errors import AntiphonError, Kind
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal


async def wrong(people: People, name: str = "ada", address: str = "192.0.2.7") -> Kind:
    """How a wrong sign-in of an app is answered."""
    with pytest.raises(AntiphonError) as refused:
        await people.access.authenticate_app(name, token="0" * 32, salt=f"{people.clock.now}", address=address)
    return refused.value.kind


async def test_guessing_at_an_app_password_has_to_wait(people: People) -> None:
    owner = await people.person("ada")
    made = await people.keys.create_app_password(owner, "phone")
    seen = [await wrong(people) for _ in range(60)]
    assert 1 <= seen.count(Kind.WRONG_CREDENTIALS) <= 10
    assert seen[-1] is Kind.TOO_MANY_REQUESTS
    right = {"password": made.password, "address": "192.0.2.7"}
    error = await refusal(people.access.authenticate_app("ada", **right), Kind.TOO_MANY_REQUESTS)
    assert error.retry_after is not None and 0 < error.retry_after <= 120
    people.clock.now += 120
    assert (await people.access.authenticate_app("ada", **right)).user_id == owner.user_id


async def test_an_old_phone_with_a_revoked_password_stops_no_other(people: People) -> None:
    owner, other = await people.person("ada"), await people.person("bob")
    made = await people.keys.create_app_password(owner, "phone")
    another = await people.keys.create_app_password(other, "phone")
    home = "192.0.2.7"
    await people.access.authenticate_app("ada", password=made.password, address=home)
    await people.access.authenticate_app("bob", password=another.password, address=home)
    for _ in range(30):
        await wrong(people, address=home)
    people.access._checked.clear()
    assert await people.access.authenticate_app("ada", password=made.password, address=home)
    assert await people.access.authenticate_app("bob", password=another.password, address=home)
    people.access._checked.clear()
    elsewhere = people.access.authenticate_app("ada", password=made.password, address="198.51.100.1")
    await refusal(elsewhere, Kind.TOO_MANY_REQUESTS)
    for _ in range(60):
        await wrong(people, address=home)
    people.access._checked.clear()
    there = people.access.authenticate_app("ada", password=made.password, address=home)
    await refusal(there, Kind.TOO_MANY_REQUESTS)
    people.clock.now += 120
    assert await people.access.authenticate_app("ada", password=made.password, address=home)


async def test_right_sign_ins_ask_no_cache(make_people: MakePeople) -> None:
    class Counted(MemoryCache):
        asked = 0

        async def get(self, name: str) -> bytes | None:
            Counted.asked += 1
            return await super().get(name)

        async def increment(self, name: str, seconds: float, by: int = 1) -> int:
            Counted.asked += 1
            return await super().increment(name, seconds, by)

    people = make_people(cache=Counted())
    made = await people.keys.create_app_password(await people.person("ada"), "phone")
    Counted.asked = 0
    for _ in range(5):
        people.access._checked.clear()
        await people.access.authenticate_app("ada", password=made.password, address="192.0.2.7")
    assert Counted.asked == 0


async def test_the_accounts_own_password_is_told_from_a_wrong_one(people: People) -> None:
    await people.person("ada")
    for password, code in ((PASSWORD, "own_password"), ("something else", "wrong_credentials")):
        error = await refusal(people.access.authenticate_app("ada", password=password), Kind.WRONG_CREDENTIALS)
        assert error.code == code
    error = await refusal(people.access.authenticate_app("nobody", password=PASSWORD), Kind.WRONG_CREDENTIALS)
    assert error.code == "wrong_credentials"
