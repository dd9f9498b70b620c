"""Answers as handlers give them, and how they are sent."""

from collections.abc import Awaitable

import msgspec

from antiphon.api.http.asgi import WHOLE_ANSWER, Header, Message, Send

JSON: Header = (b"content-type", b"application/json")
HTML: Header = (b"content-type", b"text/html; charset=utf-8")
TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
NO_STORE: Header = (b"cache-control", b"no-store")
# Kept by the browser only to be asked about: the ETag tells whether it still holds.
REVALIDATED: Header = (b"cache-control", b"private, no-cache")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A whole answer: `headers` lack only the length."""

    body: bytes
    status: int = 200
    headers: tuple[Header, ...] = (JSON, NO_STORE)


def send_answer(send: Send, answer: Answer, *, head_only: bool = False, tag: bytes | None = None) -> Awaitable[None]:
    """Send `answer`; for HEAD without its body, but with the body's length.

    With an ETag, what the answer says about keeping it is replaced: it may be kept and asked about.
    """
    body = answer.body
    headers = [*answer.headers] if tag is None else [answer.headers[0], (b"etag", tag), REVALIDATED]
    if answer.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(body)))
    shown = b"" if head_only else body
    return send({"type": WHOLE_ANSWER, "status": int(answer.status), "headers": headers, "body": shown})


async def send_in_two(send: Send, whole: Message) -> None:
    """Send a whole answer to a server that does not take it in one message."""
    await send({"type": "http.response.start", "status": whole["status"], "headers": whole["headers"]})
    await send({"type": "http.response.body", "body": whole["body"]})


def redirect(path: str, status: int = 302) -> Answer:
    """Lead to a path on this very server."""
    assert path.startswith("/") and not path.startswith("//")
    return Answer(b"", status, ((b"location", path.encode("ascii")), NO_STORE))
