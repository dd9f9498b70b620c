"""Letters to send."""

from email.message import EmailMessage
from typing import Any

from antiphon.adapters.mail.message import message_of
from antiphon.areas.accounts.data import Letter

ADDRESS = "https://music.example.org"
SENDER = "Antiphon <music@example.org>"


def letter(**changes: Any) -> Letter:
    given = {
        "to": "ada@example.org",
        "subject": "Set a new password",
        "lines": ("Hello ada,", "somebody asked for a new password."),
        "action": "Set a new password",
        "link": f"{ADDRESS}/app/reset?token=secret",
        "closing": ("Good for an hour.",),
    }
    return Letter(**{**given, **changes})


def mail(key: str = "a", **changes: Any) -> EmailMessage:
    return message_of(letter(**changes), sender=SENDER, address=ADDRESS, key=key)
