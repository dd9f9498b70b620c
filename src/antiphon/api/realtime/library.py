"""Socket.IO, loaded without the parts that are not used.

`import socketio` also loads every broker and HTTP client it finds (Redis, Valkey, kombu, aiohttp …) for managers and
clients that this server does not need: 15 to 24 MB. They are hidden from it while it loads; what the process has
loaded before, or loads later, is not touched. (None in `sys.modules` is the documented way to make an import fail.)
"""

import sys
from types import ModuleType

_NOT_NEEDED = ("redis", "valkey", "kombu", "aio_pika", "aiohttp", "requests", "websocket", "kafka", "zmq", "tornado")


def load_socketio() -> ModuleType:
    """The package `socketio`."""
    hidden = [name for name in _NOT_NEEDED if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        import socketio
    finally:
        for name in hidden:
            del sys.modules[name]
    loaded: ModuleType = socketio
    return loaded
