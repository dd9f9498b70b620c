"""Where no mail server is set: each mail is a file in the data folder, and its text stands in the log."""

import asyncio
import logging
import os
import time
from email.message import EmailMessage
from pathlib import Path

log = logging.getLogger(__name__)

KEPT_SECONDS = 30 * 86_400.0


class MailFolder:
    """Files named by the mail's own id: what is delivered twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: EmailMessage) -> None:
        """Write the mail down, and show it in the log."""
        await asyncio.to_thread(self._write, message)
        body = message.get_body(("plain",))
        assert body is not None
        log.info("mail to %s: %s", message["To"], message["Subject"])
        for line in body.get_content().splitlines():
            if line:
                log.info("    %s", line)

    async def remove_old(self) -> int:
        """Take mails away that are older than a month; gives how many."""
        return await asyncio.to_thread(self._remove_old)

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        part = self._folder / f"{name}.part"
        # It may hold a link that sets a new password: for the owner's eyes only.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(bytes(message))
            file.flush()
            os.fsync(descriptor)
        part.rename(self._folder / f"{name}.eml")
        directory = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _remove_old(self) -> int:
        oldest = time.time() - KEPT_SECONDS
        old = [file for file in self._folder.glob("*.*") if file.stat().st_mtime < oldest]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)
