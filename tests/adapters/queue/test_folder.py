"""The folder as a broker: whole messages, each taken once, in order."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from antiphon.adapters.queue.bell import Bell
from antiphon.adapters.queue.folder import MessageFolder
from antiphon.adapters.queue.hints import FolderSender, HintCourier, celery_message, is_celery_message
from antiphon.adapters.queue.names import QUEUES, TASKS
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs import JobQueued


def test_messages_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = MessageFolder(tmp_path / "queue")
    for name in ("2", "1", "3", "1"):
        folder.put(name, {"name": name})
    assert folder.count() == 3
    assert [folder.take() for _ in range(4)] == [{"name": "1"}, {"name": "2"}, {"name": "3"}, None]


def test_writers_and_takers_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    folder = MessageFolder(tmp_path)
    taken: list[int] = []
    written = threading.Event()

    def write(first: int) -> None:
        for number in range(first, first + 300):
            folder.put(f"{number:05d}", {"number": number, "padding": "x" * 5000})

    def take() -> None:
        while True:
            is_all = written.is_set()
            message = folder.take()
            if message is not None:
                taken.append(message["number"])
            elif is_all:
                return

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 300)]
    takers = [threading.Thread(target=take) for _ in range(3)]
    for thread in writers + takers:
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in takers:
        thread.join()
    assert sorted(taken) == list(range(600))
    assert list(tmp_path.iterdir()) == []


def test_half_a_message_is_not_seen_and_a_damaged_one_is_dropped(tmp_path: Path) -> None:
    folder = MessageFolder(tmp_path)
    (tmp_path / ".half").write_text('{"a"')
    (tmp_path / "1.json").write_text('{"a"')
    folder.put("2", {"good": True})
    assert folder.take() == {"good": True}
    assert folder.take() is None
    assert folder.clear() == 0
    assert list(tmp_path.iterdir()) == []


async def test_a_hint_sent_twice_is_one_file_and_urgent_ones_go_first(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path)
    await sender.send([("job_a", 0, 1000.0), ("job_b", 0, 999.0), ("job_c", 7, 2000.0)])
    await sender.send([("job_a", 0, 1000.0)])
    folder = MessageFolder(tmp_path / QUEUES["light"])
    ids = [folder.take()["headers"]["id"] for _ in range(folder.count())]
    assert ids == ["job_c", "job_b", "job_a"]


def test_only_whole_messages_reach_kombu() -> None:
    message = celery_message(TASKS["light"], QUEUES["light"], "job_a")
    assert is_celery_message(message)
    for name in ("body", "headers", "properties"):
        assert not is_celery_message({key: value for key, value in message.items() if key != name})
    assert not is_celery_message([message])


def test_the_bell_wakes_who_waits_and_never_holds_up_who_rings(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 40) / "bell"
    bell = Bell(path)
    bell.ring()
    begun = time.perf_counter()
    bell.wait(0.05)
    assert time.perf_counter() - begun >= 0.05
    for _ in range(70_000):
        Bell(path).ring()
    bell.wait(5)
    threading.Timer(0.05, Bell(path).ring).start()
    bell.wait(0)
    bell.wait(5)
    assert time.perf_counter() - begun < 4.5
    bell.close()
    bell.ring()


async def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = FolderSender(tmp_path)

    def refuse(_path: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(AntiphonError, match="No space left"):
        await sender.send([("job_a", 0, 1000.0)])


async def test_the_courier_survives_a_broker_that_refuses(tmp_path: Path) -> None:
    class Refusing(FolderSender):
        async def send(self, hints: object, lane: object = "light") -> None:
            if "job_bad" in str(hints):
                raise RuntimeError
            await super().send(hints, lane)  # type: ignore[arg-type]

    courier = HintCourier(Refusing(tmp_path))
    for job_id in ("job_bad", "job_good"):
        await courier.on_job_queued(JobQueued(job_id, "light", 0, 1000.0, True))
        await asyncio.sleep(0.01)
    await courier.on_job_queued(JobQueued("job_silent", "light", 0, 1000.0, False))
    await courier.close()
    await asyncio.sleep(0)
    assert [path.name.rpartition("-")[2] for path in (tmp_path / QUEUES["light"]).iterdir()] == ["job_good.json"]
