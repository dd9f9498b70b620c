"""Sessions: what a token is, how long it lasts, and that its end is the end."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from antiphon.areas.accounts.data import AccessEnded, Caller
from antiphon.areas.accounts.internal.devices import device_name
from antiphon.areas.accounts.internal.tables import user_session
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import ANONYMOUS, SYSTEM
from antiphon.kernel.record import Recorded
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal


async def used_at(database: Database) -> list[float]:
    async with database.engine.connect() as connection:
        return list((await connection.execute(select(user_session.c.last_used_at))).scalars())


async def settled(people: People) -> None:
    """Wait until what is written beside the requests has been written."""
    await asyncio.gather(*people.access._touching.values())


async def test_every_sign_in_has_a_token_of_its_own(people: People) -> None:
    first = await people.register("ada")
    second, third = await people.sign_in("ada"), await people.sign_in("ada@example.org")
    tokens = {first.token, second.token, third.token}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens), "256 random bits"
    for token in tokens:
        assert (await people.access.authenticate(token)).username == "ada"


async def test_a_token_is_kept_only_as_a_hash(people: People, database: Database) -> None:
    signed_in = await people.register("ada")
    async with database.engine.connect() as connection:
        rows = (await connection.execute(select(user_session))).all()
    assert len(rows) == 1
    assert signed_in.token not in str(rows)
    if database.dialect == "sqlite":
        file = Path(str(database.engine.url.database))
        kept = b"".join(part.read_bytes() for part in file.parent.glob("antiphon.db*"))
        assert signed_in.user.email.encode() in kept
        assert signed_in.token.encode() not in kept
        assert PASSWORD.encode() not in kept


@pytest.mark.parametrize(
    "token", ["", "x", "x" * 43, "antk_", "antk_" + "x" * 43, "\0", "ü", "' OR 1=1 --", "x" * 100_000]
)
async def test_any_other_token_is_nobodys(people: People, token: str) -> None:
    await people.register("ada")
    await refusal(people.access.authenticate(token), Kind.NOT_SIGNED_IN)


async def test_the_hash_of_a_token_is_no_token(people: People, database: Database) -> None:
    await people.register("ada")
    async with database.engine.connect() as connection:
        kept = (await connection.execute(select(user_session.c.token_hash))).scalar()
    await refusal(people.access.authenticate(str(kept)), Kind.NOT_SIGNED_IN)


async def test_signing_out_ends_that_session_at_once_and_no_other(people: People) -> None:
    here, there = await people.register("ada"), await people.sign_in("ada")
    for _ in range(3):
        principal = await people.access.authenticate(here.token)
    await people.access.sign_out(principal)
    await refusal(people.access.authenticate(here.token), Kind.NOT_SIGNED_IN)
    assert (await people.access.authenticate(there.token)).username == "ada"
    await people.access.sign_out(principal)


async def test_others_hear_which_session_has_ended(people: People, database: Database) -> None:
    told: list[AccessEnded] = []

    async def hear(event: AccessEnded) -> None:
        told.append(event)

    database.subscriptions.after_commit(AccessEnded, hear)
    principal = await people.person("ada")
    await people.access.sign_out(principal)
    assert told == [AccessEnded(user_id=principal.user_id, session_id=principal.session_id)]


async def test_another_process_refuses_an_ended_session_within_a_second(make_people: MakePeople) -> None:
    """Both stand on the same database; only the first hears of the end."""
    here, elsewhere = make_people(), make_people()
    signed_in = await here.register("ada")
    principal = await here.access.authenticate(signed_in.token)
    assert (await elsewhere.access.authenticate(signed_in.token)).username == "ada"
    await here.access.sign_out(principal)
    await refusal(here.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)
    await asyncio.sleep(1.05)
    await refusal(elsewhere.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)


async def test_a_check_that_was_under_way_at_the_end_is_not_believed_afterwards(people: People) -> None:
    for _ in range(15):
        signed_in = await (people.sign_in("ada") if _ else people.register("ada"))
        principal = await people.access.authenticate(signed_in.token)
        people.access._checked.clear()

        async def knock(token: str = signed_in.token) -> None:
            try:
                await people.access.authenticate(token)
            except AntiphonError as error:
                assert error.kind is Kind.NOT_SIGNED_IN

        await asyncio.gather(
            *(knock() for _ in range(10)), people.access.sign_out(principal), *(knock() for _ in range(10))
        )
        await refusal(people.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)


async def test_what_is_long_fills_no_memory(people: People) -> None:
    principal = await people.person("ada")
    made = await people.keys.create_app_password(principal, "phone")
    for length in (8, 100_000):
        salt = "x" * length
        token = hashlib.md5((made.password + salt).encode(), usedforsecurity=False).hexdigest()
        found = await people.access.authenticate_app("ada", token=token, salt=salt)
        assert found.user_id == principal.user_id
        assert (people.access.believed_app("ada", token, salt) is not None) == (length == 8)


LIFETIMES = [(False, 30.0, 90.0), (True, 0.5, 7.0)]


@pytest.mark.parametrize(("is_admin", "idle", "_absolute"), LIFETIMES)
async def test_a_session_that_nobody_uses_ends(people: People, is_admin: bool, idle: float, _absolute: float) -> None:
    signed_in = await (people.admin() if is_admin else people.register())
    people.clock.pass_days(idle - 0.01)
    await people.access.authenticate(signed_in.token)
    await settled(people)
    people.access._checked.clear()
    people.clock.pass_days(idle - 0.01)
    await people.access.authenticate(signed_in.token)
    await settled(people)
    people.access._checked.clear()
    people.clock.pass_days(idle + 0.01)
    await refusal(people.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)


@pytest.mark.parametrize(("is_admin", "idle", "absolute"), LIFETIMES)
async def test_a_session_ends_however_often_it_is_used(
    people: People, is_admin: bool, idle: float, absolute: float
) -> None:
    signed_in = await (people.admin() if is_admin else people.register())
    step = idle * 0.9
    days = 0.0
    while days + step < absolute:
        people.clock.pass_days(step)
        days += step
        people.access._checked.clear()
        await people.access.authenticate(signed_in.token)
        await settled(people)
    people.clock.pass_days(absolute - days + 0.01)
    people.access._checked.clear()
    await refusal(people.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)


async def test_who_becomes_admin_has_the_shorter_session(people: People) -> None:
    await people.register("ada")
    await people.registration.create_admin("ada@example.org", "", PASSWORD)
    signed_in = await people.sign_in("ada")
    people.clock.pass_days(1)
    await refusal(people.access.authenticate(signed_in.token), Kind.NOT_SIGNED_IN)


async def test_the_last_use_is_written_once_a_minute_at_most(people: People, database: Database) -> None:
    signed_in = await people.register("ada")
    began = people.clock.now
    for seconds in (10, 30, 59):
        people.clock.now = began + seconds
        people.access._checked.clear()
        await people.access.authenticate(signed_in.token)
        assert not people.access._touching
    assert await used_at(database) == [began]
    people.clock.now = began + 61
    people.access._checked.clear()
    for _ in range(5):
        people.access._checked.clear()
        await people.access.authenticate(signed_in.token)
        assert len(people.access._touching) <= 1
    await settled(people)
    assert await used_at(database) == [began + 61]


async def test_a_hot_token_costs_no_read(people: People, database: Database) -> None:
    signed_in = await people.register("ada")
    first = await people.access.authenticate(signed_in.token)
    assert await people.access.authenticate(signed_in.token) is first


async def test_me_is_oneself_and_nobody_is_told_so(people: People) -> None:
    principal = await people.person("ada")
    assert (await people.access.me(principal)).email == "ada@example.org"
    for nobody in (ANONYMOUS, SYSTEM):
        await refusal(people.access.me(nobody), Kind.NOT_SIGNED_IN)


async def test_a_key_does_not_sign_out(people: People) -> None:
    owner = await people.person("ada")
    key = await people.keys.create_api_key(owner, "sync", None)
    by_key = await people.access.authenticate(key.key)
    await refusal(people.access.sign_out(by_key), Kind.FORBIDDEN)
    assert (await people.access.authenticate(key.key)).username == "ada"


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
            "Safari/537.36 Edg/138.0.0.0",
            "Edge on macOS",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36",
            "Chrome on ChromeOS",
        ),
        ("Mozilla/5.0", "A browser"),
        ("Mozilla/5.0 (compatible; Windows)", "A browser on Windows"),
        ("python-requests/2.32.3", "python-requests 2.32.3"),
        ("okhttp/4.12.0", "okhttp 4.12.0"),
        ("Feishin", "Feishin"),
        ("MyPlayer/1.0 (Linux)", "MyPlayer 1.0 on Linux"),
        ("", ""),
        ("???", "???"),
        ("<b>x</b>" * 50, ("<b>x</b>" * 50)[:100]),
    ],
)
def test_devices_have_names_that_people_know(client: str, shown: str) -> None:
    assert device_name(client) == shown


async def test_one_sees_ones_own_sessions_the_last_used_first(people: People) -> None:
    first = await people.register("ada", caller=Caller(client=FIREFOX, address="2001:db8:1:2:3::4"))
    await people.person("bob")
    people.clock.now += 61
    second = await people.access.authenticate((await people.sign_in("ada")).token)
    found = await people.accounts.sessions.list(second)
    assert [(one.client, one.network, one.is_current) for one in found] == [
        ("", "", True),
        ("Firefox on Windows", "2001:db8:1:2::/64", False),
    ]
    assert (found[0].created_at, found[1].created_at) == (people.clock.now, people.clock.now - 61)
    people.clock.now += 61
    one = await people.access.authenticate(first.token)
    await settled(people)
    latest = (await people.accounts.sessions.list(second))[0]
    assert (latest.id, latest.last_used_at) == (one.session_id, people.clock.now)


async def test_sessions_that_are_over_are_not_shown(people: People) -> None:
    await people.register("ada")
    people.clock.pass_days(31)
    now = await people.access.authenticate((await people.sign_in("ada")).token)
    assert [one.id for one in await people.accounts.sessions.list(now)] == [now.session_id]


async def test_ones_own_sessions_end_one_by_one_or_all_others(people: People, database: Database) -> None:
    here = await people.person("ada")
    there, gone = [await people.access.authenticate((await people.sign_in("ada")).token) for _ in range(2)]
    other = await people.person("bob")
    told: list[object] = []

    async def hear(event: AccessEnded | Recorded) -> None:
        told.append(event.action if isinstance(event, Recorded) else (event.user_id, event.session_id))

    database.subscriptions.after_commit(AccessEnded, hear)
    database.subscriptions.after_commit(Recorded, hear)
    sessions = people.accounts.sessions
    await sessions.end(here, gone.session_id)
    assert told == ["account.session_ended", (here.user_id, gone.session_id)]
    for foreign in (gone.session_id, other.session_id, 10**17):
        assert (await refusal(sessions.end(here, foreign), Kind.NOT_FOUND)).code == "session_not_found"
    await sessions.end_others(here)
    assert told[2:] == ["account.sessions_ended", (here.user_id, 0)]
    assert [one.id for one in await sessions.list(here)] == [here.session_id]
    assert [one.id for one in await sessions.list(other)] == [other.session_id]
    await sessions.end(here, here.session_id)
    assert await sessions.list(there) == []


async def test_keys_and_apps_see_and_end_no_sessions(people: People) -> None:
    owner = await people.person("ada")
    key = await people.keys.create_api_key(owner, "all", ["read", "write", "upload", "admin"])
    app = await people.keys.create_app_password(owner, "phone")
    by_key = await people.access.authenticate(key.key)
    by_app = await people.access.authenticate_app("ada", password=app.password)
    sessions = people.accounts.sessions
    for principal, kind in ((by_key, Kind.FORBIDDEN), (by_app, Kind.FORBIDDEN), (ANONYMOUS, Kind.NOT_SIGNED_IN)):
        await refusal(sessions.list(principal), kind)
        await refusal(sessions.end(principal, owner.session_id), kind)
        await refusal(sessions.end_others(principal), kind)
