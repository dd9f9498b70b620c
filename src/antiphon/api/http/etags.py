"""ETags of the catalogue: made from revisions before any row is read, so that asking again costs nearly nothing."""

import time
import zlib

from antiphon.api.http.asgi import Scope
from antiphon.areas.library.api import Library
from antiphon.kernel.principal import Principal

# What changes without a revision (release dates that pass, other people's plays and ratings) shows after so long.
BUCKET_SECONDS = 60


class CatalogueTags:
    """Tags of what people read of the catalogue."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def tag(self, principal: Principal, scope: Scope) -> bytes:
        """The tag of what `principal` now reads at the request's address."""
        music, own = await self._library.browse.revision(principal)
        address = zlib.crc32(scope["query_string"], zlib.crc32(scope["path"].encode("utf-8", "surrogatepass")))
        role = "a" if principal.is_admin else "u"
        bucket = int(time.time()) // BUCKET_SECONDS
        return f'W/"{music:x}-{own:x}-{role}{principal.user_id:x}-{bucket:x}-{address:x}"'.encode()


def is_named(condition: bytes | None, tag: bytes) -> bool:
    """True where an `If-None-Match` field names `tag`."""
    if condition is None:
        return False
    return condition == tag or condition.strip() == b"*" or tag in [part.strip() for part in condition.split(b",")]
