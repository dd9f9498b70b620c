"""The little demo library of a first start: how far it is, as long as it is being made."""

from typing import Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.v1.encoding import answer

KEY = "demo-music"
"""The name in the cache under which whoever makes the songs tells how far they are."""
KEPT_SECONDS = 60.0
"""Who makes them says something more often; after so long a silence nobody makes them any more."""


class Demo(msgspec.Struct, frozen=True, gc=False):
    """Whether songs of the demo are being made (`composing`, `progress` from 0 to 1), are being looked for on disk
    (`scanning`), or nothing of that sort happens (`none`). `message` is a sentence for people."""

    state: Literal["none", "composing", "scanning"]
    progress: float | None
    message: str


async def demo(request: Request) -> Answer:
    """How far the demo library is."""
    told = await request.areas.cache.get(KEY)
    return answer(Demo("none", None, "") if told is None else msgspec.json.decode(told, type=Demo))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/demo",
        handler=demo,
        summary="How far the demo library of a first start is",
        tag="operation",
        data=Demo,
    ),
)
