"""What a browser keeps that has given the password of a share: proof of it, good for that share alone.

Nothing is stored here: the proof covers the share, the hash of its password and an end. A new password makes all
earlier proofs worthless.
"""

import hmac

from antiphon.kernel.clock import Clock

PERMIT_SECONDS = 12 * 3600
_LONGEST = 100


class Permits:
    """Makes and checks them with a key of its own, made from the server's `secret`."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = hmac.digest(secret.encode(), b"permits of shares", "sha256")
        self._clock = clock

    def make(self, share_id: int, password_hash: str) -> str:
        """A permit from now on, for half a day."""
        until = int(self._clock()) + PERMIT_SECONDS
        return f"{until}-{self._proof(share_id, password_hash, until)}"

    def is_right(self, permit: str, share_id: int, password_hash: str) -> bool:
        """Whether it opens the share now."""
        text, _, proof = permit[:_LONGEST].partition("-")
        if not (text.isascii() and text.isdigit()):
            return False
        until = int(text)
        expected = self._proof(share_id, password_hash, until)
        return until > self._clock() and hmac.compare_digest(expected.encode(), proof.encode("utf-8", "replace"))

    def _proof(self, share_id: int, password_hash: str, until: int) -> str:
        return hmac.new(self._key, f"{share_id}\0{password_hash}\0{until}".encode(), "sha256").hexdigest()
