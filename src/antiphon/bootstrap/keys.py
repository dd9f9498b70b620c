"""The server's own keys: as set, else made once and kept in the data folder."""

import errno
import fcntl
import os
import secrets
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from antiphon.adapters.db.sqlite_locks import sqlite3
from antiphon.bootstrap.env_file import SettingsError

KEPT_KEYS = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "JWT_SECRET_KEY", "ENCRYPT_KEY")
KEY_BYTES = 32
# How keys begin that many people have, because they stand in documents or were made by a template.
SAMPLES = ("changeme", "change-me", "change_me", "secret", "example", "django-insecure-")


def read_keys(data: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """The four keys by name. Raises SettingsError for a short or well-known one, and where none can be kept."""
    for name in KEPT_KEYS:
        given = texts[name]
        if given.lower().startswith(SAMPLES):
            raise SettingsError(f"{name} is a sample value. Set your own, or leave it empty.")
        if given and len(given.encode(errors="surrogateescape")) < KEY_BYTES:
            raise SettingsError(f"{name} is shorter than {KEY_BYTES} bytes. Set a longer one, or leave it empty.")
    _check_not_lost(data, texts)
    return {name: texts[name] or _kept_key(data / "keys" / name.lower()) for name in KEPT_KEYS}


def _check_not_lost(data: Path, texts: Mapping[str, str]) -> None:
    """Raise SettingsError where all keys of a database with accounts have gone: new ones would fit no password."""
    if (data / "keys").exists() or all(texts[name] for name in KEPT_KEYS):
        return
    if _has_accounts(data / "antiphon.db"):
        raise SettingsError(
            f"{data} holds a database, but no folder `keys`: without its keys nobody can sign in. Restore it from a "
            "backup. Where there is none, make an empty one: then everybody needs a new password."
        )


def _has_accounts(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            return database.execute("SELECT 1 FROM user_account LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False


def _kept_key(file: Path) -> str:
    try:
        if not file.exists():
            _make_key(file)
        key = file.read_text(encoding="ascii").strip()
    except OSError as error:
        where = error.filename or file
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "Free some space first" if is_full else "Set ANTIPHON_DATA to one that can"
        raise SettingsError(f"The data folder cannot be used: {where}: {error.strerror}. {cure}.") from error
    except UnicodeDecodeError:
        key = ""
    if len(key) < KEY_BYTES:
        raise SettingsError(f"The key in {file} is damaged. Restore it from a backup, or delete it to have a new one.")
    return key


def _make_key(file: Path) -> None:
    """Write a new key under another name first: nobody ever reads half of one, whenever the power goes."""
    # The data folder comes first: a parent that is made on the way would be everybody's to read.
    for place in (file.parent.parent, file.parent):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if file.exists():
            return
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(48))
            new.flush()
            os.fsync(new.fileno())
        part.rename(file)
        os.fsync(folder)
    finally:
        os.close(folder)
