"""Files that go from the system's memory to a connection without passing through ours: sendfile(2)."""

import asyncio
import os

# How much the system is asked to send before others have their turn.
SLICE_BYTES = 512 * 1024
# Who has asked for the next thing before the last one went out waits so long between looks.
LOOK_SECONDS = 0.005


async def sent_out(transport: asyncio.WriteTransport) -> bool:
    """Wait until the system has taken all that was written so far; False where the connection ends before."""
    await asyncio.sleep(0)
    while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110 - nobody else tells
        await asyncio.sleep(LOOK_SECONDS)
    return not transport.is_closing()


async def send_by_system(transport: asyncio.WriteTransport, file: int, offset: int, count: int) -> int:
    """Send `count` bytes of an open file from `offset` on; gives how many went out.

    They are fewer where the file ends earlier, where the disk gives them no more, and where the connection has ended.
    Nothing else may write to the transport meanwhile.
    """
    # The event loop does not let anybody wait for a connection that is a transport's, but for a copy of its descriptor.
    connection = os.dup(transport.get_extra_info("socket").fileno())
    left = count
    try:
        while left and not transport.is_closing():
            try:
                sent = os.sendfile(connection, file, offset + count - left, min(left, SLICE_BYTES))
            except BlockingIOError:
                await _until_it_takes_more(connection)
                continue
            except OSError:
                break
            if not sent:
                break
            left -= sent
            await asyncio.sleep(0)
    finally:
        os.close(connection)
    return count - left


async def _until_it_takes_more(connection: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(connection, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(connection)
