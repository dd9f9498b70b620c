"""Tokens, keys and app passwords: how they are made, hashed and encrypted."""

import base64
import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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


class SecretBox:
    """AES-256-GCM with a random 96-bit nonce. `owner` is bound in: a secret moved to another row does not open."""

    def __init__(self, key: str) -> None:
        digest = hashlib.sha256(b"antiphon secret box\0" + key.encode()).digest()
        self._key_id = hashlib.sha256(digest).hexdigest()[:8]
        self._cipher = AESGCM(digest)

    def seal(self, secret: str, owner: str) -> str:
        """`secret` encrypted, as text: key id, nonce and ciphertext."""
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, secret.encode(), owner.encode())
        return f"{self._key_id}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, owner: str) -> str | None:
        """The secret, or None where it was sealed with another key or for another owner, or is damaged."""
        key_id, _, text = sealed.partition(":")
        if key_id != self._key_id:
            return None
        try:
            raw = base64.urlsafe_b64decode(text)
            return self._cipher.decrypt(raw[:12], raw[12:], owner.encode()).decode()
        except (InvalidTag, ValueError):
            return None
