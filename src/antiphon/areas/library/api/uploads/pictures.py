"""Pictures that lie beside songs: brought once, then named by each song of their folder as its upload begins."""

import msgspec

from antiphon.areas.library.api.uploads.finishing import Finishing
from antiphon.areas.library.api.uploads.receiving import RESUMABLE_SECONDS, check_quota
from antiphon.areas.library.api.uploads.tools import Desk, check_may_upload
from antiphon.areas.library.data import KeptPicture
from antiphon.areas.library.internal.uploading import rows
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid
from antiphon.kernel.ids import new_opaque_id
from antiphon.kernel.principal import Principal


class Pictures:
    """What becomes the cover of songs that come after it. Nobody else finds it, and it goes a day after its last use;
    until then it counts towards the quota."""

    def __init__(self, desk: Desk, finishing: Finishing) -> None:
        self._desk = desk
        self._finishing = finishing

    async def add(self, principal: Principal, given: bytes) -> KeptPicture:
        """Keep a picture, made anew, for the songs that will name its id. Raises NOT_SIGNED_IN, FORBIDDEN, TOO_LARGE
        `quota_exceeded`, UNSUPPORTED_MEDIA `no_picture`, INVALID `image`, NO_SPACE, UNAVAILABLE."""
        check_may_upload(principal)
        desk, user_id = self._desk, principal.user_id
        made = await desk.covers.cover(given)
        desk.incoming.check_space(len(made))
        cover = await self._finishing.store_cover(made)
        now = desk.tools.clock()
        kept = KeptPicture(new_opaque_id("picture"), now + RESUMABLE_SECONDS)
        size = {"size": len(made), "reserved": len(made), "received": len(made)}
        async with desk.tools.database.transaction() as transaction:
            await rows.lock_person(transaction, user_id)
            await check_quota(transaction, desk, user_id, len(made), is_admin=principal.is_admin)
            values = {
                **msgspec.structs.asdict(kept), **size, "user_id": user_id, "label": "", "state": rows.PICTURE,
                "is_resumable": 0, "draft": 0, "stored_name": "", "created_at": now, "updated_at": now,
                "cover_name": cover.name, "cover_hash": cover.hash,
            }  # fmt: skip
            await rows.add(transaction, values)
        return kept

    async def chosen(self, transaction: Transaction, user_id: int, picture_id: str) -> dict[str, str]:
        """The columns of an upload that names a picture; it is kept for another day. Raises INVALID `picture` where the
        person has none of this id, or not any more."""
        found = await transaction.fetch_one(rows.A_PICTURE, id=picture_id, user_id=user_id)
        if found is None:
            raise invalid(picture="There is no such picture of yours, or not any more. Send it again.")
        now = self._desk.tools.clock()
        await rows.change(transaction, picture_id, rows.PICTURE, updated_at=now, expires_at=now + RESUMABLE_SECONDS)
        return {"cover_name": str(found[0]), "cover_hash": str(found[1])}
