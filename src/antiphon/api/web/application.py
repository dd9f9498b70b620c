"""Serving the built web player: hashed files for ever, the page itself always fresh, addresses of views lead to it."""

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec

from antiphon.api.http.answers import HTML, NO_STORE, TEXT, Answer, send_answer
from antiphon.api.http.asgi import Header, Receive, Scope, Send
from antiphon.api.http.etags import is_named
from antiphon.api.http.exchange import exchange_of

PREFIX = "/app/"
FOREVER: Header = (b"cache-control", b"public, max-age=31536000, immutable")
FRESH: Header = (b"cache-control", b"no-cache")
# Smaller files gain nothing, and other kinds are compressed already.
COMPRESSED_FROM_BYTES = 1000
COMPRESSED_KINDS = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")

# Scripts come from this server's files alone. Styles may stand inside the page: the player's menus and sliders place
# themselves by them. Pictures and sound that the player holds in memory have blob: addresses. Radio comes from the
# stations themselves, and sound is all that may: it can neither run nor read anything.
POLICY: Header = (
    b"content-security-policy",
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    b"media-src 'self' blob: http: https:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    b"worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
)
PERMISSIONS: Header = (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=()")

NOT_BUILT = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Antiphon</title>
<h1>The web player has not been built yet</h1>
<p>The server itself is running: apps can connect, and <a href="/docs">the interfaces are described here</a>.</p>
<p>Run <code>make run</code> in the project's folder to build the player and start the server with it.</p>
</html>
"""


class File(msgspec.Struct, frozen=True):
    """A built file, also compressed where that helps."""

    body: bytes
    compressed: bytes | None
    headers: tuple[Header, ...]
    etag: bytes


class Player:
    """The application under /app/. Files are read once and again when the player has been built anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, File] = {}
        self._built_at = 0

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method not in ("GET", "HEAD"):
            answer = Answer(b"Only GET is possible here.\n", 405, (TEXT, NO_STORE, (b"allow", b"GET, HEAD")))
        else:
            answer = self._answer(scope)
        await send_answer(send, answer, head_only=method == "HEAD")

    def _answer(self, scope: Scope) -> Answer:
        name = scope["path"].removeprefix(PREFIX)
        file = self._files.get(name)
        if file is None:
            # An address with a dot names a file; others are views that the page itself shows.
            if "." in name.rpartition("/")[2]:
                self._read_again()
                file = self._files.get(name)
                if file is None:
                    return Answer(b"There is no such file.\n", 404, (TEXT, NO_STORE, POLICY))
            else:
                self._read_again()
                file = self._files.get("index.html")
                if file is None:
                    return Answer(NOT_BUILT, 503, (HTML, NO_STORE, POLICY))
        headers = exchange_of(scope).headers
        if is_named(headers.get(b"if-none-match"), file.etag):
            return Answer(b"", 304, file.headers)
        if file.compressed is not None and b"gzip" in headers.get(b"accept-encoding", b""):
            return Answer(file.compressed, 200, (*file.headers, (b"content-encoding", b"gzip")))
        return Answer(file.body, 200, file.headers)

    def _read_again(self) -> None:
        try:
            built_at = (self._folder / "index.html").stat().st_mtime_ns
        except OSError:
            self._files, self._built_at = {}, 0
            return
        if built_at != self._built_at:
            files = (file for file in self._folder.rglob("*") if file.is_file() and not file.name.startswith("."))
            self._files = {file.relative_to(self._folder).as_posix(): _read(self._folder, file) for file in files}
            self._built_at = built_at


def _read(folder: Path, file: Path) -> File:
    body = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if file.suffix == ".webmanifest":
        kind = "application/manifest+json"
    elif file.suffix in (".js", ".mjs"):
        kind = "text/javascript"
    shown = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()
    is_hashed = file.relative_to(folder).parts[0] == "assets"
    headers: tuple[Header, ...] = ((b"content-type", shown.encode()), FOREVER if is_hashed else FRESH, (b"etag", etag))
    if kind == "text/html":
        headers = (*headers, POLICY, PERMISSIONS)
    compressed = None
    if len(body) >= COMPRESSED_FROM_BYTES and kind.startswith(COMPRESSED_KINDS):
        headers = (*headers, (b"vary", b"Accept-Encoding"))
        compressed = gzip.compress(body, 6, mtime=0)
    return File(body, compressed, headers, etag)
