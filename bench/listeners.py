"""`python -m bench.listeners HOST PORT PATH READERS BYTES_A_SECOND SECONDS`: clients that read one answer each.

They read so many bytes a second each (0: as fast as they can, again and again); prints the bytes that came, as JSON.
"""

import asyncio
import json
import socket
import sys
import time

RECEIVE_BUFFER = 64 * 1024
TURN_SECONDS = 0.1


async def _listen(address: tuple[str, int], request: bytes, bytes_a_second: int, until: float) -> int:
    loop = asyncio.get_running_loop()
    received = 0
    while time.monotonic() < until:
        connection = socket.socket()
        if bytes_a_second:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        connection.setblocking(False)
        await loop.sock_connect(connection, address)
        await loop.sock_sendall(connection, request)
        buffer = bytearray(1 << 16)
        while time.monotonic() < until:
            wanted = int(bytes_a_second * TURN_SECONDS) if bytes_a_second else len(buffer)
            count = await loop.sock_recv_into(connection, memoryview(buffer)[:wanted])
            received += count
            if not count:
                break
            if bytes_a_second:
                await asyncio.sleep(count / bytes_a_second)
        connection.close()
        if bytes_a_second:
            break
    return received


async def _main() -> None:
    host, port, path, readers, bytes_a_second, seconds = sys.argv[1:]
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    until = time.monotonic() + float(seconds)
    address = (host, int(port))
    counts = await asyncio.gather(
        *(_listen(address, request, int(bytes_a_second), until) for _ in range(int(readers))), return_exceptions=True
    )
    whole = [count for count in counts if isinstance(count, int)]
    print(json.dumps({"bytes": sum(whole), "failed": len(counts) - len(whole), "silent": whole.count(0)}))


if __name__ == "__main__":
    asyncio.run(_main())
