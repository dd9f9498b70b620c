"""What is heard: songs end to end, forms that browsers cannot play, quality, the sleep timer, one device after another."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.audio.maker import AudioMaker
from tests.e2e.listener import Listener, somebody
from tests.e2e.site import Site
from tests.services.programs import folder
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

TONE_SECONDS = 6
ODD_KINDS = ("alac", "wavpack", "aiff", "mp2")
# Listens to what leaves the page's sound graph: the loudness of every 128 samples, and when they were.
EAR = """
    const worklet = `registerProcessor('ear', class extends AudioWorkletProcessor {
        process([[samples]]) {
            let sum = 0;
            for (const sample of samples ?? []) sum += sample * sample;
            this.port.postMessage([currentFrame / sampleRate, Math.sqrt(sum / 128)]);
            return true;
        }
    })`;
    window.heard = [];
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
        if (target instanceof AudioDestinationNode) {
            const module = URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' }));
            this.context.audioWorklet.addModule(module).then(() => {
                const ear = new AudioWorkletNode(this.context, 'ear');
                ear.port.onmessage = ({ data }) => window.heard.push(data);
                connect.call(this, ear);
                connect.call(ear, this.context.destination);
            });
        }
        return connect.call(this, target, ...rest);
    };
"""
SOUNDS_FOR = "(seconds) => window.heard.filter(([, loudness]) => loudness > 0.05).length * 128 / 48000 >= seconds"


@pytest_asyncio.fixture(scope="module")
async def sounds(
    player_is_built: None, session_servers: ServerFactory, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """A server with an album of one long tone in three files, and one of forms that browsers do not play."""
    maker = AudioMaker(tmp_path_factory.mktemp("tones"))
    with folder("sounds") as place:
        for number in range(1, 4):
            tags = {"title": f"Part {number}", "artist": "Oscillator", "album": "Endless", "tracknumber": str(number)}
            maker.song(place / "music" / f"endless{number}.flac", tags, kind="flac", seconds=TONE_SECONDS)
        for number, kind in enumerate(ODD_KINDS, 1):
            tags = {"title": f"In {kind}", "artist": "Oscillator", "album": "Odd", "tracknumber": str(number)}
            suffix = {"alac": "m4a", "wavpack": "wv"}.get(kind, kind)
            maker.song(place / "music" / f"odd.{suffix}", tags, kind=kind, seconds=20)
        server = session_servers.embedded(ANTIPHON_MUSIC=str(place / "music"), RATE_LIMITS="off")
        site = await Site(server).open(0)
        await site.scan()
        yield site
        server.stop()


@pytest_asyncio.fixture
async def ear(browser: Browser, sounds: Site) -> AsyncIterator[Listener]:
    """Somebody new who hears every sample."""
    async with somebody(browser, sounds.base_url, bypass_csp=True) as person:
        person.allow("status of 404")  # The songs have no pictures.
        await person.page.context.add_init_script(EAR)
        person.name = await sounds.newcomer(person.page.context)
        yield person


async def loudness(page: Page) -> list[tuple[float, float]]:
    """What was heard from the first sound to the last, as seconds and loudness."""
    heard: list[tuple[float, float]] = await page.evaluate("window.heard")
    loud = [place for place, (_, level) in enumerate(heard) if level > 0.05]
    return heard[loud[0] : loud[-1] + 1]


def longest_gap(heard: list[tuple[float, float]]) -> float:
    """Seconds of the longest silence between sounds."""
    longest, since = 0.0, None
    for moment, level in heard:
        if level > 0.05:
            since = None
        else:
            since = moment if since is None else since
            longest = max(longest, moment - since + 128 / 48_000)
    return longest


async def test_songs_of_an_album_follow_without_a_gap(ear: Listener) -> None:
    await ear.play_album("Endless")
    await ear.hears("Part 2", seconds=1)
    await ear.hears("Part 3", seconds=2)
    heard = await loudness(ear.page)
    assert heard[-1][0] - heard[0][0] > 2 * TONE_SECONDS
    levels = sorted(level for _, level in heard)
    print("gap", longest_gap(heard), "median", levels[len(levels)//2], "max", levels[-1], "over", sum(l > 1.25*levels[len(levels)//2] for l in levels)*128/44100)
    assert longest_gap(heard) < 0.05
