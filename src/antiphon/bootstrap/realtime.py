"""Which news of the areas reach signed-in people, and the sockets of the web process."""

from typing import TYPE_CHECKING

from antiphon.api.realtime.tell import tell_access_ended, tell_library_changed
from antiphon.areas.accounts.data import AccessEnded
from antiphon.areas.library.data import LibraryChanged
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.pubsub import PubSub

if TYPE_CHECKING:
    from antiphon.api.realtime.service import Realtime
    from antiphon.bootstrap.wiring import Application


def carry_news(subscriptions: Subscriptions, pubsub: PubSub) -> None:
    """Pass events on to the web processes. For every process: a scan or a command changes things, too."""

    async def library_changed(event: LibraryChanged) -> None:
        await tell_library_changed(pubsub, event.revision)

    async def access_ended(event: AccessEnded) -> None:
        await tell_access_ended(pubsub, event.user_id)

    subscriptions.after_commit(LibraryChanged, library_changed)
    subscriptions.after_commit(AccessEnded, access_ended)


def make_realtime(application: "Application") -> "Realtime":
    """The sockets, for the web process: mount it at `/socket.io/`, `start()` it with the server and `close()` it first
    when the server stops."""
    from antiphon.api.realtime.service import Realtime

    settings = application.settings
    return Realtime(
        authenticate=application.areas.accounts.access.authenticate,
        jobs=application.background.queue,
        pubsub=application.pubsub,
        origins=settings.cors_allowed_origins,
        is_enabled=settings.enable_real_time,
    )
