"""Secrets that must be read again, such as tokens of services elsewhere: encrypted at rest."""

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


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
