"""Notices in the area itself: with their cause or not at all, once, tidied up, and gone with whom they are of."""

import asyncio
from typing import Any

import pytest

from antiphon.areas.accounts.data import ArtistAsked
from antiphon.areas.social.data import NoticePut
from antiphon.kernel.paging import Page
from tests.stage import Stage

DAY = 86_400.0


async def told(stage: Stage, principal: Any) -> list[tuple[str, dict[str, Any]]]:
    found = await stage.areas.social.notices.list(principal, Page())
    return [(one.kind, one.details) for one in found.rows]


async def put(stage: Stage, user_id: int, role: str = "artist", key: str | None = None) -> None:
    async with stage.application.database.transaction() as transaction:
        await stage.areas.social.notices.put(transaction, user_id, "role_given", {"role": role}, key=key)


async def test_what_was_undone_is_not_told(stage: Stage) -> None:
    ada = await stage.person("ada")
    heard: list[NoticePut] = []

    async def hear(event: NoticePut) -> None:
        heard.append(event)

    stage.application.database.subscriptions.after_commit(NoticePut, hear)
    with pytest.raises(RuntimeError):
        async with stage.application.database.transaction() as transaction:
            await stage.areas.social.notices.put(transaction, ada.user_id, "role_given", {"role": "artist"})
            raise RuntimeError
    assert (await told(stage, ada), heard) == ([], [])
    await put(stage, ada.user_id)
    assert await told(stage, ada) == [("role_given", {"role": "artist"})]
    assert [(event.user_id, event.kind) for event in heard] == [(ada.user_id, "role_given")]


async def test_notices_of_one_key_are_one_for_a_person(stage: Stage) -> None:
    ada, bert = await stage.person("ada"), await stage.person("bert")
    await asyncio.gather(*(put(stage, ada.user_id, key="a") for _ in range(5)), put(stage, bert.user_id, key="a"))
    await put(stage, ada.user_id, key="b")
    await put(stage, ada.user_id)
    await put(stage, ada.user_id)
    assert len(await told(stage, ada)) == 4
    assert len(await told(stage, bert)) == 1


async def test_old_notices_are_tidied_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, notices = await stage.person("ada"), stage.areas.social.notices
    clock = {"now": notices._clock()}
    monkeypatch.setattr(notices, "_clock", lambda: clock["now"])
    await put(stage, ada.user_id, "read")
    await notices.read_all(ada)
    await put(stage, ada.user_id, "unread")
    clock["now"] += 59 * DAY
    assert await notices.remove_old() == 0
    clock["now"] += 2 * DAY
    assert await notices.remove_old() == 1
    assert await told(stage, ada) == [("role_given", {"role": "unread"})]
    clock["now"] += 400 * DAY
    assert await notices.remove_old() == 1


async def test_what_is_told_of_a_person_goes_with_them(stage: Stage) -> None:
    ada, root = await stage.person("ada"), await stage.person("root", admin=True)
    database = stage.application.database
    async with database.transaction() as transaction:
        for user_id in (ada.user_id, ada.user_id * 10 + 1):
            await transaction.publish(ArtistAsked(user_id=user_id, username=f"user {user_id}", at=1.0))
    await put(stage, ada.user_id)
    assert len(await told(stage, root)) == 2
    exported = await stage.areas.social.export_personal(ada.user_id)
    assert [(one["kind"], one["details"]) for one in exported["notice"]] == [("role_given", {"role": "artist"})]
    async with database.transaction() as transaction:
        await stage.areas.social.erase_personal(transaction, ada.user_id)
    assert await told(stage, ada) == []
    # The number of another person may begin with the same digits.
    assert [details["user_id"] for _, details in await told(stage, root)] == [ada.user_id * 10 + 1]
