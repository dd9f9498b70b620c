"""Real time in the list of dialects. OpenAPI has no words for events: they stand in docs/dialects/realtime.md."""

from typing import Any

DESCRIPTION: dict[str, Any] = {
    "tags": [
        {
            "name": "realtime",
            "description": "Events by Socket.IO, namespace /realtime, token in auth.token: "
            "docs/dialects/realtime.md has all of them.",
            "x-mount": "/socket.io",
        }
    ]
}
