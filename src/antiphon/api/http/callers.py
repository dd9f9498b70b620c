"""Where a sign-in comes from, as accounts wants to know it."""

from antiphon.api.http.exchange import Exchange
from antiphon.areas.accounts.data import Caller


def caller_of(exchange: Exchange) -> Caller:
    """What the caller's browser or app calls itself, and its address."""
    client = exchange.headers.get(b"user-agent", b"").decode("latin-1")[:200]
    return Caller(client=client, address=exchange.address, is_loopback=exchange.is_loopback)
