"""Where listens are told: the settings of these services, and the services."""

from collections.abc import Mapping

import msgspec

from antiphon.adapters.outgoing import Outgoing
from antiphon.adapters.scrobble.lastfm import LastFm, LastFmSettings
from antiphon.adapters.scrobble.listenbrainz import ListenBrainz
from antiphon.areas.playback.data.scrobbling import ScrobbleService


class ScrobblingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Base addresses, whose path is kept; without a key and secret of Last.fm nobody can connect it."""

    listenbrainz_address: str
    lastfm: LastFmSettings


def read_scrobbling(texts: Mapping[str, str]) -> ScrobblingSettings:
    """The settings, from texts that have been checked."""
    return ScrobblingSettings(
        listenbrainz_address=texts["LISTENBRAINZ_URL"],
        lastfm=LastFmSettings(
            key=texts["LASTFM_API_KEY"],
            secret=texts["LASTFM_SECRET"],
            address=texts["LASTFM_URL"],
            sign_in_address=texts["LASTFM_AUTH_URL"],
        ),
    )


def make_scrobble_services(settings: ScrobblingSettings) -> tuple[ScrobbleService, ...]:
    """The services. Nobody is asked anything here."""
    outgoing = Outgoing()
    services: list[ScrobbleService] = [ListenBrainz(settings.listenbrainz_address, outgoing.transport)]
    if settings.lastfm.key and settings.lastfm.secret:
        services.append(LastFm(settings.lastfm, outgoing.transport))
    return tuple(services)
