"""The settings: environment or `.env` in, one frozen object out. What is wrong is refused with a sentence."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from antiphon.areas.library.data import ArchiveLimits
from antiphon.bootstrap.env_file import SettingsError, check_near_misses, read_env_file
from antiphon.bootstrap.keys import read_keys
from antiphon.bootstrap.options import OPTIONS, Option
from antiphon.bootstrap.provider_settings import OpenIdProvider, SpotifyApp, read_providers, spotify_app
from antiphon.bootstrap.scrobbling import ScrobblingSettings, read_scrobbling
from antiphon.bootstrap.storage_settings import ObjectStorage, read_object_storage

__all__ = ["Settings", "SettingsError", "read_settings"]

# What stands in the documents of the replaced backends where a secret of one's own should.
PLACEHOLDERS = ("your-", "your_", "<")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAXIMUM_WORKERS = 64
MOST_DIGITS = 18
SCHEMES = {
    "DATABASE_URL": ("postgresql", "postgres", "sqlite"),
    "REDIS_URL": ("redis", "rediss", "unix"),
    "SMTP_URL": ("smtp", "smtps"),
}
_ADDRESS = r"[^<>@\s,;]+@[^<>@\s,;]+"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@,]+/?", re.IGNORECASE)
_SENDER = re.compile(rf"{_ADDRESS}|[^<>@,;]*<{_ADDRESS}>")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has set. Folders are absolute; secrets are filled in; `database_url` is empty for SQLite."""

    data: Path
    music: tuple[Path, ...]
    music_roots: tuple[Path, ...] = ()
    tag_code_page: str = "auto"
    watch_music: str = "auto"
    watch_seconds: int = 60
    host: str
    port: int
    public_url: str
    workers: int
    timezone: str
    debug: bool
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    database_url: str
    redis_url: str
    broker_url: str
    secret_key: str
    password_pepper: str
    jwt_secret_key: str
    encrypt_key: str
    admin_email: str
    registration: str
    artist_registration: str
    upload_quota: int
    archives: ArchiveLimits
    catalogue_access: str
    cors_allowed_origins: tuple[str, ...]
    rate_limits: bool
    enable_music_generation: bool
    enable_real_time: bool
    enable_emotion_detection: bool
    transcodes: int
    transcode_cache: int
    measure_sound: bool
    smtp_url: str
    mail_from: str
    podcast_episode_bytes: int
    spotify: SpotifyApp
    scrobbling: ScrobblingSettings
    outgoing_allow: tuple[str, ...] = ()
    x_accel_redirect: tuple[tuple[str, str], ...] = ()
    jukebox_device: str = ""
    openid_providers: tuple[OpenIdProvider, ...] = ()
    object_storage: ObjectStorage | None = None
    warnings: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where people reach the server: PUBLIC_URL, or the host and port it listens on."""
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return self.public_url or f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings from `environment` (default: the process's) and `.env` in `folder` (default: the working folder).

    The environment beats the file. Raises SettingsError for an unknown name in the file or a value that cannot be.
    """
    folder = folder or Path.cwd()
    given = dict(os.environ if environment is None else environment)
    warnings: list[str] = []
    check_near_misses(given)
    from_file = read_env_file(folder / ".env", warnings)
    values = {**from_file, **given}
    texts = {option.name: _checked(option, values.get(option.name, "").strip()) for option in OPTIONS}
    _check_together(texts)
    if texts["DATABASE_URL"].startswith("sqlite"):
        warnings.append(
            "DATABASE_URL names SQLite: its file is antiphon.db in the data folder, whatever the path says."
        )
    data = _folder(folder, "ANTIPHON_DATA", texts["ANTIPHON_DATA"])
    music = _folders(folder, "ANTIPHON_MUSIC", texts)
    _check_apart(data, music)
    providers = read_providers(_list(texts["OIDC_PROVIDERS"]), values, from_file, _checked)
    settings = _settings(texts, data, music, tuple(warnings))
    return msgspec.structs.replace(
        settings,
        music_roots=_folders(folder, "ANTIPHON_MUSIC_ROOTS", texts),
        tag_code_page=texts["TAG_CODE_PAGE"],
        watch_music=texts["WATCH_MUSIC"],
        watch_seconds=int(texts["WATCH_SECONDS"]),
        outgoing_allow=_list(texts["OUTGOING_ALLOW"]),
        x_accel_redirect=_accelerated(texts),
        jukebox_device=texts["JUKEBOX_DEVICE"],
        openid_providers=providers,
        object_storage=read_object_storage(texts),
    )


def _settings(texts: Mapping[str, str], data: Path, music: tuple[Path, ...], warnings: tuple[str, ...]) -> Settings:
    """The object, from texts that have been checked."""
    keys = read_keys(data, texts)
    return Settings(
        data=data,
        music=music,
        host=texts["HOST"],
        port=int(texts["PORT"]),
        public_url=texts["PUBLIC_URL"].rstrip("/"),
        workers=int(texts["WORKERS"]),
        timezone=texts["TIMEZONE"],
        debug=_flag(texts["DEBUG"]),
        allowed_hosts=_list(texts["ALLOWED_HOSTS"]),
        trusted_proxies=_list(texts["TRUSTED_PROXIES"]),
        database_url=_database_url(texts),
        redis_url=_redis_url(texts),
        broker_url=texts["BROKER_URL"],
        secret_key=keys["SECRET_KEY"],
        password_pepper=keys["SECURITY_PASSWORD_SALT"],
        jwt_secret_key=keys["JWT_SECRET_KEY"],
        encrypt_key=keys["ENCRYPT_KEY"],
        admin_email=texts["ADMIN_EMAIL"],
        cors_allowed_origins=_list(texts["CORS_ALLOWED_ORIGINS"]),
        rate_limits=texts["RATE_LIMITS"] == "on",
        smtp_url=texts["SMTP_URL"],
        mail_from=texts["MAIL_FROM"],
        spotify=spotify_app(texts),
        scrobbling=read_scrobbling(texts),
        warnings=warnings,
        **_abilities(texts),
    )


def _abilities(texts: Mapping[str, str]) -> dict[str, Any]:
    """What people may do here, and how much of it."""
    return {
        "registration": texts["REGISTRATION"],
        "artist_registration": texts["ARTIST_REGISTRATION"],
        "upload_quota": int(texts["UPLOAD_QUOTA"]),
        "archives": ArchiveLimits(*(int(texts[f"ARCHIVE_{limit}"]) for limit in ("FILES", "BYTES", "RATIO"))),
        "catalogue_access": texts["CATALOGUE_ACCESS"],
        "enable_music_generation": _flag(texts["ENABLE_MUSIC_GENERATION"]),
        "enable_real_time": _flag(texts["ENABLE_REAL_TIME"]),
        "enable_emotion_detection": _flag(texts["ENABLE_EMOTION_DETECTION"]),
        "transcodes": int(texts["TRANSCODES"]) or 2 * (os.cpu_count() or 1),
        "transcode_cache": int(texts["TRANSCODE_CACHE"]),
        "measure_sound": _flag(texts["MEASURE_SOUND"]),
        "podcast_episode_bytes": int(texts["PODCAST_EPISODE_BYTES"]),
    }


def _checked(option: Option, text: str) -> str:
    """The value of one setting, or its default; SettingsError where it cannot be."""
    value = text or option.default
    if "\0" in value or "\n" in value:
        raise SettingsError(f"{option.name} holds a control character.")
    if option.choices and value not in option.choices:
        raise SettingsError(f"{option.name} is {value!r}; it must be one of: {', '.join(option.choices)}.")
    if option.sort == "flag" and value.lower() not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise SettingsError(f"{option.name} is {value!r}; it must be True or False.")
    if option.sort == "number":
        if not (value.isascii() and value.isdigit()):
            raise SettingsError(f"{option.name} is {value!r}; it must be a whole number, zero or more.")
        if len(value) > MOST_DIGITS:
            raise SettingsError(f"{option.name} is {value!r}; it may have at most {MOST_DIGITS} digits.")
    if option.sort == "address" and value:
        parts = _split(option.name, value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"{option.name} is not an address; it must begin with http:// or https:// and a host.")
    if option.sort == "networks":
        _check_networks(option.name, _list(value))
    if option.secret and value.lower().startswith(PLACEHOLDERS):
        raise SettingsError(f"{option.name} is a sample value. Set your own, or leave it empty.")
    return value


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address. The value itself is kept out of the sentence: it may hold a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read, because only then it is checked
    except ValueError as error:
        raise SettingsError(f"{name} is not an address: its host or port cannot be.") from error
    return parts


def _check_networks(name: str, values: tuple[str, ...]) -> None:
    for value in values:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError as error:
            raise SettingsError(f"{name} has {value!r}; it takes addresses and networks such as 10.0.0.0/8.") from error


def _folder(base: Path, name: str, text: str) -> Path:
    """The absolute path of a folder that is told as seen from `base`."""
    try:
        return (base / Path(text).expanduser()).resolve()
    except (RuntimeError, OSError) as error:
        raise SettingsError(f"{name} is {text!r}: {error}") from error


def _folders(base: Path, name: str, texts: Mapping[str, str]) -> tuple[Path, ...]:
    return tuple(_folder(base, name, part) for part in texts[name].split(":") if part)


def _check_apart(data: Path, music: tuple[Path, ...]) -> None:
    """Scans go through all of a music folder but what is hidden in it: nothing of another library and nothing that the
    server writes may lie there."""
    for outer in music:
        if _is_walked(data, outer):
            raise SettingsError(
                f"ANTIPHON_MUSIC has {outer}, which holds the folder of ANTIPHON_DATA, {data}: what the server writes "
                "would be taken for music. Set ANTIPHON_DATA to a folder outside of the music."
            )
        for inner in music:
            if inner != outer and _is_walked(inner, outer):
                raise SettingsError(
                    f"ANTIPHON_MUSIC has {inner}, which lies in {outer}: every song in it would be there twice. Name "
                    "only one of the two."
                )


def _is_walked(path: Path, music: Path) -> bool:
    return path.is_relative_to(music) and not any(part.startswith(".") for part in path.relative_to(music).parts)


def _check_together(texts: Mapping[str, str]) -> None:
    for name in ("PORT", "DB_PORT", "REDIS_PORT"):
        if not 0 < int(texts[name]) < 65536:
            raise SettingsError(f"{name} must be between 1 and 65535.")
    if not 0 < int(texts["WORKERS"]) <= MAXIMUM_WORKERS:
        raise SettingsError(f"WORKERS must be between 1 and {MAXIMUM_WORKERS}.")
    if int(texts["WATCH_SECONDS"]) < 1:
        raise SettingsError("WATCH_SECONDS must be at least 1; to watch nothing, set WATCH_MUSIC=off.")
    if int(texts["WORKERS"]) > 1 and not _redis_url(texts):
        raise SettingsError(
            "WORKERS is more than 1: that needs REDIS_URL, by which the processes tell each other news."
        )
    if texts["RATE_LIMITS"] == "off" and texts["HOST"] not in LOOPBACK:
        raise SettingsError(
            "RATE_LIMITS=off is for benchmarks on loopback only: set HOST to 127.0.0.1, or leave it on."
        )
    try:
        texts["HOST"].encode("idna")
    except UnicodeError as error:
        raise SettingsError(f"HOST {texts['HOST']!r} is neither an address nor a host's name.") from error
    try:
        ZoneInfo(texts["TIMEZONE"])
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"TIMEZONE {texts['TIMEZONE']!r} is unknown; use a name such as Europe/Berlin.") from error
    _check_schemes(texts)
    _check_origins(_list(texts["CORS_ALLOWED_ORIGINS"]))


def _check_origins(origins: tuple[str, ...]) -> None:
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"CORS_ALLOWED_ORIGINS has {origin!r}; it takes origins such as https://music.example.org, separated "
                "by commas, or *."
            )


def _check_schemes(texts: Mapping[str, str]) -> None:
    for name, schemes in SCHEMES.items():
        if texts[name] and _split(name, texts[name]).scheme.partition("+")[0] not in schemes:
            shown = [f"{scheme}://" for scheme in schemes]
            raise SettingsError(f"{name} must begin with {' or '.join(shown)}, or be empty.")
    if texts["SMTP_URL"] and not _split("SMTP_URL", texts["SMTP_URL"]).hostname:
        raise SettingsError("SMTP_URL names no host; write smtp://user:password@host:port.")
    if texts["MAIL_FROM"] and not _SENDER.fullmatch(texts["MAIL_FROM"]):
        raise SettingsError("MAIL_FROM must be a mail address such as Music <music@example.org>.")


def _accelerated(texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Folders with nginx's locations for them."""
    found: list[tuple[str, str]] = []
    for text in _list(texts["X_ACCEL_REDIRECT"]):
        folder, _, location = text.rpartition("=")
        if not folder.startswith("/") or not location.startswith("/") or not location.strip("/"):
            raise SettingsError(
                f"X_ACCEL_REDIRECT has {text!r}; it takes a folder and a location such as /srv/music=/antiphon-music."
            )
        found.append((folder, location))
    if found and not texts["TRUSTED_PROXIES"]:
        raise SettingsError("X_ACCEL_REDIRECT is set: that needs TRUSTED_PROXIES, which names the nginx that is meant.")
    return tuple(found)


def _database_url(texts: Mapping[str, str]) -> str:
    url = texts["DATABASE_URL"]
    if url.startswith("sqlite"):
        return ""
    if url or not texts["DB_NAME"]:
        return url
    user, password = quote(texts["DB_USER"] or "postgres", safe=""), quote(texts["DB_PASSWORD"], safe="")
    host = texts["DB_HOST"] or "localhost"
    return f"postgresql://{user}:{password}@{host}:{texts['DB_PORT']}/{quote(texts['DB_NAME'], safe='')}"


def _redis_url(texts: Mapping[str, str]) -> str:
    if texts["REDIS_URL"] or not texts["REDIS_HOST"]:
        return texts["REDIS_URL"]
    return f"redis://{texts['REDIS_HOST']}:{texts['REDIS_PORT']}/0"


def _flag(text: str) -> bool:
    return text.lower() in ("true", "1", "yes", "on")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
