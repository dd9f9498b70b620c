"""Calls to addresses that people have entered. They never reach what is private, wherever names and redirects lead.

A host's name is resolved once for each step, and the connection goes to the address that was checked: what the name
means a moment later does not matter.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from antiphon.adapters.outgoing.addresses import Permitted, Resolve, resolve
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 2.0
IDLE_SECONDS = 10.0
MOST_REDIRECTS = 5
MOST_ADDRESSES = 4
LONGEST_ADDRESS = 2_000
REDIRECTS = (301, 302, 303, 307, 308)
USER_AGENT = "Antiphon"
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class GuardedAnswer:
    """An answer whose body comes bit by bit."""

    def __init__(self, response: "httpx2.Response") -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    async def parts(self, most: int) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises TOO_LARGE as soon as it is surely more than `most` bytes."""
        announced = self.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise _too_large(most)
        size = 0
        stream = self._response.stream
        assert isinstance(stream, AsyncIterable)
        async for part in stream:
            size += len(part)
            if size > most:
                raise _too_large(most)
            yield part

    async def body(self, most: int) -> bytes:
        """The whole body. Raises TOO_LARGE above `most` bytes."""
        return b"".join([part async for part in self.parts(most)])


class Guarded:
    """The way out for addresses that people enter. `allowed` are the private addresses and networks that may be called
    all the same."""

    def __init__(self, allowed: Sequence[str] = (), *, resolve: Resolve = resolve) -> None:
        self._permitted = Permitted(allowed)
        self._resolve = resolve

    def check(self, address: str) -> str:
        """The address as it is called, without a fragment. Raises INVALID `address_refused` for what can be none; whom
        its host stands for is looked up only when it is called."""
        return str(checked_address(address.strip()).copy_with(fragment=None))

    @asynccontextmanager
    async def open(
        self, address: str, *, seconds: float, headers: Mapping[str, str] = _NO_HEADERS
    ) -> AsyncGenerator[GuardedAnswer, None]:
        """Ask for `address` by GET and follow at most five redirects, each checked like the address itself.

        All of it, the reading in the block too, takes at most `seconds`. Raises INVALID `address_refused` for one that
        may not be called, UNAVAILABLE where nobody answers properly or in time, TOO_LARGE while reading.
        """
        import httpx2

        try:
            async with asyncio.timeout(seconds):
                response, transport = await self._follow(address, headers)
                try:
                    yield GuardedAnswer(response)
                finally:
                    await response.aclose()
                    await transport.aclose()
        except TimeoutError as error:
            raise unavailable("address_too_slow", "The other server took too long.") from error
        except httpx2.HTTPError as error:
            raise unavailable("address_not_reached", "The other server did not answer properly.") from error

    async def _follow(
        self, address: str, headers: Mapping[str, str]
    ) -> "tuple[httpx2.Response, httpx2.AsyncHTTPTransport]":
        import httpx2

        url = checked_address(address)
        for _ in range(MOST_REDIRECTS + 1):
            response, transport = await self._ask(url, headers)
            target = response.headers.get("location", "") if response.status_code in REDIRECTS else ""
            if not target and response.headers.get("content-encoding", "identity") == "identity":
                return response, transport
            await response.aclose()
            await transport.aclose()
            if not target:
                # What is compressed may be small here and huge unpacked.
                raise unavailable("address_compressed", "The other server sent a packed answer, unasked.")
            try:
                joined = str(url.join(target))
            except (httpx2.InvalidURL, ValueError) as error:
                raise _refused("It leads to something that is no address.") from error
            url = checked_address(joined)
        raise unavailable("address_redirects", "The address leads on and on.")

    async def _ask(
        self, url: "httpx2.URL", headers: Mapping[str, str]
    ) -> "tuple[httpx2.Response, httpx2.AsyncHTTPTransport]":
        """One step, by the first of the host's addresses that can be connected."""
        import httpx2

        from antiphon.adapters.outgoing.transport import certificates

        failure: httpx2.HTTPError | None = None
        for found in await self._addresses(url):
            request = httpx2.Request(
                "GET",
                url.copy_with(host=found),
                headers={
                    "accept": "*/*",
                    "user-agent": USER_AGENT,
                    **headers,
                    "host": url.netloc.decode("ascii"),
                    "accept-encoding": "identity",
                    "connection": "close",
                },
                extensions={
                    "sni_hostname": url.raw_host.decode("ascii"),
                    "timeout": {"connect": CONNECT_SECONDS, "pool": 1.0, "read": IDLE_SECONDS, "write": IDLE_SECONDS},
                },
            )
            transport = httpx2.AsyncHTTPTransport(verify=certificates(), trust_env=False)
            try:
                return await transport.handle_async_request(request), transport
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
                await transport.aclose()
            except BaseException:
                await transport.aclose()
                raise
        assert failure is not None
        raise failure

    async def _addresses(self, url: "httpx2.URL") -> Sequence[str]:
        """The addresses behind a host that may be called, at least one. Raises INVALID, UNAVAILABLE."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await self._resolve(url.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError) as error:
            raise unavailable("address_unknown", "There is no server of this name.") from error
        permitted = [address for address in found if self._permitted.permits(address)]
        if not permitted:
            raise _refused("It leads into a private network, where this server does not go.")
        return permitted[:MOST_ADDRESSES]


def checked_address(text: str) -> "httpx2.URL":
    """The parts of an address, read once for the check and the call alike. Raises INVALID `address_refused`."""
    import httpx2

    if len(text) > LONGEST_ADDRESS:
        raise _refused(f"An address has at most {LONGEST_ADDRESS} characters.")
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError) as error:
        raise _refused("This is no address.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise _refused("An address begins with http:// or https:// and a host.")
    if url.userinfo:
        raise _refused("An address holds no name and no password.")
    is_port = url.port is None or 0 < url.port < 65_536
    if not is_port or not _HOST.fullmatch(url.raw_host) or _is_odd_number(url.host):
        raise _refused("This is no address.")
    return url


def _is_odd_number(host: str) -> bool:
    """Whether old resolvers would read a number out of it that does not stand there: 0x7f.1, 2130706433, 127.1."""
    if ":" in host:
        return False
    last = host.rstrip(".").rpartition(".")[2].lower()
    if not (last.isdigit() or (last.startswith("0x") and all(letter in "0123456789abcdef" for letter in last[2:]))):
        return False
    parts = host.split(".")
    return len(parts) != 4 or any(
        not part.isascii() or not part.isdigit() or str(int(part)) != part or int(part) > 255 for part in parts
    )


def _refused(sentence: str) -> AntiphonError:
    return AntiphonError(Kind.INVALID, "address_refused", sentence, fields={"url": [sentence]})


def _too_large(most: int) -> AntiphonError:
    return AntiphonError(Kind.TOO_LARGE, "answer_too_large", f"The other server sends more than {most} bytes.")
