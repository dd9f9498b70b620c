"""What crosses the door of social: frozen values and events."""

from typing import Any, Literal

import msgspec

from antiphon.kernel.events import Event

NoticeKind = Literal[
    "somebody_waits",
    "artist_asked",
    "role_given",
    "standing_changed",
    "new_sign_in",
    "password_changed",
    "second_factor_changed",
    "invitation_taken",
    "item_hidden",
    "item_restored",
    "item_removed",
    "report_decided",
]


class Notice(msgspec.Struct, frozen=True):
    """Something a person should know. `details` has what its sentence names; `read_at` is None until it was read."""

    id: int
    kind: str
    details: dict[str, Any]
    created_at: float
    read_at: float | None


class ChatMessage(msgspec.Struct, frozen=True):
    """Something that somebody said to everybody, at `at` (seconds since 1970)."""

    id: int
    username: str
    message: str
    at: float


class NoticePut(Event, frozen=True):
    """Somebody has a new notice."""

    user_id: int
    notice_id: int
    kind: str
    details: dict[str, Any]
    created_at: float
