"""ETags of the catalogue: made from revisions before any row is read, so that asking again costs nearly nothing."""

import time
import zlib
from typing import NamedTuple

from antiphon.api.http.asgi import Scope
from antiphon.areas.library.api import Library
from antiphon.kernel.principal import Principal

# What changes without a revision (release dates that pass, other people's plays and ratings) shows after so long.
BUCKET_SECONDS = 60
KNOWN = 1000


class _Beginning(NamedTuple):
    """What the tags of all that somebody reads begin with, and of what it was made."""

    text: bytes
    principal: Principal
    revisions: tuple[int, int]


class CatalogueTags:
    """Tags of what people read of the catalogue. Each holds the address as well: one that belongs to another address
    says nothing of what is not there."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._beginnings: dict[int, _Beginning] = {}

    def known(self, principal: Principal, scope: Scope) -> bytes | None:
        """The tag of what `principal` now reads at the request's address, where telling it takes no look into the
        database; else None."""
        known = self._beginnings.get(principal.user_id)
        if known is None:
            return None
        beginning, of, revisions = known
        # These very ones are told for some milliseconds only: no bucket is missed by more.
        still = self._library.browse.believed_revision(principal) is revisions
        return _tag(beginning, scope) if still and of is principal else None

    async def tag(self, principal: Principal, scope: Scope) -> bytes:
        """The tag of what `principal` now reads at the request's address."""
        revisions = await self._library.browse.revision(principal)
        bucket = int(time.time()) // BUCKET_SECONDS
        role = "a" if principal.is_admin else "u"
        music, own = revisions
        beginning = f'W/"{music:x}-{own:x}-{role}{principal.user_id:x}-{bucket:x}-'.encode()
        if len(self._beginnings) >= KNOWN:
            self._beginnings.clear()
        self._beginnings[principal.user_id] = _Beginning(beginning, principal, revisions)
        return _tag(beginning, scope)


def _tag(beginning: bytes, scope: Scope) -> bytes:
    address = zlib.crc32(scope["query_string"], zlib.crc32(scope["path"].encode("utf-8", "surrogatepass")))
    return b'%b%x"' % (beginning, address)


def is_named(condition: bytes | None, tag: bytes) -> bool:
    """True where an `If-None-Match` field names `tag`."""
    if condition is None:
        return False
    return condition == tag or condition.strip() == b"*" or tag in [part.strip() for part in condition.split(b",")]
