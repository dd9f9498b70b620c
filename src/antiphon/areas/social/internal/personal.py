"""What social knows about a person."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from antiphon.areas.social.internal.tables import notice
from antiphon.kernel.db import Reader, Statement

_COLUMNS = ("id", "kind", "details", "created_at", "read_at")
_NOTICES = Statement(
    select(*(notice.c[name] for name in _COLUMNS))
    .where(notice.c.user_id == bindparam("user_id", type_=BigInteger))
    .order_by(notice.c.id)
)


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """A person's notices."""
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in await reader.fetch_slow(_NOTICES, user_id=user_id)]
    return {"notice": [{**one, "details": msgspec.json.decode(one["details"])} for one in found]}
