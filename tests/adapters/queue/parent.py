"""A server in miniature: starts the embedded worker, tells its process id, and waits to be killed."""

import asyncio
import sys

from antiphon.adapters.queue.supervisor import WorkerSupervisor
from tests.adapters.queue.application import PATH


async def main() -> None:
    supervisor = WorkerSupervisor(
        [sys.executable, "-m", "antiphon.bootstrap.worker", "--embedded", "--application", PATH]
    )
    supervisor.start()
    while supervisor.process_id is None:
        await asyncio.sleep(0.01)
    print(supervisor.process_id, flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main())
