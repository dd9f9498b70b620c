"""The least that could take a file: ASGI without a framework, each piece of the body written as it comes, one fsync."""

import os
from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Write the body to the file that COPY_TO names."""
    if scope["path"] != "/ready":
        file = os.open(os.environ["COPY_TO"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            more = True
            while more:
                message = await receive()
                os.write(file, message.get("body", b""))
                more = message.get("more_body", False)
            os.fsync(file)
        finally:
            os.close(file)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
