"""A transport that never waits long, never reads much, and tries once more where nothing can be done twice by it."""

import asyncio
import functools
import random
import ssl

import httpx2

from antiphon.adapters.outgoing import Resting

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0
MAXIMUM_BYTES = 1024 * 1024
SAFE_METHODS = ("GET", "HEAD")
TRIES = 2
# What a server says when it, or who stands before it, cannot just now.
AWAY = (502, 503, 504)


@functools.cache
def certificates() -> ssl.SSLContext:
    """Whom to believe that they are who they say: as the machine has it. Read once, which takes its time."""
    return httpx2.create_ssl_context()


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Reads whole answers. Raises httpx2.TransportError for all that goes wrong."""

    def __init__(self, context: ssl.SSLContext, resting: Resting) -> None:
        self._inner = httpx2.AsyncHTTPTransport(verify=context)
        self._resting = resting

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, read the answer."""
        origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
        if self._resting.rests(origin):
            raise httpx2.ConnectError("it did not answer several times", request=request)
        # What is compressed may be small here and huge unpacked.
        request.headers["accept-encoding"] = "identity"
        seconds = dict.fromkeys(("connect", "pool"), CONNECT_SECONDS) | dict.fromkeys(("read", "write"), TOTAL_SECONDS)
        request.extensions = {**request.extensions, "timeout": seconds}
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._try(request)
        except TimeoutError as error:
            self._resting.failed(origin)
            raise httpx2.ReadTimeout("it took too long", request=request) from error
        except httpx2.TransportError:
            self._resting.failed(origin)
            raise
        if response.status_code in AWAY:
            self._resting.failed(origin)
        else:
            self._resting.answered(origin)
        return response

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._inner.aclose()

    async def _try(self, request: httpx2.Request) -> httpx2.Response:
        if request.method in SAFE_METHODS:
            for _ in range(TRIES - 1):
                try:
                    response = await self._once(request)
                except (httpx2.ConnectError, httpx2.RemoteProtocolError, httpx2.TimeoutException):
                    await self._pause()
                    continue
                if response.status_code not in AWAY:
                    return response
                await self._pause()
        return await self._once(request)

    async def _once(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise httpx2.ReadError("the answer is compressed, which nobody asked for", request=request)
            body = await _read(response, request)
        finally:
            await response.aclose()
        return httpx2.Response(response.status_code, headers=response.headers, content=body, request=request)

    @staticmethod
    async def _pause() -> None:
        await asyncio.sleep(random.uniform(0.1, 0.3))


async def _read(response: httpx2.Response, request: httpx2.Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    async for part in response.stream:
        size += len(part)
        if size > MAXIMUM_BYTES:
            raise httpx2.ReadError("the answer is too long", request=request)
        parts.append(part)
    return b"".join(parts)
