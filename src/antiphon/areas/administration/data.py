"""What crosses the door of administration."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec


class AuditEntry(msgspec.Struct, frozen=True):
    """Something on record. `at` is seconds since 1970, `actor_id` 0 for the server itself; names stay as they were."""

    id: int
    at: float
    actor_id: int
    actor: str
    action: str
    subject: str
    subject_id: int
    subject_name: str
    details: dict[str, Any]


class PersonalArchive(msgspec.Struct, frozen=True):
    """A ZIP with everything that is known about a person: `pieces` makes its bytes as they are asked for."""

    filename: str
    pieces: AsyncGenerator[bytes]
