"""Tokens, keys and app passwords: how they are made and hashed."""

import hashlib
import secrets

from antiphon.kernel.secret_box import SecretBox as SecretBox

API_KEY_PREFIX = "antk_"
# Letters and digits that nobody mistakes for one another: an app password is sometimes typed on a phone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
APP_PASSWORD_LENGTH = 28


def new_token() -> str:
    """A session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    """An API key of 256 random bits."""
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def new_app_password() -> str:
    """An app password of more than 128 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(APP_PASSWORD_LENGTH))


def token_hash(token: str) -> str:
    """What is kept of a token or key: SHA-256, enough for random secrets of this length."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
