"""ETags of the catalogue: made from revisions before any row is read, so that asking again costs nearly nothing."""

import time
from typing import NamedTuple

from antiphon.areas.library.api import Library
from antiphon.kernel.principal import Principal

# What changes without a revision (release dates that pass, other people's plays and ratings) shows after so long.
BUCKET_SECONDS = 60
KNOWN = 1000


class _Tag(NamedTuple):
    """The tag of all that somebody reads, and of what it was made."""

    text: bytes
    principal: Principal
    revisions: tuple[int, int]


class CatalogueTags:
    """Tags of what people read of the catalogue: the same at every address, as a tag is compared with those of its own
    address alone (RFC 9110 §8.8.3)."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._tags: dict[int, _Tag] = {}

    def known(self, principal: Principal) -> bytes | None:
        """The tag of what `principal` reads now, where telling it takes no look into the database; else None."""
        known = self._tags.get(principal.user_id)
        if known is None:
            return None
        text, of, revisions = known
        # These very ones are told for some milliseconds only: no bucket is missed by more.
        still = self._library.browse.believed_revision(principal) is revisions
        return text if still and of is principal else None

    async def tag(self, principal: Principal) -> bytes:
        """The tag of what `principal` reads now."""
        revisions = await self._library.browse.revision(principal)
        bucket = int(time.time()) // BUCKET_SECONDS
        role = "a" if principal.is_admin else "u"
        music, own = revisions
        text = f'W/"{music:x}-{own:x}-{role}{principal.user_id:x}-{bucket:x}"'.encode()
        if len(self._tags) >= KNOWN:
            self._tags.clear()
        self._tags[principal.user_id] = _Tag(text, principal, revisions)
        return text


def is_named(condition: bytes | None, tag: bytes) -> bool:
    """True where an `If-None-Match` field names `tag`."""
    if condition is None:
        return False
    return condition == tag or condition.strip() == b"*" or tag in [part.strip() for part in condition.split(b",")]
