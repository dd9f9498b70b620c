"""Taking turns at the processors."""

import threading
import time

from antiphon.adapters.media.transcoding.turns import TURN_SECONDS, Turn, Turns


def test_whose_listener_waits_for_the_first_sound_comes_before_all_others() -> None:
    turns, came, threads = Turns(1), list[str](), list[threading.Thread]()
    at_work = Turn(turns)
    at_work.take()

    def work(name: str) -> None:
        turn = Turn(turns)
        turn.is_first = name.startswith("new")
        turn.take()
        came.append(name)
        turn.rest()

    for name in ("a", "b", "new", "c", "newer"):
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        _until_waiting(turns, len(threads))
    assert came == []
    at_work.rest()
    for thread in threads:
        thread.join(5)
    assert came == ["new", "newer", "a", "b", "c"]


def test_no_more_work_at_once_than_may() -> None:
    turns, counting = Turns(2), threading.Lock()
    at_work, most, done = 0, 0, 0

    def work() -> None:
        nonlocal at_work, most, done
        turn = Turn(turns)
        for _ in range(20):
            turn.take()
            with counting:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.0005)
            with counting:
                at_work -= 1
                done += 1
            turn.rest()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (done, most) == (160, 2)
    assert _free_again(turns, 2)


def test_a_long_turn_is_passed_on_where_somebody_waits() -> None:
    turns, heard = Turns(1), threading.Event()
    mine = Turn(turns)
    mine.take()
    time.sleep(TURN_SECONDS * 1.5)
    mine.pass_on()

    def other() -> None:
        turn = Turn(turns)
        turn.take()
        heard.set()
        turn.rest()

    thread = threading.Thread(target=other)
    thread.start()
    _until_waiting(turns, 1)
    assert not heard.is_set()
    mine.pass_on()
    assert heard.is_set()
    mine.rest()
    mine.rest()
    thread.join(5)
    assert _free_again(turns, 1)


def _until_waiting(turns: Turns, number: int) -> None:
    until = time.monotonic() + 5
    while turns.waiting < number and time.monotonic() < until:
        time.sleep(0.001)
    assert turns.waiting == number


def _free_again(turns: Turns, at_once: int) -> bool:
    """Whether exactly so many turns are free: nothing was given back twice or not at all."""
    held = [Turn(turns) for _ in range(at_once)]
    for turn in held:
        turn.take()
    one_more = threading.Thread(target=Turn(turns).take)
    one_more.start()
    _until_waiting(turns, 1)
    held[0].rest()
    one_more.join(5)
    return not one_more.is_alive() and turns.waiting == 0
