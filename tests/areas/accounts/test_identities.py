"""Who gets in by an account elsewhere, as whom, and with which roles: the rules behind the routes."""

import pytest

from antiphon.areas.accounts.data import (
    Caller,
    CodeNeeded,
    ForeignAccount,
    Handshake,
    Identity,
    Provider,
    SignedIn,
    User,
)
from antiphon.kernel.db import Database
from antiphon.kernel.errors import Kind
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.areas.accounts.conftest import PASSWORD, MakePeople, People, refusal, sqlite_only

BROWSER = "the secret of a browser"
ADA = ForeignAccount(subject="1", username="ada", shown_name="Ada", email="ada@example.org", email_proven=True)


class Door:
    """A provider at which `somebody` signs in."""

    def __init__(self) -> None:
        self.somebody = ADA
        self.handshake = Handshake("", "", "")

    async def address(self, handshake: Handshake) -> str:
        self.handshake = handshake
        return "https://id.example.org/authorize"

    async def account(self, code: str, issuer: str, handshake: Handshake) -> ForeignAccount:
        assert (code, handshake) == ("code", self.handshake)
        return self.somebody


class Visitors:
    """Accounts, and people who come by the provider `company`."""

    def __init__(self, people: People, door: Door) -> None:
        self.people = people
        self.identities = people.accounts.identities
        self.door = door

    async def come(self, account: ForeignAccount = ADA, *, invitation: str = "") -> SignedIn | CodeNeeded:
        self.door.somebody = account
        await self.identities.begin("company", browser=BROWSER, invitation=invitation)
        attempt = await self.identities.resume("company", self.door.handshake.state, BROWSER)
        return await self.identities.finish(attempt, "code", browser=BROWSER)

    async def user(self, account: ForeignAccount = ADA, *, invitation: str = "") -> User:
        """Who is signed in by an account elsewhere."""
        result = await self.come(account, invitation=invitation)
        assert isinstance(result, SignedIn)
        return result.user

    async def link(self, principal: Principal, account: ForeignAccount = ADA) -> Identity:
        self.door.somebody = account
        await self.identities.begin("company", browser=BROWSER, principal=principal)
        attempt = await self.identities.resume("company", self.door.handshake.state, BROWSER)
        return await self.identities.link(principal, attempt, "code")


@pytest.fixture
def make_visitors(make_people: MakePeople):
    """Visitors of a server with settings of the test's own; `registers` and `roles` are the provider's."""

    def make(*, registers: bool = True, roles: dict[str, str] | None = None, **settings) -> Visitors:
        door = Door()
        provider = Provider(
            id="company", name="Company", kind="oidc", door=door, registers=registers, roles=roles or {}
        )
        return Visitors(make_people(providers=[provider], **settings), door)

    return make


def account(subject: str, **values) -> ForeignAccount:
    return ForeignAccount(subject=subject, **values)


async def test_user_names_are_made_valid_and_free(make_visitors) -> None:
    visitors = make_visitors()
    await visitors.people.register("ada")
    names = [
        (account("1", username="ada", email="one@example.org"), "ada2"),
        (account("2", username="ada", email="two@example.org"), "ada3"),
        (account("3", username="Łukasz Öl <b>", email="three@example.org"), "ukaszOlb"),
        (account("4", username="dora@example.org"), "dora"),
        (account("5", username="!!!", shown_name="Emil E."), "EmilE."),
        (account("6", email="fay.f@example.org"), "fay.f"),
        (account("7", username="名前"), "user"),
        (account("8"), "user2"),
        (account("9", username="x" * 300), "x" * 56),
    ]
    for somebody, name in names:
        assert (await visitors.user(somebody)).username == name


async def test_an_address_that_is_taken_or_none_makes_nobody_else_of_one(make_visitors) -> None:
    visitors = make_visitors()
    await visitors.people.register("ada")
    for address in ("ada@example.org", "ADA@Example.org", "ａda@example.org"):
        refused = await refusal(visitors.come(account("1", email=address)), Kind.CONFLICT)
        assert refused.code == "address_taken"
    for number, address in enumerate(("", "no address", "a b@example.org", "x" * 300)):
        assert (await visitors.user(account(f"s{number}", email=address))).email == ""


async def test_the_owners_address_is_left_to_prove(make_visitors) -> None:
    visitors = make_visitors(admin_email="Owner@Example.org", mail_configured=True)
    owner = await visitors.user(account("1", email="owner@example.org", email_proven=True))
    assert (owner.roles, owner.email_proven) == (("user",), False)
    other = await visitors.user(account("2", email="other@example.org", email_proven=True))
    assert other.email_proven
    third = await visitors.user(account("3", email="third@example.org"))
    assert not third.email_proven


@pytest.mark.parametrize(
    ("mode", "registers", "code"),
    [
        ("closed", True, "registration_closed"),
        ("invitation", True, "invitation_needed"),
        ("open", False, "account_unknown"),
        ("closed", False, "account_unknown"),
    ],
)
@sqlite_only
async def test_who_is_new_comes_as_the_server_allows(make_visitors, mode: str, registers: bool, code: str) -> None:
    visitors = make_visitors(registration=mode, registers=registers)
    kind = Kind.SWITCHED_OFF if code == "registration_closed" else Kind.FORBIDDEN
    assert (await refusal(visitors.come(), kind)).code == code
    root = await visitors.people.admin()
    principal = await visitors.people.access.authenticate(root.token)
    await visitors.link(principal)
    assert (await visitors.user()).id == root.user.id, "who is linked gets in all the same"


async def test_who_waits_for_an_admin_has_no_session(make_visitors) -> None:
    visitors = make_visitors(registration="approval", roles={"boss": "admin"})
    for _ in range(2):
        waiting = await visitors.come()
        assert isinstance(waiting, SignedIn)
        assert (waiting.token, waiting.user.standing) == ("", "waiting")
    boss = await visitors.come(account("2", groups=("boss",)))
    assert isinstance(boss, SignedIn) and boss.token and boss.user.roles == ("admin", "user")
    principal = await visitors.people.access.authenticate(boss.token)
    from antiphon.areas.accounts.data import AccountChange

    await visitors.people.accounts.people.set_account(principal, waiting.user.id, AccountChange(standing="active"))
    assert (await visitors.user()).standing == "active"
    await visitors.people.accounts.people.set_account(principal, waiting.user.id, AccountChange(standing="blocked"))
    assert (await refusal(visitors.come(), Kind.FORBIDDEN)).code == "account_blocked"


async def test_groups_decide_about_the_roles_that_they_give(make_visitors) -> None:
    visitors = make_visitors(roles={"bands": "artist", "bosses": "admin"})
    await visitors.people.admin()

    def ada(*groups: str) -> ForeignAccount:
        return account("1", username="ada", groups=groups)

    assert (await visitors.user(ada("bands", "others"))).roles == ("artist", "user")
    token = (await visitors.come(ada("bosses", "bands"))).token  # type: ignore[union-attr]
    assert (await visitors.people.access.authenticate(token)).roles == {"admin", "artist", "user"}
    assert (await visitors.user(ada())).roles == ("user",)
    assert (await visitors.people.access.authenticate(token)).roles == {"user"}, "at once, also where one is signed in"


async def test_groups_leave_other_roles_alone(make_visitors) -> None:
    visitors = make_visitors(roles={"bosses": "admin"})
    await visitors.people.admin()
    principal = await visitors.people.person("ada", role="artist")
    await visitors.link(principal, account("1"))
    assert (await visitors.user(account("1"))).roles == ("artist", "user")


async def test_the_last_admin_stays_one(make_visitors) -> None:
    visitors = make_visitors(roles={"bosses": "admin"})
    root = await visitors.people.admin()
    await visitors.link(await visitors.people.access.authenticate(root.token), account("1"))
    assert (await visitors.user(account("1"))).roles == ("admin", "user")
    await visitors.user(account("2", username="other", groups=("bosses",)))
    assert (await visitors.user(account("1"))).roles == ("user",)


async def test_the_record_tells_who_came_and_linked(make_visitors, database: Database) -> None:
    from antiphon.kernel.record import Recorded

    told: list[Recorded] = []

    async def keep(event: Recorded) -> None:
        told.append(event)

    database.subscriptions.after_commit(Recorded, keep)
    visitors = make_visitors(roles={"bands": "artist"})
    await visitors.user()
    await visitors.user(account("1", groups=("bands",)))
    principal = await visitors.people.person("bea")
    linked = await visitors.link(principal, account("2"))
    await visitors.identities.unlink(principal, linked.id)
    assert [event.action for event in told] == [
        "account.made",
        "account.roles_set",
        "account.identity_linked",
        "account.identity_unlinked",
    ]
    assert all(event.details["provider"] == "company" for event in told)


async def test_a_password_set_later_is_another_way_in(make_visitors) -> None:
    visitors = make_visitors()
    signed_in = await visitors.come()
    assert isinstance(signed_in, SignedIn)
    await refusal(visitors.people.sign_in("ada", ""), Kind.WRONG_CREDENTIALS)
    await refusal(visitors.people.sign_in("ada", PASSWORD), Kind.WRONG_CREDENTIALS)
    principal = await visitors.people.access.authenticate(signed_in.token)
    await visitors.people.accounts.own_password.change(principal, "", PASSWORD)
    assert (await visitors.people.sign_in("ada", PASSWORD)).user.username == "ada"
    again = visitors.people.accounts.own_password.change(principal, "", f"{PASSWORD} 2")
    await refusal(again, Kind.FORBIDDEN)


async def test_beginnings_are_counted_by_where_they_come_from(make_visitors) -> None:
    visitors = make_visitors()
    here, there = Caller(address="192.0.2.1"), Caller(address="192.0.2.2")
    for _ in range(100):
        await visitors.identities.begin("company", browser=BROWSER, caller=here)
    refused = await refusal(visitors.identities.begin("company", browser=BROWSER, caller=here), Kind.TOO_MANY_REQUESTS)
    assert refused.retry_after
    assert await visitors.identities.begin("company", browser=BROWSER, caller=there)


async def test_guesses_at_a_code_have_to_wait(make_visitors) -> None:
    visitors = make_visitors()
    signed_in = await visitors.come()
    assert isinstance(signed_in, SignedIn)
    principal = await visitors.people.access.authenticate(signed_in.token)
    await turn_on(visitors, principal)
    needed = await visitors.come()
    assert isinstance(needed, CodeNeeded)
    caller = Caller(address="192.0.2.1")
    for _ in range(4):
        wrong = visitors.identities.finish_with_code(needed.ticket, "000000", browser=BROWSER, caller=caller)
        assert (await refusal(wrong, Kind.NOT_SIGNED_IN)).code == "mfa_wrong"
    late = visitors.identities.finish_with_code(needed.ticket, "000000", browser=BROWSER, caller=caller)
    await refusal(late, Kind.TOO_MANY_REQUESTS)


async def test_a_ticket_ends_with_its_link_and_with_its_time(make_visitors) -> None:
    visitors = make_visitors()
    principal = await visitors.people.person("bea")
    linked = await visitors.link(principal)
    codes = await turn_on(visitors, principal)
    first, second = await visitors.come(), await visitors.come()
    assert isinstance(first, CodeNeeded) and isinstance(second, CodeNeeded)
    visitors.people.clock.now += 290
    assert (await visitors.identities.finish_with_code(first.ticket, codes[0], browser=BROWSER)).user.username == "bea"
    visitors.people.clock.now += 20
    late = visitors.identities.finish_with_code(second.ticket, codes[1], browser=BROWSER)
    assert (await refusal(late, Kind.FORBIDDEN)).code == "sign_in_expired"
    third = await visitors.come()
    assert isinstance(third, CodeNeeded)
    await visitors.identities.unlink(principal, linked.id)
    gone = visitors.identities.finish_with_code(third.ticket, codes[1], browser=BROWSER)
    assert (await refusal(gone, Kind.FORBIDDEN)).code == "sign_in_expired"


async def turn_on(visitors: Visitors, principal: Principal) -> list[str]:
    """Give somebody a second factor; their recovery codes."""
    import pyotp

    factor = visitors.people.accounts.second_factor
    password = PASSWORD if principal.username == "bea" else ""
    made = await factor.begin(principal, password)
    return list(await factor.confirm(principal, pyotp.TOTP(made.secret).at(visitors.people.clock.now)))


async def test_nobody_links_for_nobody(make_visitors) -> None:
    visitors = make_visitors()
    await visitors.identities.begin("company", browser=BROWSER)
    attempt = await visitors.identities.resume("company", visitors.door.handshake.state, BROWSER)
    assert (await refusal(visitors.identities.link(ANONYMOUS, attempt, "code"), Kind.FORBIDDEN)).code == "link_ended"
    await refusal(visitors.identities.list(ANONYMOUS), Kind.NOT_SIGNED_IN)
    await refusal(visitors.identities.begin("nobody", browser=BROWSER), Kind.NOT_FOUND)
    await refusal(visitors.identities.resume("company", "state", ""), Kind.FORBIDDEN)
