"""ETags of the catalogue: made from revisions before any row is read, so that asking again costs nearly nothing."""

import time
import zlib

from antiphon.api.http.asgi import Scope
from antiphon.areas.library.api import Library
from antiphon.kernel.db import Database
from antiphon.kernel.principal import Principal

# What changes without a revision (release dates that pass, other people's plays and ratings) shows after so long.
BUCKET_SECONDS = 60
# So long what another process writes may go unnoticed; this process's own writes show at once.
BELIEVED_SECONDS = 0.005
KEPT = 1000


class CatalogueTags:
    """Tags of what people read of the catalogue. Requests that come within milliseconds share one look at the
    revisions."""

    def __init__(self, library: Library, database: Database) -> None:
        self._library = library
        self._database = database
        self._known: dict[int, tuple[float, int, tuple[int, int]]] = {}

    async def tag(self, principal: Principal, scope: Scope) -> bytes:
        """The tag of what `principal` now reads at the request's address."""
        music, own = await self._revisions(principal)
        address = zlib.crc32(scope["query_string"], zlib.crc32(scope["path"].encode("utf-8", "surrogatepass")))
        role = "a" if principal.is_admin else "u"
        bucket = int(time.time()) // BUCKET_SECONDS
        return f'W/"{music:x}-{own:x}-{role}{principal.user_id:x}-{bucket:x}-{address:x}"'.encode()

    async def _revisions(self, principal: Principal) -> tuple[int, int]:
        now, commits = time.monotonic(), self._database.commits
        known = self._known.get(principal.user_id)
        if known is not None and known[1] == commits and now - known[0] < BELIEVED_SECONDS:
            return known[2]
        revisions = await self._library.browse.revision(principal)
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[principal.user_id] = now, commits, revisions
        return revisions


def is_named(condition: bytes | None, tag: bytes) -> bool:
    """True where an `If-None-Match` field names `tag`."""
    if condition is None:
        return False
    return condition == tag or condition.strip() == b"*" or tag in [part.strip() for part in condition.split(b",")]
