"""What goes by mail."""

from typing import Protocol

import msgspec

from antiphon.kernel.db import Transaction


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is written: paragraphs, a link with the words on it, and small print. How it looks is the post's."""

    to: str
    subject: str
    lines: tuple[str, ...]
    action: str = ""
    link: str = ""
    closing: tuple[str, ...] = ()


class Post(Protocol):
    """Takes letters, and brings them to people after the transaction."""

    async def put(self, transaction: Transaction, letter: Letter, *, key: str, about_user: int | None = None) -> None:
        """Promise a letter. One of the same key is the same letter; `about_user` has it go with that account."""
        ...


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation without its secret. `email` is empty where whoever has the link may come; `created_by` is the name
    of who made it, empty where they are gone."""

    id: int
    email: str
    role: str
    note: str
    uses: int
    most_uses: int
    created_by: str
    created_at: float
    expires_at: float


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation at the one moment when its link is shown."""

    invitation: Invitation
    link: str
