"""Which addresses may be called on people's behalf: public ones, and those that the owner has listed."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host's name. Raises OSError."""

_UNICAST6 = ipaddress.IPv6Network("2000::/3")
# Inside the public space, but no host of its own: special assignments (with Teredo), 6to4 and documentation, each of
# which may carry or stand for a private IPv4 address. NAT64, mapped and local addresses lie outside of that space.
_REFUSED6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_REFUSED4 = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4")))


class Permitted:
    """The rule. `allowed` are addresses and networks that may be called though they are not public."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._allowed = [ipaddress.ip_network(one, strict=False) for one in allowed]

    def permits(self, text: str) -> bool:
        """Whether the address may be called; False for what is no address at all."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return is_public(address) or any(address in network for network in self._allowed)


def is_public(address: Address) -> bool:
    """Whether it is the address of one host on the internet, and nothing that leads to another address inside."""
    if isinstance(address, ipaddress.IPv6Address):
        refused: Sequence[ipaddress.IPv6Network | ipaddress.IPv4Network] = _REFUSED6
        if address not in _UNICAST6 or address.scope_id is not None:
            return False
    else:
        refused = _REFUSED4
    return address.is_global and not any(address in network for network in refused)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the machine finds them, each once."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
