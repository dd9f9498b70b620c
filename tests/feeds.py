"""Feeds as other servers have them, and such a server."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from antiphon.bootstrap.jobs import run_job_here
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.jobs import Job
from tests.audio.maker import AudioMaker
from tests.services.stand_in import Call, Reply, StandIn
from tests.stage import Stage


def item(
    title: str,
    *,
    guid: str = "",
    url: str = "",
    type: str = "audio/mpeg",
    length: int = 0,
    published: str = "",
    more: str = "",
) -> str:
    """An item of RSS with audio; its name in the feed is its title where no other is given."""
    name = guid or title
    date = f"<pubDate>{published}</pubDate>" if published else ""
    enclosure = f"<enclosure url='{url or f'{name}.mp3'}' type='{type}' length='{length}'/>"
    return f"<item><title>{title}</title><guid>{name}</guid>{date}{enclosure}{more}</item>"


def rss(*items: str, title: str = "Show", more: str = "") -> str:
    """A feed."""
    return (
        "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>"
        f"<channel><title>{title}</title>{more}{''.join(items)}</channel></rss>"
    )


class PodcastServer(StandIn):
    """Has files by path; what it has not is not found."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.replies: dict[str, Reply] = {}

    def answer(self, call: Call) -> Reply:
        """The file, unless another reply was prepared."""
        if call.path in self.replies:
            return self.replies[call.path]
        if call.path not in self.files:
            return Reply(404, b"nothing here")
        body = self.files[call.path]
        tag = f'"{len(body)}"'
        if call.headers.get("if-none-match") == tag:
            return Reply(304, b"")
        headers = {"content-type": "application/octet-stream", "etag": tag}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", call.headers.get("range", ""))
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
            headers["content-range"] = f"bytes {first}-{last}/{len(body)}"
            return Reply(206, body[first : last + 1], headers)
        return Reply(200, body, headers)


@asynccontextmanager
async def podcast_stage(
    folder: Path, database_url: str, audio: AudioMaker, *, with_music: bool = False, **settings: str
) -> AsyncIterator[Stage]:
    """The application that may call 127.0.0.1, unless `settings` say otherwise."""
    music = folder / "music"
    music.mkdir()
    environment = {
        "ANTIPHON_DATA": str(folder / "data"),
        "ANTIPHON_MUSIC": str(music),
        "RATE_LIMITS": "off",
        "OUTGOING_ALLOW": "127.0.0.1",
        **settings,
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, folder), synchronous="OFF")
    made = Stage(application, music, audio)
    if with_music:
        made.add_files()
        await made.scan()
    yield made
    await application.close()


async def run_jobs(stage: Stage, kind: str) -> Job:
    """Run the newest job of a kind to its end; gives what became of it."""
    background = stage.application.background
    job = await background.queue.latest(kind)
    assert job is not None
    await run_job_here(stage.application.database, background, "", job.id)
    ended = await background.queue.find(job.id)
    assert ended is not None
    return ended
