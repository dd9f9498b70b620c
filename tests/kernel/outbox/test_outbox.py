"""Messages that must leave: promised with their cause, delivered once, tried again, forgotten."""

from typing import Any

import pytest

from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, unavailable
from antiphon.kernel.jobs import JobFailed, RetryLater
from antiphon.kernel.outbox import Outbox, OutgoingMessage
from antiphon.kernel.principal import SYSTEM, Principal
from tests.kernel.jobs.conftest import Workshop

ANNA = Principal(user_id=7, username="anna", roles=frozenset({"user"}))


class Post:
    """Delivers into a list, or refuses."""

    def __init__(self, database: Database) -> None:
        self.workshop = Workshop(database)
        self.outbox = Outbox(self.workshop.registry, self.workshop.queue, self.workshop.clock)
        self.delivered: list[OutgoingMessage] = []
        self.refusal: Exception | None = None
        self.asked = 0
        self.outbox.register("mail", self._send)

    async def _send(self, message: OutgoingMessage) -> None:
        self.asked += 1
        if self.refusal is not None:
            raise self.refusal
        self.delivered.append(message)

    async def put(self, key: str, **options: Any) -> None:
        async with self.workshop.database.transaction() as transaction:
            await self.outbox.put(transaction, "mail", {"to": "anna@example.org"}, key=key, **options)

    async def run(self) -> None:
        """Let a worker do what is due."""
        await self.workshop.sweeper.start()
        for job_id in self.workshop.hints.taken():
            await self.workshop.executor.run_light(job_id)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


async def test_a_message_is_delivered_once_however_often_it_is_put(post: Post) -> None:
    await post.put("welcome:7")
    await post.put("welcome:7")
    await post.run()
    await post.put("welcome:7")
    await post.run()
    (message,) = post.delivered
    assert (message.key, message.payload, message.attempt) == ("welcome:7", {"to": "anna@example.org"}, 1)


async def test_a_promise_that_was_undone_is_not_kept(post: Post) -> None:
    with pytest.raises(RuntimeError):
        async with post.workshop.database.transaction() as transaction:
            await post.outbox.put(transaction, "mail", {}, key="a")
            raise RuntimeError
    await post.run()
    assert post.asked == 0


async def test_a_receiver_that_is_away_is_tried_again(post: Post) -> None:
    await post.put("a")
    post.refusal = unavailable("mail_down", "The mail server does not answer.")
    await post.run()
    post.refusal = None
    await post.run()
    assert post.delivered == []
    post.workshop.clock.pass_seconds(60)
    await post.run()
    assert [message.attempt for message in post.delivered] == [2]


async def test_a_rest_that_the_receiver_asks_for_holds_for_all_messages_of_its_kind(post: Post) -> None:
    for key in ("a", "b", "c"):
        await post.put(key)
    post.refusal = RetryLater(100, "Too many requests.")
    await post.run()
    assert post.asked == 1
    post.refusal = None
    post.workshop.clock.pass_seconds(101)
    await post.run()
    assert {message.key for message in post.delivered} == {"a", "b", "c"}


async def test_what_was_delivered_is_forgotten_and_what_failed_is_shown_to_admins_only(post: Post) -> None:
    await post.put("a", about_user=7)
    await post.run()
    post.refusal = JobFailed("This address does not exist.")
    await post.put("b", about_user=7)
    await post.run()
    rows = {job.key: job for job in (await post.workshop.queue.list(SYSTEM)).jobs}
    assert rows["outbox.mail:a"].arguments == "{}"
    assert (rows["outbox.mail:b"].state, rows["outbox.mail:b"].error) == ("failed", "This address does not exist.")
    assert (await post.workshop.queue.list(ANNA)).total == 0
    for job in rows.values():
        with pytest.raises(AntiphonError):
            await post.workshop.queue.get(ANNA, job.id)
        with pytest.raises(AntiphonError):
            async with post.workshop.database.transaction() as transaction:
                await post.workshop.queue.cancel(transaction, ANNA, job.id)


async def test_messages_about_a_person_go_with_the_person(post: Post) -> None:
    await post.put("a", about_user=7)
    async with post.workshop.database.transaction() as transaction:
        await post.workshop.queue.erase_personal(transaction, 7)
    await post.run()
    assert post.asked == 0


async def test_a_message_waits_for_its_time(post: Post) -> None:
    await post.put("a", not_before=post.workshop.clock() + 3600)
    await post.run()
    assert post.asked == 0
    post.workshop.clock.pass_seconds(3601)
    await post.run()
    assert post.asked == 1
