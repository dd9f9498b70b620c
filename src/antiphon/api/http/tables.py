"""Sending tables that people take away, wherever they lie."""

from antiphon.api.http.answers import NO_STORE
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.streaming import content_disposition, send_file, send_read
from antiphon.areas.library.api import Exports
from antiphon.areas.library.data import ExportRow

MEDIA = "text/csv; charset=utf-8"
# What a browser is not to guess: it is a table and no page.
_NO_GUESS: Header = (b"x-content-type-options", b"nosniff")


def sending_table(exports: Exports, row: ExportRow) -> Application:
    """An application that sends a finished table as a file to keep. Raises, before anything is sent, NOT_FOUND
    `file_missing`, UNAVAILABLE."""

    async def send_table(scope: Scope, receive: Receive, send: Send) -> None:
        headers = (NO_STORE, _NO_GUESS, content_disposition(row.file_name))
        path, head_only = exports.file(row), scope["method"] == "HEAD"
        if path is not None:
            await send_file(scope, receive, send, path=path, content_type=MEDIA, headers=headers, head_only=head_only)
            return
        await send_read(
            scope,
            receive,
            send,
            read=lambda first, length: exports.read(row, first, length),
            size=row.size,
            content_type=MEDIA,
            etag=f'"{row.id}"',
            last_modified=row.created_at,
            headers=headers,
            head_only=head_only,
        )

    return send_table
