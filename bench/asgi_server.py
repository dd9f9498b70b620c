"""`python -m bench.asgi_server module:name PORT`: a reference application under the product's own HTTP server."""

import asyncio
import importlib
import signal
import sys

import uvloop

from antiphon.bootstrap.server import HttpServer


async def _serve(name: str, port: int) -> None:
    module, _, attribute = name.partition(":")
    server = HttpServer(getattr(importlib.import_module(module), attribute), "127.0.0.1", port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2])))
