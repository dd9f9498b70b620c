"""The settings of OpenID providers: as many as the owner names in OIDC_PROVIDERS, each with names of its own."""

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from antiphon.bootstrap.env_file import SettingsError
from antiphon.bootstrap.options import PROVIDER, PROVIDER_OPTIONS, Option, provider_option
from antiphon.kernel.principal import ROLES

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 30
# An account at Spotify is kept under this name already.
TAKEN_NAMES = ("spotify",)


class OpenIdProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as the owner has set it; `roles` are (group, role)."""

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    groups_claim: str
    roles: tuple[tuple[str, str], ...]
    registers: bool


class SpotifyApp(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's own app at Spotify (without a `client_id` there is none), and where Spotify is, paths kept."""

    client_id: str
    client_secret: str
    redirect_address: str
    accounts_address: str
    api_address: str


def spotify_app(texts: Mapping[str, str]) -> SpotifyApp:
    """The app, from texts that have been checked."""
    return SpotifyApp(
        client_id=texts["SPOTIFY_CLIENT_ID"],
        client_secret=texts["SPOTIFY_CLIENT_SECRET"],
        redirect_address=texts["SPOTIFY_REDIRECT_URI"],
        accounts_address=texts["SPOTIFY_ACCOUNTS_URL"].rstrip("/"),
        api_address=texts["SPOTIFY_API_URL"].rstrip("/"),
    )


def read_providers(
    names: Iterable[str],
    values: Mapping[str, str],
    from_file: Iterable[str],
    check: Callable[[Option, str], str],
) -> tuple[OpenIdProvider, ...]:
    """The providers that `names` names, out of all `values`; `check` tells what a value is, or refuses it.

    Raises SettingsError for a name that cannot be, for what is missing, and for settings in the file (`from_file`) of
    a provider that is not named.
    """
    found: dict[str, OpenIdProvider] = {}
    known: set[str] = set()
    for name in names:
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or name in TAKEN_NAMES:
            raise SettingsError(
                f"OIDC_PROVIDERS has {name!r}; a name has small letters, digits and single dashes, and is not spotify."
            )
        if name in found:
            raise SettingsError(f"OIDC_PROVIDERS has {name!r} twice.")
        options = {option.name: provider_option(option, name) for option in PROVIDER_OPTIONS}
        known.update(option.name for option in options.values())
        texts = {key: check(option, values.get(option.name, "").strip()) for key, option in options.items()}
        found[name] = _provider(name, texts, options)
    lonely = next(
        (name for name in from_file if name.startswith("OIDC_") and name not in {*known, "OIDC_PROVIDERS"}), ""
    )
    if lonely:
        raise SettingsError(f"{lonely} is of a provider that OIDC_PROVIDERS does not name.")
    return tuple(found.values())


def _provider(name: str, texts: Mapping[str, str], options: Mapping[str, Option]) -> OpenIdProvider:
    def text(what: str) -> str:
        return texts[f"OIDC_{PROVIDER}_{what}"]

    def called(what: str) -> str:
        return options[f"OIDC_{PROVIDER}_{what}"].name

    for needed in ("ISSUER", "CLIENT_ID"):
        if not text(needed):
            raise SettingsError(f"{called(needed)} is missing: OIDC_PROVIDERS names {name}.")
    return OpenIdProvider(
        id=name,
        name=text("NAME") or name,
        issuer=text("ISSUER"),
        client_id=text("CLIENT_ID"),
        client_secret=text("CLIENT_SECRET"),
        scopes=tuple(text("SCOPES").split()),
        groups_claim=text("GROUPS_CLAIM"),
        roles=tuple(_roles(called("ROLES"), text("ROLES"))),
        registers=text("REGISTER").lower() in ("true", "1", "yes", "on"),
    )


def _roles(name: str, text: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        group, _, role = (piece.strip() for piece in part.rpartition("="))
        if not group or role not in ROLES:
            raise SettingsError(
                f"{name} has {part!r}; it takes group=role, where a role is one of: {', '.join(ROLES)}."
            )
        yield group, role
