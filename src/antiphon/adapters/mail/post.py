"""Letters through the outbox: promised in a transaction, sealed while they wait, carried by whoever is set."""

import base64
import hashlib
import os
from email.message import EmailMessage
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from antiphon.adapters.mail.message import message_of
from antiphon.areas.accounts.data import Letter
from antiphon.kernel.db import Transaction
from antiphon.kernel.jobs import JobFailed
from antiphon.kernel.outbox import Outbox, OutgoingMessage

KIND = "mail"
_NONCE_BYTES = 12


class Mailer(Protocol):
    """Who carries mails."""

    async def deliver(self, message: EmailMessage) -> None:
        """Hand a mail over. Raises JobFailed to give it up, UNAVAILABLE to try again."""
        ...


class MailPost:
    """The post of the areas. A letter may hold a link that opens an account, so it waits encrypted."""

    def __init__(self, outbox: Outbox, mailer: Mailer, *, key: str, sender: str, address: str) -> None:
        self._outbox = outbox
        self._mailer = mailer
        self._cipher = AESGCM(hashlib.sha256(b"antiphon mail\0" + key.encode()).digest())
        self._sender = sender
        self._address = address
        outbox.register(KIND, self._send)

    async def put(self, transaction: Transaction, letter: Letter, *, key: str, about_user: int | None = None) -> None:
        """Promise a letter. One of the same key is the same letter."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.json.encode(letter), key.encode())
        payload = {"sealed": base64.b64encode(sealed).decode()}
        await self._outbox.put(transaction, KIND, payload, key=key, about_user=about_user)

    async def _send(self, outgoing: OutgoingMessage) -> None:
        letter = self._opened(outgoing)
        try:
            message = message_of(letter, sender=self._sender, address=self._address, key=outgoing.key)
        except ValueError as error:
            raise JobFailed(f"The mail cannot be written: {error}") from error
        await self._mailer.deliver(message)

    def _opened(self, outgoing: OutgoingMessage) -> Letter:
        try:
            sealed = base64.b64decode(outgoing.payload["sealed"])
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], outgoing.key.encode())
            return msgspec.json.decode(plain, type=Letter)
        except (InvalidTag, KeyError, ValueError) as error:
            raise JobFailed("The mail was written with another ENCRYPT_KEY and cannot be read any more.") from error
