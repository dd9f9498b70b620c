"""The addresses of sound and pictures that the older dialects tell: whole ones, as their front ends come from elsewhere
and give them to the browser as they are."""

from antiphon.api.http.requests import Request
from antiphon.api.http.signed import Sign


class Addresses:
    """Whole addresses at one server; `sign` tells where somebody's songs play without a header."""

    __slots__ = ("_sign", "server")

    def __init__(self, server: str, sign: Sign) -> None:
        self.server = server
        self._sign = sign

    def audio(self, song_id: int) -> str | None:
        """Where a song plays; None for who has not signed in."""
        path = self._sign(song_id)
        return None if path is None else self.server + path


async def addresses_of(request: Request) -> Addresses:
    """The addresses that whoever asks is told."""
    return Addresses(request.exchange.server, await request.areas.signed.signer(request.principal))


def image_address(server: str, thing: str, thing_id: int, version: int | None) -> str | None:
    """Where a cover is shown to who may see the thing; None where there is none."""
    return None if version is None else f"{server}/{thing}s/{thing_id}/image?v={version}"
