"""The second factor: on after a first code only, no code twice, few guesses, and no way around it."""

import asyncio

import pyotp
import pytest
from sqlalchemy import select

from antiphon.areas.accounts.data import AccessEnded, SecondFactorState
from antiphon.areas.accounts.internal.tables import recovery_code, second_factor
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import ANONYMOUS, Principal
from antiphon.kernel.record import Recorded
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal, sqlite_only


def code_of(people: People, secret: str, step: int = 0) -> str:
    """What an authenticator app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).at(int(people.clock.now) + 30 * step)


async def turn_on(people: People, owner: Principal) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a second factor that is on."""
    secret = (await people.accounts.second_factor.begin(owner, PASSWORD)).secret
    codes = await people.accounts.second_factor.confirm(owner, code_of(people, secret))
    people.clock.now += 30
    return secret, codes


async def sign_in(people: People, code: str = "", name: str = "ada") -> str:
    """The token of a sign-in with a code."""
    signing_in = people.accounts.signing_in
    return (await signing_in.by_password(name=name, by_email=False, password=PASSWORD, code=code)).token


async def test_nothing_is_asked_for_until_a_first_code_has_come(people: People) -> None:
    owner = await people.person("ada")
    door = people.accounts.second_factor
    assert await door.state(owner) == SecondFactorState(is_on=False, recovery_codes_left=0)
    await refusal(door.confirm(owner, "123456"), Kind.CONFLICT)
    first = await door.begin(owner, PASSWORD)
    second = await door.begin(owner, PASSWORD)
    assert first.secret != second.secret
    assert await sign_in(people)
    assert (await door.state(owner)).is_on is False
    assert (await refusal(door.confirm(owner, code_of(people, first.secret)), Kind.FORBIDDEN)).code == "mfa_wrong"
    assert len(await door.confirm(owner, code_of(people, second.secret))) == 10
    assert (await refusal(sign_in(people), Kind.NOT_SIGNED_IN)).code == "mfa_required"
    assert (await refusal(door.begin(owner, PASSWORD), Kind.CONFLICT)).code == "mfa_on"
    assert (await refusal(door.confirm(owner, code_of(people, second.secret, 1)), Kind.CONFLICT)).code == "mfa_on"


async def test_it_takes_the_password_to_begin(people: People) -> None:
    owner = await people.person("ada")
    error = await refusal(people.accounts.second_factor.begin(owner, "wrong password"), Kind.FORBIDDEN)
    assert error.code == "wrong_password"


async def test_turning_it_on_ends_the_other_sessions(people: People, database: Database) -> None:
    owner, elsewhere = await people.person("ada"), await people.sign_in("ada")
    await people.access.authenticate(elsewhere.token)
    told: list[object] = []

    async def hear(event: AccessEnded) -> None:
        told.append(event)

    async def hear_record(event: Recorded) -> None:
        told.append(event.action)

    database.subscriptions.after_commit(AccessEnded, hear)
    database.subscriptions.after_commit(Recorded, hear_record)
    secret, _ = await turn_on(people, owner)
    assert told == ["account.second_factor_on", AccessEnded(user_id=owner.user_id)]
    await refusal(people.access.authenticate(elsewhere.token), Kind.NOT_SIGNED_IN)
    assert [one.id for one in await people.accounts.sessions.list(owner)] == [owner.session_id]
    await people.accounts.second_factor.turn_off(owner, code_of(people, secret))
    assert told[-1] == "account.second_factor_off"


async def test_a_code_counts_once_and_only_in_its_time(people: People) -> None:
    secret, _ = await turn_on(people, await people.person("ada"))
    now = code_of(people, secret)
    assert await sign_in(people, now)
    for step in (-2, -1, 0, 2, 3):
        people.accounts.access._checked.clear()
        error = await refusal(sign_in(people, code_of(people, secret, step)), Kind.NOT_SIGNED_IN)
        assert error.code == "mfa_wrong", step
        people.clock.now += 600
        secret_now = code_of(people, secret)
        assert await sign_in(people, f" {secret_now[:3]} {secret_now[3:]} ")


async def test_of_two_who_bring_the_same_code_at_once_one_is_let_in(make_people: MakePeople) -> None:
    people = make_people(rate_limits=False)
    secret, codes = await turn_on(people, await people.person("ada"))
    for code in (code_of(people, secret), codes[0]):
        results = await asyncio.gather(*(sign_in(people, code) for _ in range(4)), return_exceptions=True)
        assert [isinstance(one, str) for one in results].count(True) == 1
        assert all(isinstance(one, (str, AntiphonError)) for one in results)


async def test_recovery_codes_count_once_each_and_are_kept_unreadable(
    make_people: MakePeople, database: Database
) -> None:
    people = make_people(rate_limits=False)
    owner = await people.person("ada")
    secret, codes = await turn_on(people, owner)
    async with database.engine.connect() as connection:
        kept = str((await connection.execute(select(recovery_code.c.code_hash))).all())
        sealed = str((await connection.execute(select(second_factor.c.secret_encrypted))).all())
    assert not any(code in kept for code in codes)
    assert secret not in sealed
    assert await sign_in(people, codes[0].replace("-", " ").upper())
    assert (await people.accounts.second_factor.state(owner)).recovery_codes_left == 9
    assert (await refusal(sign_in(people, codes[0]), Kind.NOT_SIGNED_IN)).code == "mfa_wrong"
    fresh = await people.accounts.second_factor.new_recovery_codes(owner, codes[1])
    assert len(set(fresh) | set(codes)) == 20
    assert (await refusal(sign_in(people, codes[2]), Kind.NOT_SIGNED_IN)).code == "mfa_wrong"
    assert await sign_in(people, fresh[0])


async def test_recovery_codes_are_their_owners_alone(make_people: MakePeople) -> None:
    people = make_people(rate_limits=False)
    _, codes = await turn_on(people, await people.person("ada"))
    _, others = await turn_on(people, await people.person("bob"))
    assert (await refusal(sign_in(people, others[0]), Kind.NOT_SIGNED_IN)).code == "mfa_wrong"
    assert await sign_in(people, others[0], "bob")
    assert await sign_in(people, codes[0])


async def test_turned_off_nothing_of_it_is_left(people: People, database: Database) -> None:
    owner = await people.person("ada")
    secret, codes = await turn_on(people, owner)
    door = people.accounts.second_factor
    assert (await refusal(door.turn_off(owner, "abcde-fghjk"), Kind.FORBIDDEN)).code == "mfa_wrong"
    await door.turn_off(owner, code_of(people, secret))
    assert await sign_in(people)
    async with database.engine.connect() as connection:
        assert (await connection.execute(select(second_factor))).all() == []
        assert (await connection.execute(select(recovery_code))).all() == []
    for attempt in (door.turn_off(owner, codes[0]), door.new_recovery_codes(owner, codes[0])):
        assert (await refusal(attempt, Kind.CONFLICT)).code == "mfa_off"


async def test_only_a_few_guesses_at_a_code_are_looked_at(people: People) -> None:
    owner = await people.person("ada")
    secret, codes = await turn_on(people, owner)
    door = people.accounts.second_factor
    seen = [await _kind(door.turn_off(owner, f"{guess:06}")) for guess in range(20)]
    assert Kind.FORBIDDEN in seen and seen[-1] is Kind.TOO_MANY_REQUESTS
    assert seen.count(Kind.FORBIDDEN) <= 10
    await refusal(door.new_recovery_codes(owner, codes[0]), Kind.TOO_MANY_REQUESTS)
    people.clock.now += 120
    await door.turn_off(owner, code_of(people, secret))


async def test_guessing_codes_at_the_sign_in_has_to_wait_too(people: People) -> None:
    secret, _ = await turn_on(people, await people.person("ada"))
    seen = [await _kind(sign_in(people, f"{guess:06}")) for guess in range(20)]
    assert seen.count(Kind.NOT_SIGNED_IN) <= 10 and seen[-1] is Kind.TOO_MANY_REQUESTS
    people.clock.now += 120
    assert await sign_in(people, code_of(people, secret)), "its owner is soon back"


@sqlite_only
@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\ud800", "x" * 100_000, "٠١٢٣٤٥"])
async def test_odd_codes_are_wrong_codes(make_people: MakePeople, code: str) -> None:
    people = make_people(rate_limits=False)
    owner = await people.person("ada")
    await turn_on(people, owner)
    assert (await refusal(people.accounts.second_factor.turn_off(owner, code), Kind.FORBIDDEN)).code == "mfa_wrong"
    await refusal(sign_in(people, code), Kind.NOT_SIGNED_IN)


async def test_with_another_key_of_the_server_the_recovery_codes_still_open(make_people: MakePeople) -> None:
    before = make_people(encrypt_key="a" * 40)
    _, codes = await turn_on(before, await before.person("ada"))
    after = make_people(encrypt_key="b" * 40)
    assert (await refusal(sign_in(after, "123456"), Kind.NOT_SIGNED_IN)).code == "mfa_wrong"
    assert await sign_in(after, codes[0])


async def test_only_who_is_signed_in_by_password_manages_it(people: People) -> None:
    owner = await people.person("ada")
    key = await people.keys.create_api_key(owner, "all", ["read", "write", "upload", "admin"])
    app = await people.keys.create_app_password(owner, "phone")
    by_key = await people.access.authenticate(key.key)
    by_app = await people.access.authenticate_app("ada", password=app.password)
    door = people.accounts.second_factor
    for principal, kind in ((by_key, Kind.FORBIDDEN), (by_app, Kind.FORBIDDEN), (ANONYMOUS, Kind.NOT_SIGNED_IN)):
        await refusal(door.state(principal), kind)
        await refusal(door.begin(principal, PASSWORD), kind)
        await refusal(door.confirm(principal, "123456"), kind)
        await refusal(door.new_recovery_codes(principal, "123456"), kind)
        await refusal(door.turn_off(principal, "123456"), kind)


async def _kind(attempt: object) -> Kind | None:
    try:
        await attempt  # type: ignore[misc]
    except AntiphonError as error:
        return error.kind
    return None
