"""Where people may have the account that they sign in with: those that the owner has set."""

from antiphon.adapters.oidc import OpenIdDoor, OpenIdSettings
from antiphon.adapters.outgoing import Outgoing
from antiphon.adapters.spotify import NAME as SPOTIFY_NAME
from antiphon.adapters.spotify import SpotifyDoor, SpotifySettings
from antiphon.areas.accounts.data import Provider
from antiphon.bootstrap.provider_settings import OpenIdProvider
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.clock import Clock


def make_providers(settings: Settings, clock: Clock) -> tuple[Provider, ...]:
    """The OpenID providers in the owner's order, then Spotify. Nobody is asked anything here."""
    outgoing = Outgoing()
    providers = [_openid(settings, one, outgoing, clock) for one in settings.openid_providers]
    if settings.spotify.client_id:
        providers.append(_spotify(settings, outgoing, clock))
    return tuple(providers)


def _openid(settings: Settings, provider: OpenIdProvider, outgoing: Outgoing, clock: Clock) -> Provider:
    door = OpenIdDoor(
        OpenIdSettings(
            name=provider.name,
            issuer=provider.issuer,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            scopes=provider.scopes,
            groups_claim=provider.groups_claim,
            needs_groups=bool(provider.roles),
            redirect_address=f"{settings.address}/api/v1/auth/oidc/{provider.id}/callback",
        ),
        outgoing.transport,
        clock,
    )
    return Provider(
        id=provider.id,
        name=provider.name,
        kind="oidc",
        door=door,
        registers=provider.registers,
        roles=dict(provider.roles),
    )


def _spotify(settings: Settings, outgoing: Outgoing, clock: Clock) -> Provider:
    app = settings.spotify
    door = SpotifyDoor(
        SpotifySettings(
            client_id=app.client_id,
            client_secret=app.client_secret,
            redirect_address=app.redirect_address or f"{settings.address}/api/v1/auth/spotify/callback",
            accounts_address=app.accounts_address,
            api_address=app.api_address,
        ),
        outgoing.transport,
        clock,
    )
    return Provider(id="spotify", name=SPOTIFY_NAME, kind="spotify", door=door, tokens=door)
