"""News within one process."""

from antiphon.adapters.pubsub.dispatch import Dispatcher
from antiphon.kernel.pubsub import Message, Subscriber


class MemoryPubSub:
    """For a server of a single process, and for tests."""

    def __init__(self) -> None:
        self._dispatcher = Dispatcher()

    def subscribe(self, topic: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called for each message on `topic`."""
        self._dispatcher.subscribe(topic, subscriber)

    async def publish(self, topic: str, message: Message) -> None:
        """Tell the subscribers of this process."""
        self._dispatcher.accept(topic, message)

    async def start(self) -> None:
        """Nothing to do: there is nobody else to listen to."""

    async def close(self) -> None:
        """Hand out what waits, and stop."""
        await self._dispatcher.close()
