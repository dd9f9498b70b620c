"""What goes on record: changes to accounts, roles, rights, flags and settings, told by the area that makes them."""

from typing import Any

import msgspec

from antiphon.kernel.events import Event
from antiphon.kernel.principal import Principal


class Recorded(Event, frozen=True):
    """Somebody did something that others may ask about later.

    `action` is `<thing>.<verb in the past>` (`account.blocked`, `song.flagged`), `subject` and `subject_id` are what it
    was done to, `details` are plain JSON values without any secret. `actor_id` is 0 for the server itself.
    """

    actor_id: int
    actor: str
    action: str
    subject: str = ""
    subject_id: int = 0
    subject_name: str = ""
    details: dict[str, Any] = msgspec.field(default_factory=dict)


def recorded(
    principal: Principal, action: str, subject: str = "", subject_id: int = 0, name: str = "", **details: Any
) -> Recorded:
    """The record of something that `principal` does now. Publish it in the transaction that does it."""
    return Recorded(
        actor_id=principal.user_id,
        actor=principal.username,
        action=action,
        subject=subject,
        subject_id=subject_id,
        subject_name=name,
        details=details,
    )
