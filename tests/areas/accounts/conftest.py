"""Accounts over a fresh database, with a clock that the test moves."""

from collections.abc import Callable
from typing import Any

import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.adapters.media.artwork.portraits import Portraits
from antiphon.areas.accounts.api import Accounts, AccountsOptions
from antiphon.areas.accounts.data import Caller, Letter, Registration, SignedIn
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import JobQueue, JobRegistry
from antiphon.kernel.outbox import Outbox
from antiphon.kernel.principal import Principal
from antiphon.kernel.settings import RuntimeSettings

PASSWORD = "correct horse battery"

# For rules that no database has a part in.
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += days * 86_400


class KeptPost:
    """Keeps letters instead of sending them."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def put(self, transaction: Transaction, letter: Letter, *, key: str, about_user: int | None = None) -> None:
        self.letters.append(letter)


class People:
    """Accounts, and a short way to have somebody with one."""

    def __init__(self, accounts: Accounts, clock: MovedClock, post: KeptPost) -> None:
        self.accounts = accounts
        self.post = post
        self.access = accounts.access
        self.keys = accounts.keys
        self.registration = accounts.registration
        self.clock = clock

    async def register(self, name: str = "ada", **values: Any) -> SignedIn:
        given = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **values}
        if given.pop("from_loopback", False):
            given["caller"] = Caller(address="127.0.0.1", is_loopback=True)
        return await self.registration.register(Registration(**given))

    async def person(self, name: str = "ada", **values: Any) -> Principal:
        """Somebody new, signed in."""
        return await self.access.authenticate((await self.register(name, **values)).token)

    async def admin(self, name: str = "root") -> SignedIn:
        """An admin, signed in."""
        await self.registration.create_admin(f"{name}@example.org", name, PASSWORD)
        return await self.sign_in(name)

    async def sign_in(self, name: str, password: str = PASSWORD) -> SignedIn:
        return await self.accounts.signing_in.by_password(name=name, by_email="@" in name, password=password)


MakePeople = Callable[..., People]


@pytest.fixture
def make_people(database: Database) -> MakePeople:
    """Accounts with settings of the test's own, several of them over the same database if need be."""

    def make(**settings: Any) -> People:
        clock = settings.pop("clock", None) or MovedClock()
        cache = settings.pop("cache", None) or MemoryCache()
        providers = settings.pop("providers", ())
        post, registry = KeptPost(), JobRegistry()
        options = AccountsOptions(**{"password_pepper": "pepper", "encrypt_key": "k" * 40, **settings})
        accounts = Accounts(
            database=database,
            clock=clock,
            cache=cache,
            runtime_settings=RuntimeSettings(database.reader),
            options=options,
            picture_maker=Portraits(),
            post=post,
            outbox=Outbox(registry, JobQueue(database, registry, clock), clock),
            providers=providers,
        )
        return People(accounts, clock, post)

    return make


@pytest.fixture
def people(make_people: MakePeople) -> People:
    """Accounts as they are when nothing is set."""
    return make_people()


async def refusal(attempt: Any, kind: Kind) -> AntiphonError:
    """The refusal of this kind that `attempt` ends with."""
    with pytest.raises(AntiphonError) as refused:
        await attempt
    assert refused.value.kind is kind, refused.value.message
    return refused.value
