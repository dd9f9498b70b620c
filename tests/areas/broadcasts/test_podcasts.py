"""Podcasts: feeds that are read, episodes that are brought onto the disk, and all that goes wrong on the way."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from antiphon.adapters import feeds as bounds
from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH, Channel, Episode
from antiphon.areas.broadcasts.internal import podcasts as channels
from antiphon.areas.broadcasts.internal.podcasts import KEPT_EPISODES
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.areas.accounts.conftest import refusal
from tests.audio.maker import AudioMaker
from tests.feeds import PodcastServer, item, podcast_stage, rss, run_jobs
from tests.services.stand_in import Reply
from tests.stage import Stage

FEED = "/feed.xml"


async def added(stage: Stage, feeds: PodcastServer, boss: Principal, *items: str) -> Channel:
    """A channel whose feed has been read."""
    feeds.files[FEED] = rss(*(items or (item("one"),))).encode()
    channel = await stage.areas.broadcasts.podcasts.add(boss, f"{feeds.address}{FEED}")
    await run_jobs(stage, REFRESH)
    return await stage.areas.broadcasts.podcasts.channel(boss, channel.id)


async def reread(stage: Stage, boss: Principal, channel: Channel) -> Channel:
    """The channel once its feed has been read anew."""
    await stage.areas.broadcasts.podcasts.refresh(boss, channel.id)
    await run_jobs(stage, REFRESH)
    return await stage.areas.broadcasts.podcasts.channel(boss, channel.id)


async def episodes(stage: Stage, who: Principal, channel: Channel) -> list[Episode]:
    """All episodes of a channel."""
    found = await stage.areas.broadcasts.podcasts.episodes(who, channel.id, Page(500))
    assert found.total == len(found.rows)
    return found.rows


def files(stage: Stage) -> list[Path]:
    """What lies in the folder of podcasts."""
    return [file for file in (stage.application.settings.data / "podcasts").rglob("*") if file.is_file()]


async def test_a_feed_is_read_and_read_again(stage: Stage, feeds: PodcastServer) -> None:
    boss, anna = await stage.person("boss", admin=True), await stage.person("anna")
    channel = await added(stage, feeds, boss, item("old", published="1 Jan 2020 00:00:00 GMT"), item("undated"))
    assert (channel.status, channel.title, channel.episode_count, channel.error) == ("completed", "Show", 2, "")
    assert [one.title for one in await episodes(stage, anna, channel)] == ["undated", "old"]
    before = await episodes(stage, anna, channel)
    await reread(stage, boss, channel)
    assert feeds.calls[-1].headers["if-none-match"]
    new = item("new", published="1 Jan 2021 00:00:00 GMT")
    feeds.files[FEED] = rss(new, item("renamed", guid="old"), title="Other").encode()
    channel = await reread(stage, boss, channel)
    after = await episodes(stage, anna, channel)
    assert (channel.title, [one.title for one in after]) == ("Other", ["undated", "new", "renamed"])
    assert {one.id: one.published_at for one in before}.items() <= {one.id: one.published_at for one in after}.items()
    newest = await stage.areas.broadcasts.podcasts.newest(anna, Page(2))
    assert ([one.title for one in newest.rows], newest.total) == (["undated", "new"], 3)


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply(404, b""), "404"),
        (Reply(200, b"hello"), "not a feed"),
        (Reply(200, b"<!DOCTYPE html><html></html>"), "web page"),
        (Reply(200, b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"), "document type"),
        (Reply(200, bytes(bounds.FEED_BYTES + 1)), "more than"),
        (Reply(302, b"", {"location": "http://127.0.0.2:9/"}), "private network"),
        (Reply(200, b"<rss/>", {"content-encoding": "gzip"}), "packed"),
    ],
)
async def test_what_goes_wrong_stands_at_the_channel(
    stage: Stage, feeds: PodcastServer, reply: Reply, word: str
) -> None:
    boss = await stage.person("boss", admin=True)
    channel = await added(stage, feeds, boss)
    feeds.replies[FEED] = reply
    failed = await reread(stage, boss, channel)
    assert (failed.status, failed.title, failed.episode_count) == ("error", "Show", 1)
    assert word in failed.error
    del feeds.replies[FEED]
    assert (await reread(stage, boss, channel)).status == "completed"


async def test_only_the_newest_of_ten_thousand_are_kept(stage: Stage, feeds: PodcastServer) -> None:
    boss = await stage.person("boss", admin=True)
    times = [f"{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}" for number in range(10_000)]
    dated = [item(f"{number}", published=f"1 Jan 2000 {time} GMT") for number, time in enumerate(times)]
    channel = await added(stage, feeds, boss, *dated)
    assert channel.episode_count == KEPT_EPISODES
    feeds.files[FEED] = rss(item("newest", published="1 Jan 2001 00:00:00 GMT")).encode()
    channel = await reread(stage, boss, channel)
    assert channel.episode_count == KEPT_EPISODES
    shown = await episodes(stage, boss, channel)
    assert [one.title for one in (shown[0], shown[1], shown[-1])] == ["newest", "9999", "9501"]


async def test_one_broken_feed_does_not_stop_the_others(stage: Stage, feeds: PodcastServer) -> None:
    boss = await stage.person("boss", admin=True)
    podcasts = stage.areas.broadcasts.podcasts
    feeds.files["/a"] = rss(item("a"), title="A").encode()
    for path in ("/missing", "/a"):
        await podcasts.add(boss, f"{feeds.address}{path}")
    await podcasts.refresh(boss)
    job = await run_jobs(stage, REFRESH)
    assert job.decoded_result() == {"channels": 2, "episodes": 1, "failed": 1}
    assert {(one.title, one.status) for one in await podcasts.channels(boss)} == {("A", "completed"), ("", "error")}


async def test_private_addresses_are_not_called(
    database_url: str, tmp_path: Path, audio: AudioMaker, feeds: PodcastServer
) -> None:
    feeds.files[FEED] = rss(item("one")).encode()
    async with podcast_stage(tmp_path, database_url, audio, OUTGOING_ALLOW="10.9.8.7") as stage:
        boss = await stage.person("boss", admin=True)
        port = feeds.address.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            channel = await stage.areas.broadcasts.podcasts.add(boss, f"http://{host}:{port}{FEED}")
            await run_jobs(stage, REFRESH)
            channel = await stage.areas.broadcasts.podcasts.channel(boss, channel.id)
            assert (channel.status, channel.episode_count) == ("error", 0)
            assert "private network" in channel.error
    assert feeds.calls == []


async def test_an_episode_comes_onto_the_disk_and_goes(stage: Stage, feeds: PodcastServer, audio: AudioMaker) -> None:
    boss, anna = await stage.person("boss", admin=True), await stage.person("anna")
    podcasts = stage.areas.broadcasts.podcasts
    channel = await added(stage, feeds, boss)
    [episode] = await episodes(stage, anna, channel)
    assert (await refusal(podcasts.audio(anna, episode.id), Kind.NOT_FOUND)).code == "episode_not_downloaded"
    feeds.files["/one.mp3"] = audio.tone("mp3", 1.0).read_bytes()
    job_id = await podcasts.download(boss, episode.id)
    assert (await podcasts.episode(anna, episode.id)).status == "downloading"
    assert await podcasts.download(boss, episode.id) == job_id
    await run_jobs(stage, DOWNLOAD)
    episode = await podcasts.episode(anna, episode.id)
    assert (episode.status, episode.content_type, episode.suffix) == ("completed", "audio/mpeg", "mp3")
    file = await podcasts.audio(anna, episode.id)
    assert file.path.read_bytes() == feeds.files["/one.mp3"]
    assert episode.size == len(feeds.files["/one.mp3"])
    assert await podcasts.download(boss, episode.id) == ""
    await podcasts.delete_episode(boss, episode.id)
    assert (await podcasts.episode(anna, episode.id)).status == "deleted"
    assert files(stage) == []
    # What was taken away does not come back by itself, nor is it forgotten.
    await reread(stage, boss, channel)
    assert (await podcasts.episode(anna, episode.id)).status == "deleted"
    await podcasts.download(boss, episode.id)
    await run_jobs(stage, DOWNLOAD)
    assert (await podcasts.episode(anna, episode.id)).status == "completed"
    await podcasts.remove(boss, channel.id)
    assert (files(stage), await podcasts.channels(anna)) == ([], [])


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply(403, b""), "403"),
        (Reply(200, b"<html>Sign in first</html>"), "no audio"),
        (Reply(200, b""), "no audio"),
        (Reply(200, b"ID3" + bytes(300_000)), "more than"),
        (Reply(302, b"", {"location": "http://169.254.169.254/latest"}), "private network"),
    ],
)
async def test_downloads_that_go_wrong(
    database_url: str, tmp_path: Path, audio: AudioMaker, feeds: PodcastServer, reply: Reply, word: str
) -> None:
    async with podcast_stage(tmp_path, database_url, audio, PODCAST_EPISODE_BYTES="200000") as stage:
        boss = await stage.person("boss", admin=True)
        [episode] = await episodes(stage, boss, await added(stage, feeds, boss))
        feeds.replies["/one.mp3"] = reply
        await stage.areas.broadcasts.podcasts.download(boss, episode.id)
        job = await run_jobs(stage, DOWNLOAD)
        episode = await stage.areas.broadcasts.podcasts.episode(boss, episode.id)
        assert (job.state, episode.status, episode.file_name) == ("failed", "error", "")
        assert word in episode.error and episode.error == job.error
        assert files(stage) == []


async def test_a_full_disk_ends_a_download(
    stage: Stage, feeds: PodcastServer, audio: AudioMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await stage.person("boss", admin=True)
    [episode] = await episodes(stage, boss, await added(stage, feeds, boss))
    feeds.files["/one.mp3"] = audio.tone("mp3", 1.0).read_bytes()
    monkeypatch.setattr(bounds, "FREE_BYTES", 1 << 60)
    await stage.areas.broadcasts.podcasts.download(boss, episode.id)
    await run_jobs(stage, DOWNLOAD)
    episode = await stage.areas.broadcasts.podcasts.episode(boss, episode.id)
    assert (episode.status, "no room" in episode.error, files(stage)) == ("error", True, [])


async def test_a_download_that_is_called_off_can_be_asked_for_again(stage: Stage, feeds: PodcastServer) -> None:
    boss = await stage.person("boss", admin=True)
    [episode] = await episodes(stage, boss, await added(stage, feeds, boss))
    job_id = await stage.areas.broadcasts.podcasts.download(boss, episode.id)
    async with stage.application.database.transaction() as transaction:
        await stage.areas.jobs.cancel(transaction, boss, job_id)
    assert (await stage.areas.broadcasts.podcasts.episode(boss, episode.id)).status == "new"
    assert await stage.areas.broadcasts.podcasts.download(boss, episode.id) not in ("", job_id)


async def test_what_is_deleted_while_it_comes_leaves_no_file(
    stage: Stage, feeds: PodcastServer, audio: AudioMaker
) -> None:
    boss = await stage.person("boss", admin=True)
    [episode] = await episodes(stage, boss, await added(stage, feeds, boss))
    feeds.files["/one.mp3"] = audio.tone("mp3", 1.0).read_bytes()
    broadcasts = stage.areas.broadcasts
    job_id = await broadcasts.podcasts.download(boss, episode.id)
    running = asyncio.create_task(broadcasts.fetching.download(lambda *_: None, job_id, episode.id))
    await asyncio.sleep(0)
    await broadcasts.podcasts.delete_episode(boss, episode.id)
    await running
    assert (await broadcasts.podcasts.episode(boss, episode.id)).status == "deleted"
    assert files(stage) == []


async def test_a_channel_is_removed_while_its_feed_is_written(
    stage: Stage, feeds: PodcastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await stage.person("boss", admin=True)
    channel = await added(stage, feeds, boss, item("one"))
    feeds.files[FEED] = rss(item("one"), item("two")).encode()
    written, begun = channels.write_episodes, asyncio.Event()

    async def slowly(transaction: Transaction, *given: Any) -> int:
        begun.set()
        await asyncio.sleep(0.3)
        return await written(transaction, *given)

    monkeypatch.setattr(channels, "write_episodes", slowly)
    await stage.areas.broadcasts.podcasts.refresh(boss, channel.id)
    writing = asyncio.create_task(run_jobs(stage, REFRESH))
    await begun.wait()
    await stage.areas.broadcasts.podcasts.remove(boss, channel.id)
    await writing
    await refusal(stage.areas.broadcasts.podcasts.channel(boss, channel.id), Kind.NOT_FOUND)


async def test_files_that_nothing_names_are_removed_at_night(stage: Stage, feeds: PodcastServer) -> None:
    boss = await stage.person("boss", admin=True)
    feeds.files["/cover.jpg"] = b"a picture"
    feeds.files[FEED] = rss(item("one"), more="<itunes:image href='/cover.jpg'/>").encode()
    await stage.areas.broadcasts.podcasts.add(boss, f"{feeds.address}{FEED}")
    await run_jobs(stage, REFRESH)
    [kept] = files(stage)
    stray = kept.with_name("stray.part")
    stray.write_bytes(b"half")
    assert await stage.areas.broadcasts.fetching.remove_leftovers() == 0
    for file in (kept, stray):
        os.utime(file, (1, 1))
    assert await stage.areas.broadcasts.fetching.remove_leftovers() == 1
    assert files(stage) == [kept]


async def test_everybody_goes_on_where_they_stopped(stage: Stage, feeds: PodcastServer) -> None:
    boss, anna = await stage.person("boss", admin=True), await stage.person("anna")
    podcasts = stage.areas.broadcasts.podcasts
    [episode] = await episodes(stage, anna, await added(stage, feeds, boss))
    await podcasts.set_position(anna, episode.id, 12.5, "here")
    await podcasts.set_position(anna, episode.id, 13.5)
    assert (await podcasts.episode(anna, episode.id)).position == 13.5
    assert (await podcasts.episode(boss, episode.id)).position is None
    assert [(one.episode.id, one.position) for one in await podcasts.positions(anna)] == [(episode.id, 13.5)]
    exported = await stage.areas.broadcasts.export_personal(anna.user_id)
    assert [one["title"] for one in exported["podcast_positions"]] == ["one"]
    await podcasts.remove_position(anna, episode.id)
    assert await podcasts.positions(anna) == []
    for wrong in (-1.0, float("nan"), float("inf")):
        assert "position" in (await refusal(podcasts.set_position(anna, episode.id, wrong), Kind.INVALID)).fields


async def test_who_may_do_what(stage: Stage, feeds: PodcastServer) -> None:
    boss, anna = await stage.person("boss", admin=True), await stage.person("anna")
    podcasts = stage.areas.broadcasts.podcasts
    channel = await added(stage, feeds, boss)
    [episode] = await episodes(stage, boss, channel)
    for who, kind in ((anna, Kind.FORBIDDEN), (ANONYMOUS, Kind.NOT_SIGNED_IN)):
        for call in (
            podcasts.add(who, "https://a.example/"),
            podcasts.remove(who, channel.id),
            podcasts.refresh(who),
            podcasts.download(who, episode.id),
            podcasts.delete_episode(who, episode.id),
        ):
            await refusal(call, kind)
    for reading in (podcasts.channels(ANONYMOUS), podcasts.episode(ANONYMOUS, episode.id)):
        await refusal(reading, Kind.NOT_SIGNED_IN)
    for missing in (podcasts.remove(boss, 99), podcasts.download(boss, 99), podcasts.refresh(boss, 99)):
        await refusal(missing, Kind.NOT_FOUND)
    again = await refusal(podcasts.add(boss, f" {channel.url}#part "), Kind.CONFLICT)
    assert again.code == "podcast_exists"
    with pytest.raises(AntiphonError, match="http"):
        await podcasts.add(boss, "file:///etc/passwd")
