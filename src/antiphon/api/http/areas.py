"""The doors that dialects translate to, handed in by bootstrap."""

from dataclasses import dataclass

from antiphon.api.http.ceilings import Ceilings
from antiphon.api.http.signed import SignedAddresses
from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.api import Administration
from antiphon.areas.broadcasts.api import Broadcasts
from antiphon.areas.discovery.api import Discovery
from antiphon.areas.library.api import Library
from antiphon.areas.playback.api import Playback
from antiphon.areas.playlists.api import Playlists
from antiphon.areas.social.api import Social
from antiphon.kernel.cache import Cache
from antiphon.kernel.db import Database
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Areas:
    """Every area's door, and the parts of the kernel that dialects show (jobs, health)."""

    accounts: Accounts
    library: Library
    playback: Playback
    playlists: Playlists
    social: Social
    broadcasts: Broadcasts
    discovery: Discovery
    administration: Administration
    jobs: JobQueue
    database: Database
    cache: Cache
    limits: Limits
    ceilings: Ceilings
    signed: SignedAddresses
    catalogue_is_open: bool


@dataclass(frozen=True, kw_only=True)
class Address:
    """How people reach the server, as the owner has set it; `accelerated` are folders whose files the proxy sends, and
    where it finds them."""

    public_url: str
    cors_allowed_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    accelerated: tuple[tuple[str, str], ...] = ()
