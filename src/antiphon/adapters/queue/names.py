"""What tasks and queues are called in the broker."""

from pathlib import Path

import msgspec

from antiphon.kernel.jobs.data import Lane

TASKS: dict[Lane, str] = {"light": "antiphon.run_light", "heavy": "antiphon.fill_heavy"}
QUEUES: dict[Lane, str] = {"light": "antiphon-light", "heavy": "antiphon-heavy"}


class Broker(msgspec.Struct, frozen=True):
    """Where hints wait: a folder of the embedded worker, or the address of Redis or RabbitMQ."""

    folder: Path | None = None
    address: str = ""

    @property
    def is_embedded(self) -> bool:
        """True where the one worker is a child of `antiphon serve`."""
        return self.folder is not None
