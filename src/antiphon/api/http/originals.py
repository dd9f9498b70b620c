"""The original audio of songs, wherever it lies: a file of this machine, or an object in a storage elsewhere.

What lies elsewhere goes through the server, range by range. Where the owner says that clients reach the storage
themselves, apps are sent there by an address that holds for a minute. Browsers are not: pages take sound from their own
origin only, and the storage would have to allow ours.
"""

from collections.abc import Sequence

from antiphon.api.http.answers import NO_STORE
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.exchange import exchange_of
from antiphon.api.http.streaming import send_file, send_read
from antiphon.areas.library.api import Files
from antiphon.areas.library.data import SongFile

# What every browser of these years says of itself, and no app.
BROWSER = b"sec-fetch-mode"


async def send_original(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    files: Files,
    file: SongFile,
    content_type: str = "",
    headers: Sequence[Header] = (),
) -> None:
    """Answer a request with a song's own file, as its header fields ask. HEAD and conditions are answered here.

    Raises, before anything is sent, NOT_FOUND `file_missing`, UNAVAILABLE.
    """
    kind, head_only = content_type or file.content_type, scope["method"] == "HEAD"
    if file.path:
        await send_file(scope, receive, send, path=file.path, content_type=kind, headers=headers, head_only=head_only)
        return
    address = None
    if not head_only and BROWSER not in exchange_of(scope).headers:
        disposition = next((value.decode() for name, value in headers if name == b"content-disposition"), "")
        address = await files.address(file, disposition)
    if address is not None:
        await _send_there(send, address, headers)
        return
    await send_read(
        scope,
        receive,
        send,
        read=lambda first, length: files.read(file, first, length),
        size=file.size,
        content_type=kind,
        etag=f'"{file.stored.rpartition("/")[2]}"',
        last_modified=file.modified_ns / 1e9,
        headers=headers,
        head_only=head_only,
    )


async def _send_there(send: Send, address: str, headers: Sequence[Header]) -> None:
    """Send a client to where the file lies. What is said about the file is the storage's to say."""
    fields: list[Header] = [(b"location", address.encode()), (b"content-length", b"0"), NO_STORE]
    kept = [field for field in headers if field[0] not in (b"cache-control", b"content-disposition")]
    await send({"type": "http.response.start", "status": 302, "headers": [*fields, *kept]})
    await send({"type": "http.response.body", "body": b""})
