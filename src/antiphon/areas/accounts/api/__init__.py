"""The door of accounts."""

from collections.abc import Sequence

import msgspec

from antiphon.areas.accounts.api.access import Access
from antiphon.areas.accounts.api.app_accounts import AppAccounts
from antiphon.areas.accounts.api.identities import Identities
from antiphon.areas.accounts.api.invitations import Invitations
from antiphon.areas.accounts.api.keys import Keys
from antiphon.areas.accounts.api.letters import Letters
from antiphon.areas.accounts.api.newcomers import Newcomers
from antiphon.areas.accounts.api.own_password import OwnPassword
from antiphon.areas.accounts.api.page_passwords import PagePasswords
from antiphon.areas.accounts.api.people import People
from antiphon.areas.accounts.api.pictures import Pictures
from antiphon.areas.accounts.api.registration import Registrations
from antiphon.areas.accounts.api.second_factor import SecondFactor
from antiphon.areas.accounts.api.sessions import Sessions
from antiphon.areas.accounts.api.signing_in import SigningIn
from antiphon.areas.accounts.data import PictureMaker, Post, Provider
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.correspondence import Correspondence
from antiphon.areas.accounts.internal.passwords import Passwords
from antiphon.areas.accounts.internal.personal import PersonalAccounts
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.outbox import Outbox
from antiphon.kernel.settings import RuntimeSettings

__all__ = [
    "Access",
    "Accounts",
    "AccountsOptions",
    "AppAccounts",
    "Identities",
    "Invitations",
    "Keys",
    "Letters",
    "OwnPassword",
    "People",
    "Pictures",
    "Registrations",
    "SecondFactor",
    "Sessions",
    "SigningIn",
]


class AccountsOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has set about accounts. `registration` is `open`, `invitation`, `approval` or `closed`."""

    password_pepper: str
    encrypt_key: str
    admin_email: str = ""
    registration: str = "open"
    artist_registration: str = "open"
    mail_configured: bool = False
    rate_limits: bool = True
    public_url: str = ""
    address: str = "http://127.0.0.1:8000"


class RegistrationOptions(msgspec.Struct, frozen=True):
    """How people come to this server, for who looks at its door: `mode` is `open`, `invitation`, `approval` or
    `closed`, `artist_registration` `open` or `approval`; `mail` tells whether the server can send any."""

    mode: str
    artist_registration: str
    mail: bool


class _Tools(msgspec.Struct, frozen=True):
    """What most doors work with."""

    database: Database
    clock: Clock
    passwords: Passwords
    box: SecretBox
    attempts: Attempts


class Accounts:
    """How people come (`registration`), get in (`signing_in`) and are known (`access`); who they are (`people`,
    `pictures`), their password (`own_password`), second factor (`second_factor`) and sign-ins (`sessions`), and what
    their apps use (`keys`, `app_accounts`). `identities` are their accounts elsewhere; `letters` go by mail, and
    `invitations` let people come. `page_passwords` guard what people open to others."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        cache: Cache,
        runtime_settings: RuntimeSettings,
        options: AccountsOptions,
        picture_maker: PictureMaker,
        post: Post,
        outbox: Outbox,
        providers: Sequence[Provider] = (),
    ) -> None:
        self.options = RegistrationOptions(options.registration, options.artist_registration, options.mail_configured)
        tools = _Tools(
            database,
            clock,
            Passwords(options.password_pepper),
            SecretBox(options.encrypt_key),
            Attempts(cache, clock, enabled=options.rate_limits),
        )
        self.people = People(database=database, clock=clock)
        self.pictures = Pictures(database=database, clock=clock, people=self.people, maker=picture_maker)
        self._wire_getting_in(tools, options)
        self._wire_coming(tools, options, runtime_settings, providers)
        self._wire_letters(tools, options, post, outbox)
        self.personal = PersonalAccounts(database.reader)

    def _wire_getting_in(self, tools: _Tools, options: AccountsOptions) -> None:
        database, clock, box, attempts = tools.database, tools.clock, tools.box, tools.attempts
        passwords = tools.passwords
        self.access = Access(database=database, clock=clock, box=box, passwords=passwords, attempts=attempts)
        self.signing_in = SigningIn(database=database, clock=clock, passwords=passwords, box=box, attempts=attempts)
        self.own_password = OwnPassword(database=database, clock=clock, passwords=passwords, attempts=attempts)
        self.second_factor = SecondFactor(
            database=database, clock=clock, box=box, own_password=self.own_password, attempts=attempts
        )
        self.sessions = Sessions(database=database, clock=clock)
        self.page_passwords = PagePasswords(passwords=passwords, attempts=attempts)
        self.keys = Keys(database=database, clock=clock, box=box, public_url=options.public_url)

    def _wire_coming(
        self,
        tools: _Tools,
        options: AccountsOptions,
        runtime_settings: RuntimeSettings,
        providers: Sequence[Provider],
    ) -> None:
        self.registration = Registrations(
            database=tools.database,
            clock=tools.clock,
            runtime_settings=runtime_settings,
            passwords=tools.passwords,
            signing_in=self.signing_in,
            admin_email=options.admin_email,
            registration=options.registration,
            artist_registration=options.artist_registration,
            mail_configured=options.mail_configured,
        )
        self.identities = Identities(
            database=tools.database,
            clock=tools.clock,
            box=tools.box,
            attempts=tools.attempts,
            signing_in=self.signing_in,
            newcomers=Newcomers(clock=tools.clock, registration=options.registration, admin_email=options.admin_email),
            providers=providers,
        )
        self.app_accounts = AppAccounts(
            database=tools.database,
            clock=tools.clock,
            passwords=tools.passwords,
            box=tools.box,
            attempts=tools.attempts,
            registration=self.registration,
        )

    def _wire_letters(self, tools: _Tools, options: AccountsOptions, post: Post, outbox: Outbox) -> None:
        database, clock, attempts = tools.database, tools.clock, tools.attempts
        correspondence = Correspondence(
            post=post, clock=clock, address=options.address, admin_email=options.admin_email
        )
        self.letters = Letters(
            database=database,
            clock=clock,
            passwords=tools.passwords,
            attempts=attempts,
            own_password=self.own_password,
            correspondence=correspondence,
            outbox=outbox,
        )
        self.invitations = Invitations(database=database, clock=clock, attempts=attempts, correspondence=correspondence)
