"""Plays and loves reach the services that somebody has connected: once, in batches, however long it takes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import select, text, update

from antiphon.areas.playback.api.scrobbling import Scrobbling
from antiphon.areas.playback.data import Play
from antiphon.areas.playback.data.scrobbling import ConnectionChange, ScrobbleConnection
from antiphon.areas.playback.internal.tables import scrobble_connection, scrobble_waiting
from antiphon.kernel.clock import system_clock
from antiphon.kernel.errors import Kind
from antiphon.kernel.jobs.tables import job
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.areas.accounts.conftest import refusal
from tests.audio.maker import AudioMaker
from tests.services import lastfm_stand_in, listenbrainz_stand_in
from tests.services.lastfm_stand_in import LastFmStandIn
from tests.services.listenbrainz_stand_in import TOKEN, ListenBrainzStandIn
from tests.services.mail import do_what_waits
from tests.services.scanned import Scanned
from tests.services.stand_in import Reply
from tests.stage import Stage, opened

THEN = system_clock() - 3 * 86_400.0


class Listening(Stage):
    """The stage, with somebody whose plays are told."""

    anna: Principal
    songs_by_title: dict[str, int]

    @property
    def scrobbling(self) -> Scrobbling:
        return self.areas.playback.scrobbling

    async def play(self, title: str = "Dawn", *, count: int = 1, first: float = THEN) -> None:
        plays = [Play(self.songs_by_title[title], first + 300.0 * number) for number in range(count)]
        assert await self.areas.playback.record_plays(self.anna, plays) == count

    async def work(self) -> None:
        await do_what_waits(self.application, rounds=20)

    async def let_time_pass(self) -> None:
        """What rests may be done now."""
        async with self.application.database.transaction() as transaction:
            await transaction.execute(update(scrobble_connection).values(resumes_at=0.0, busy_until=0.0))
            await transaction.execute(update(job).where(job.c.state == "queued").values(run_at=0.0))

    async def connection(self, service: str = "listenbrainz") -> ScrobbleConnection:
        (found,) = [one for one in await self.scrobbling.connections(self.anna) if one.service == service]
        return found

    async def connect_lastfm(self, lastfm: LastFmStandIn) -> ScrobbleConnection:
        address = await self.scrobbling.begin(self.anna, "lastfm")
        back = parse_qs(urlsplit(address).query)["cb"][0]
        state = parse_qs(urlsplit(back).query)["state"][0]
        return await self.scrobbling.finish(self.anna, "lastfm", state, lastfm.say_yes())


@pytest_asyncio.fixture
async def listening(
    database_url: str,
    scanned_stage: Scanned,
    tmp_path: Path,
    audio: AudioMaker,
    listenbrainz: ListenBrainzStandIn,
    lastfm: LastFmStandIn,
) -> AsyncIterator[Listening]:
    await scanned_stage.copy_to(tmp_path, database_url)
    services = {
        "LISTENBRAINZ_URL": f"{listenbrainz.base}/",
        "LASTFM_URL": lastfm.base,
        "LASTFM_API_KEY": lastfm_stand_in.KEY,
        "LASTFM_SECRET": lastfm_stand_in.SECRET,
    }
    application = opened(tmp_path, database_url, **services)
    stage = Listening(application, tmp_path / "music", audio)
    async with application.database.transaction() as transaction:
        await transaction.execute(text("UPDATE song SET duration = 200.0"))
    stage.anna = await stage.person("anna")
    stage.songs_by_title = {title: row.id for title, row in (await stage.songs(stage.anna)).items()}
    yield stage
    await application.close()


async def test_a_token_is_checked_and_kept_sealed(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    wrong = await refusal(listening.scrobbling.connect(listening.anna, "listenbrainz", "nobody-s"), Kind.INVALID)
    assert wrong.code == "service_refused"
    made = await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    assert (made.name, made.state, made.waiting) == (listenbrainz_stand_in.NAME, "connected", 0)
    async with listening.application.database.transaction() as transaction:
        (sealed,) = await transaction.fetch_one(select(scrobble_connection.c.secret_encrypted)) or ("",)
    assert sealed and TOKEN not in sealed
    listenbrainz.problems = [Reply(503, b"away")] * 2
    away = await refusal(listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN), Kind.UNAVAILABLE)
    assert away.code == "service_unavailable"
    await refusal(listening.scrobbling.connect(ANONYMOUS, "listenbrainz", TOKEN), Kind.NOT_SIGNED_IN)
    await refusal(listening.scrobbling.connect(listening.anna, "elsewhere", TOKEN), Kind.NOT_FOUND)


async def test_a_play_is_told_once_with_all_that_is_known(
    listening: Listening, listenbrainz: ListenBrainzStandIn
) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.work()
    assert (await listening.connection()).delivered_at is None
    await listening.play("Dawn")
    assert not await listening.areas.playback.record_play(
        listening.anna, listening.songs_by_title["Dawn"], played_at=THEN
    )
    assert (await listening.connection()).waiting == 1
    await listening.work()
    ((moment, artist, title), told) = next(iter(listenbrainz.listens.items()))
    assert (moment, artist, title, told["release_name"]) == (int(THEN), "Aurora", "Dawn", "First Light")
    assert told["additional_info"]["submission_client"] == "Antiphon"
    assert told["additional_info"]["duration_ms"] == 200_000
    assert listenbrainz.submissions == [1]
    connection = await listening.connection()
    assert (connection.waiting, connection.problem) == (0, "") and connection.delivered_at is not None
    await listening.work()
    assert listenbrainz.submissions == [1]


async def test_many_plays_go_in_batches_by_one_message(
    listening: Listening, listenbrainz: ListenBrainzStandIn, lastfm: LastFmStandIn
) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.work()
    await listening.play("Dawn", count=700)
    async with listening.application.database.transaction() as transaction:
        waiting = await transaction.fetch(
            select(job.c.id).where(job.c.kind == "outbox.scrobbles", job.c.state == "queued")
        )
    assert len(waiting) == 1
    await listening.work()
    assert listenbrainz.submissions == [500, 200]
    assert len(listenbrainz.listens) == 700


async def test_a_service_that_is_away_for_days_hears_everything_later(
    listening: Listening, listenbrainz: ListenBrainzStandIn
) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.work()
    listenbrainz.problems = [Reply(503, b"<html>away</html>")] * 2
    for number in range(2):
        await listening.play(first=THEN + number)
        await listening.work()
        found = await listening.connection()
        assert (found.state, found.waiting) == ("failing", number + 1) and found.resumes_at is not None
        await listening.let_time_pass()
    await listening.work()
    assert len(listenbrainz.listens) == 2
    found = await listening.connection()
    assert (found.state, found.waiting, found.problem, found.resumes_at) == ("connected", 0, "", None)


async def test_a_service_that_asks_for_a_rest_gets_it(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.work()
    listenbrainz.problems = [Reply(429, {"code": 429, "error": "slow"}, {"X-RateLimit-Reset-In": "700"})]
    await listening.play()
    await listening.work()
    calls = len(listenbrainz.calls)
    resumes_at = (await listening.connection()).resumes_at
    assert resumes_at is not None and 690 < resumes_at - system_clock() <= 700
    await listening.play("Dusk")
    await listening.work()
    assert len(listenbrainz.calls) == calls
    await listening.let_time_pass()
    await listening.work()
    assert len(listenbrainz.listens) == 2


async def test_one_bad_listen_does_not_keep_the_others(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    listening.add_files([("poison.mp3", {"title": "poison", "artist": "The Nobody"})])
    await listening.scan()
    listening.songs_by_title = {title: row.id for title, row in (await listening.songs(listening.anna)).items()}
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.play("Dawn", count=4)
    await listening.play("poison", first=THEN + 450.0)
    await listening.work()
    assert len(listenbrainz.listens) == 4
    found = await listening.connection()
    assert (found.waiting, found.refused, found.problem) == (0, 1, "This listen is not accepted.")


async def test_a_revoked_token_loses_nothing(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    listenbrainz.tokens.clear()
    await listening.play()
    await listening.work()
    found = await listening.connection()
    assert (found.state, found.waiting) == ("reconnect", 1)
    calls = len(listenbrainz.calls)
    await listening.play("Dusk")
    await listening.work()
    assert len(listenbrainz.calls) == calls
    listenbrainz.tokens["new-token"] = "ada"
    await listening.scrobbling.connect(listening.anna, "listenbrainz", "new-token")
    await listening.work()
    assert sorted(title for _, _, title in listenbrainz.listens) == ["Dawn", "Dusk"]
    assert (await listening.connection()).state == "connected"


async def test_a_worker_that_dies_between_telling_and_noting_tells_the_same_listen(
    listening: Listening, listenbrainz: ListenBrainzStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.work()

    async def dies(*_: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("antiphon.areas.playback.internal.scrobbles.done", dies)
        await listening.play()
        await listening.work()
    assert listenbrainz.submissions == [1]
    assert (await listening.connection()).waiting == 1
    await listening.let_time_pass()
    await listening.work()
    assert len(listenbrainz.listens) == 1
    assert (await listening.connection()).waiting == 0


async def test_what_plays_now_is_told_at_once_or_never(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    dawn = listening.songs_by_title["Dawn"]
    await listening.areas.playback.set_now_playing(listening.anna, dawn)
    await asyncio.gather(*listening.scrobbling._telling)
    assert [one["track_name"] for one in listenbrainz.playing] == ["Dawn"]
    listenbrainz.problems = [Reply(503, b"away")]
    await listening.areas.playback.set_now_playing(listening.anna, dawn)
    await asyncio.gather(*listening.scrobbling._telling)
    await listening.work()
    assert len(listenbrainz.playing) == 1 and not listenbrainz.problems


async def test_last_fm_takes_signed_batches_of_fifty(listening: Listening, lastfm: LastFmStandIn) -> None:
    made = await listening.connect_lastfm(lastfm)
    assert (made.name, made.state) == (lastfm_stand_in.NAME, "connected")
    await listening.areas.library.annotations.star(listening.anna, "song", [listening.songs_by_title["Dusk"]])
    await listening.play("Dawn", count=120)
    await listening.work()
    assert lastfm.batches == [50, 50, 20]
    assert len(lastfm.scrobbles) == 120
    assert lastfm.loves == [("Aurora", "Dusk", True)]
    await listening.areas.library.annotations.unstar(listening.anna, "song", [listening.songs_by_title["Dusk"]])
    await listening.work()
    assert lastfm.loves[-1] == ("Aurora", "Dusk", False)


@pytest.mark.parametrize("code", [8, 11, 16, 29])
async def test_last_fm_says_later(listening: Listening, lastfm: LastFmStandIn, code: int) -> None:
    await listening.connect_lastfm(lastfm)
    await listening.work()
    lastfm.problems = [lastfm_stand_in.error(code, status=200 if code == 29 else 500)]
    await listening.play()
    await listening.work()
    found = await listening.connection("lastfm")
    assert (found.state, found.waiting) == ("failing", 1)
    await listening.let_time_pass()
    await listening.work()
    assert len(lastfm.scrobbles) == 1


async def test_last_fm_ignores_some_for_good_and_some_for_today(listening: Listening, lastfm: LastFmStandIn) -> None:
    await listening.connect_lastfm(lastfm)
    lastfm.ignored = {"Dawn": "2", "Dusk": "5"}
    await listening.play("Dawn")
    await listening.play("Dusk", first=THEN + 1)
    await listening.play("Утро", first=THEN + 2)
    await listening.work()
    assert [one["track"] for one in lastfm.scrobbles] == ["Утро"]
    found = await listening.connection("lastfm")
    assert (found.waiting, found.refused, found.problem) == (1, 1, "Last.fm ignores this song.")
    assert found.resumes_at is not None
    lastfm.ignored.clear()
    await listening.let_time_pass()
    await listening.work()
    assert [one["track"] for one in lastfm.scrobbles] == ["Утро", "Dusk"]


async def test_an_ended_session_waits_for_two_weeks(listening: Listening, lastfm: LastFmStandIn) -> None:
    await listening.connect_lastfm(lastfm)
    lastfm.sessions.clear()
    await listening.play("Dawn")
    await listening.play("Dusk", first=system_clock() - 13.9 * 86_400)
    await listening.work()
    found = await listening.connection("lastfm")
    assert (found.state, found.waiting) == ("reconnect", 2)
    async with listening.application.database.transaction() as transaction:
        await transaction.execute(
            update(scrobble_waiting)
            .where(scrobble_waiting.c.song_id == listening.songs_by_title["Dusk"])
            .values(at=system_clock() - 14.1 * 86_400)
        )
    assert await listening.scrobbling.sweep() == 1
    await listening.connect_lastfm(lastfm)
    await listening.work()
    assert [one["track"] for one in lastfm.scrobbles] == ["Dawn"]


async def test_coming_back_is_for_who_has_gone(listening: Listening, lastfm: LastFmStandIn) -> None:
    mallory = await listening.person("mallory")
    address = await listening.scrobbling.begin(mallory, "lastfm")
    state = parse_qs(urlsplit(parse_qs(urlsplit(address).query)["cb"][0]).query)["state"][0]
    token = lastfm.say_yes()
    for who, given in ((listening.anna, state), (mallory, "other"), (mallory, "")):
        refused = await refusal(listening.scrobbling.finish(who, "lastfm", given, token), Kind.FORBIDDEN)
        assert refused.code == "connection_expired"
    await listening.scrobbling.finish(mallory, "lastfm", state, token)
    await refusal(listening.scrobbling.finish(mallory, "lastfm", state, lastfm.say_yes("two")), Kind.FORBIDDEN)
    assert await listening.scrobbling.connections(listening.anna) == []


async def test_a_love_finds_its_recording_or_is_told_as_unknown(
    listening: Listening, listenbrainz: ListenBrainzStandIn
) -> None:
    dawn, noon, dusk = (f"{number}1111111-2222-4333-8444-555555555555" for number in (1, 2, 3))
    ids = listening.songs_by_title
    async with listening.application.database.transaction() as transaction:
        known = text("UPDATE song SET recording_id = :mbid WHERE id = :id").bindparams(mbid=dawn, id=ids["Dawn"])
        await transaction.execute(known)
    listenbrainz.recordings = {
        ("aurora", 'noon <&> "sun"', "first light"): (noon, "Aurora feat. Somebody", "Noon & Sun (live)"),
        ("aurora", "dusk", "first light"): ("51111111-2222-4333-8444-555555555555", "Aurora", "Dusk till Dawn"),
        ("aurora", "dusk", ""): (dusk, "AURORA & Somebody", "Dusk"),
        ("борис", "утро", ""): ("41111111-2222-4333-8444-555555555555", "Борис", "День"),
        ("the nobody", "alone", ""): ("no id", "The Nobody", "Alone"),
    }
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    await listening.areas.library.annotations.star(listening.anna, "song", list(ids.values()))
    await listening.work()
    # The near but different one, the one without a good id and the one it never heard of are not loved.
    assert listenbrainz.feedback == {dawn: 1, noon: 1, dusk: 1}
    found = await listening.connection()
    assert (found.waiting, found.refused, found.unknown_loves, found.state) == (0, 0, 3, "connected")
    await listening.areas.library.annotations.unstar(listening.anna, "song", [ids["Dusk"], ids["Alone"]])
    await listening.work()
    assert listenbrainz.feedback[dusk] == 0
    assert (await listening.connection()).unknown_loves == 2
    # Once it knows the song, to love it again tells it.
    listenbrainz.recordings["борис", "утро", ""] = (dawn, "Борис", "Утро")
    for change in (listening.areas.library.annotations.unstar, listening.areas.library.annotations.star):
        await change(listening.anna, "song", [ids["Утро"]])
    await listening.work()
    assert (await listening.connection()).unknown_loves == 1
    changed = await listening.scrobbling.change(listening.anna, "listenbrainz", ConnectionChange(loves=False))
    assert changed.unknown_loves == 0


async def test_what_is_switched_off_or_disconnected_is_not_told(
    listening: Listening, listenbrainz: ListenBrainzStandIn
) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    changed = await listening.scrobbling.change(listening.anna, "listenbrainz", ConnectionChange(scrobbles=False))
    assert (changed.scrobbles, changed.loves) == (False, True)
    await listening.play()
    await listening.scrobbling.change(listening.anna, "listenbrainz", ConnectionChange(scrobbles=True))
    await listening.play("Dusk")
    assert (await listening.connection()).waiting == 1
    await listening.scrobbling.disconnect(listening.anna, "listenbrainz")
    await listening.work()
    assert listenbrainz.listens == {}
    assert await listening.scrobbling.connections(listening.anna) == []
    await refusal(listening.scrobbling.disconnect(listening.anna, "listenbrainz"), Kind.NOT_FOUND)
