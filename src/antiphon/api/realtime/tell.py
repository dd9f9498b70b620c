"""Saying something to signed-in people from any process: web, worker or shell. Light: it knows no Socket.IO."""

import msgspec

from antiphon.api.realtime.events import LibraryNews, NoticeNews, ServerEvent
from antiphon.areas.social.data import NoticePut
from antiphon.kernel.clock import iso
from antiphon.kernel.pubsub import PubSub

EMIT_TOPIC = "realtime"
LIBRARY_TOPIC = "library"
ACCESS_TOPIC = "access_ended"

ADMINS = "admins"


def user_room(user_id: int) -> str:
    """The room of all sockets of one account."""
    return f"user:{user_id}"


async def tell_room(pubsub: PubSub, room: str, event: ServerEvent) -> None:
    """Say it to the sockets in a room, whichever web process holds them. Who is not connected misses it."""
    message = {"event": event.event_name, "room": room, "data": msgspec.to_builtins(event)}
    await pubsub.publish(EMIT_TOPIC, message)


async def tell_user(pubsub: PubSub, user_id: int, event: ServerEvent) -> None:
    """Say it to one person."""
    await tell_room(pubsub, user_room(user_id), event)


async def tell_notice(pubsub: PubSub, notice: NoticePut) -> None:
    """Say to a person that they have a new notice."""
    created_at = iso(notice.created_at)
    assert created_at is not None
    await tell_user(pubsub, notice.user_id, NoticeNews(notice.notice_id, notice.kind, notice.details, created_at))


async def tell_library_changed(pubsub: PubSub, revision: int) -> None:
    """Say to everyone that the library has changed; several changes within a second are said as one."""
    await pubsub.publish(LIBRARY_TOPIC, msgspec.to_builtins(LibraryNews(revision)))


async def tell_access_ended(pubsub: PubSub, user_id: int) -> None:
    """Have the tokens of a person's sockets checked anew: those that are revoked are closed at once."""
    await pubsub.publish(ACCESS_TOPIC, {"user_id": user_id})
