"""The settings: environment or `.env` in, one frozen object out. What is wrong is refused with a sentence."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from antiphon.bootstrap.options import IGNORED, IGNORED_PREFIXES, OPTIONS, Option

SAMPLE_SECRETS = ("your-", "changeme", "change-me", "secret", "minioadmin", "example", "<generate")
KEPT_KEYS = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "JWT_SECRET_KEY", "ENCRYPT_KEY")
KEY_BYTES = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """A setting is wrong. The message names it and says what would be right."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner has set. Folders are absolute; secrets are filled in; `database_url` is empty for SQLite."""

    data: Path
    music: tuple[Path, ...]
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
    artist_registration: str
    upload_quota: int
    catalogue_access: str
    cors_allowed_origins: tuple[str, ...]
    rate_limits: bool
    enable_music_generation: bool
    enable_real_time: bool
    enable_emotion_detection: bool
    smtp_url: str
    mail_from: str
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
    values = {**read_env_file(folder / ".env", warnings), **given}
    texts = {option.name: _checked(option, values.get(option.name, "").strip()) for option in OPTIONS}
    data = (folder / Path(texts["ANTIPHON_DATA"]).expanduser()).resolve()
    keys = _keys(data, texts)
    _check_together(texts)
    return Settings(
        data=data,
        music=tuple(
            (folder / Path(part).expanduser()).resolve() for part in texts["ANTIPHON_MUSIC"].split(":") if part
        ),
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
        artist_registration=texts["ARTIST_REGISTRATION"],
        upload_quota=int(texts["UPLOAD_QUOTA"]),
        catalogue_access=texts["CATALOGUE_ACCESS"],
        cors_allowed_origins=_list(texts["CORS_ALLOWED_ORIGINS"]),
        rate_limits=texts["RATE_LIMITS"] == "on",
        enable_music_generation=_flag(texts["ENABLE_MUSIC_GENERATION"]),
        enable_real_time=_flag(texts["ENABLE_REAL_TIME"]),
        enable_emotion_detection=_flag(texts["ENABLE_EMOTION_DETECTION"]),
        smtp_url=texts["SMTP_URL"],
        mail_from=texts["MAIL_FROM"],
        warnings=tuple(warnings),
    )


def read_env_file(file: Path, warnings: list[str]) -> dict[str, str]:
    """The lines `NAME=value` of a `.env` file; quotes around a value are taken off. A missing file holds nothing.

    Names of the replaced backends add one warning; raises SettingsError for any other unknown name.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}. It must be a text file in UTF-8.") from error
    known = {option.name for option in OPTIONS}
    found: dict[str, str] = {}
    ignored: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise SettingsError(f"{file}, line {number}: a line must read NAME=value.")
        if name in known:
            found[name] = _unquoted(value.strip())
        elif name in IGNORED or name.startswith(IGNORED_PREFIXES):
            ignored.append(name)
        else:
            raise SettingsError(f"{file}, line {number}: there is no setting {name}.{_suggestion(name, known)}")
    if ignored:
        warnings.append(f"{', '.join(ignored)} in {file.name} mean nothing here and are ignored.")
    return found


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.split(r"\s+#", value, maxsplit=1)[0]


def _suggestion(name: str, known: set[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name.upper(), known, n=1)
    return f" Did you mean {near[0]}?" if near else " See .env.example for all of them."


def _checked(option: Option, text: str) -> str:
    """The value of one setting, or its default; SettingsError where it cannot be."""
    value = text or option.default
    if "\0" in value or "\n" in value:
        raise SettingsError(f"{option.name} holds a control character.")
    if option.choices and value not in option.choices:
        raise SettingsError(f"{option.name} is {value!r}; it must be one of: {', '.join(option.choices)}.")
    if option.sort == "flag" and value.lower() not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise SettingsError(f"{option.name} is {value!r}; it must be True or False.")
    if option.sort == "number" and not (value.isascii() and value.isdigit() and len(value) < 19):
        raise SettingsError(f"{option.name} is {value!r}; it must be a whole number.")
    if option.sort == "address" and value and urlsplit(value).scheme not in ("http", "https"):
        raise SettingsError(f"{option.name} is not an address; it must begin with http:// or https://.")
    if option.secret and value and any(value.lower().startswith(sample) for sample in SAMPLE_SECRETS):
        raise SettingsError(f"{option.name} is a sample value. Set your own, or leave it empty.")
    return value


def _check_together(texts: Mapping[str, str]) -> None:
    if not 0 < int(texts["PORT"]) < 65536:
        raise SettingsError("PORT must be between 1 and 65535.")
    if int(texts["WORKERS"]) < 1:
        raise SettingsError("WORKERS must be 1 or more.")
    if int(texts["WORKERS"]) > 1 and not _redis_url(texts):
        raise SettingsError(
            "WORKERS is more than 1: that needs REDIS_URL, by which the processes tell each other news."
        )
    if texts["RATE_LIMITS"] == "off" and texts["HOST"] not in LOOPBACK:
        raise SettingsError(
            "RATE_LIMITS=off is for benchmarks on loopback only: set HOST to 127.0.0.1, or leave it on."
        )
    try:
        ZoneInfo(texts["TIMEZONE"])
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"TIMEZONE {texts['TIMEZONE']!r} is unknown; use a name such as Europe/Berlin.") from error
    scheme = urlsplit(texts["DATABASE_URL"]).scheme
    if scheme and scheme.partition("+")[0] not in ("postgresql", "postgres", "sqlite"):
        raise SettingsError("DATABASE_URL must begin with postgresql:// (or be empty for SQLite).")
    if texts["REDIS_URL"] and urlsplit(texts["REDIS_URL"]).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError("REDIS_URL must begin with redis://, rediss:// or unix://.")


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


def _keys(data: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """The four keys: as set, else as kept in the data folder, else made now."""
    keys: dict[str, str] = {}
    for name in KEPT_KEYS:
        given = texts[name]
        if given and len(given.encode()) < KEY_BYTES:
            raise SettingsError(f"{name} is shorter than {KEY_BYTES} bytes. Set a longer one, or leave it empty.")
        keys[name] = given or _kept_key(data / "keys" / name.lower())
    return keys


def _kept_key(file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(48))
            new.flush()
            os.fsync(new.fileno())
    except FileExistsError:
        pass
    except OSError as error:
        raise SettingsError(
            f"The data folder cannot be written: {error}. Set ANTIPHON_DATA to one that can."
        ) from error
    key = file.read_text(encoding="ascii").strip()
    if len(key.encode()) < KEY_BYTES:
        raise SettingsError(f"The key in {file} is damaged. Restore it from a backup, or delete it to have a new one.")
    return key


def _flag(text: str) -> bool:
    return text.lower() in ("true", "1", "yes", "on")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
