"""What is heard: songs end to end, forms that browsers cannot play, the sleep timer, one device after another."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator

import av
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.audio.continuous import KINDS, RATE, Sound, album, place_of, rising
from tests.audio.maker import AudioMaker
from tests.audio.tagging import write_tags
from tests.e2e.listener import PHONE, Listener, somebody, titles_of
from tests.e2e.site import PASSWORD, Site
from tests.services.programs import folder
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser

# An album of one sound without an end, cut where no encoder would: samples of each song.
PARTS = (250_001, 230_003)
ENDLESS = ("flac", "mp3", "aac")
LEVELS = {"track": -9.0, "album": -3.0}
ODD_KINDS = ("alac", "wavpack", "aiff", "mp2")
# Listens to what leaves the page's sound graph: every sample, the loudness of every 128 of them, and when they were.
# It tells them eight at a time: a message for each would take more of the page's time than all else in it.
EAR = """
    const worklet = `registerProcessor('ear', class extends AudioWorkletProcessor {
        blocks = [];
        process([[samples]]) {
            let sum = 0;
            for (const sample of samples ?? []) sum += sample * sample;
            const kept = samples ? samples.slice() : new Float32Array(128);
            this.blocks.push([currentFrame / sampleRate, Math.sqrt(sum / 128), kept]);
            if (this.blocks.length === 8) this.port.postMessage(this.blocks.splice(0));
            return true;
        }
    })`;
    window.heard = [];
    window.samples = () => {
        const all = Int16Array.from(window.heard.flatMap(([, , kept]) => [...kept]), (one) => one * 32767);
        const bytes = new Uint8Array(all.buffer);
        let text = '';
        for (let place = 0; place < bytes.length; place += 8192) {
            text += String.fromCharCode(...bytes.subarray(place, place + 8192));
        }
        return btoa(text);
    };
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
        if (target instanceof AudioDestinationNode) {
            const module = URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' }));
            this.context.audioWorklet.addModule(module).then(() => {
                const ear = new AudioWorkletNode(this.context, 'ear');
                ear.port.onmessage = ({ data }) => window.heard.push(...data);
                connect.call(this, ear);
                connect.call(ear, this.context.destination);
            });
        }
        return connect.call(this, target, ...rest);
    };
"""
# How far the song gets while a second passes: seconds of the clock, and of the song.
ADVANCE = """async () => {
    const audio = window.audioElements.find((one) => !one.paused);
    const [moment, place] = [performance.now(), audio.currentTime];
    await new Promise((done) => setTimeout(done, 1000));
    return [(performance.now() - moment) / 1000, audio.currentTime - place];
}"""
SOUNDS_FOR = "(seconds) => window.heard.filter(([, loudness]) => loudness > 0.05).length * 128 / 48000 >= seconds"


@pytest_asyncio.fixture(scope="module")
async def sounds(
    player_is_built: None, session_servers: ServerFactory, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    """A server with albums of one long sound cut into files, and one of forms that browsers do not play."""
    maker = AudioMaker(tmp_path_factory.mktemp("tones"))
    with folder("sounds") as place:
        for kind in ENDLESS:
            (place / "music" / kind).mkdir(parents=True)
            for number, path in enumerate(album(place / "music" / kind, KINDS[kind], PARTS), 1):
                tags = {"title": f"Part {number} {kind}", "artist": "Oscillator", "album": f"Endless {kind}"}
                write_tags(path, {**tags, "tracknumber": str(number)})
        gains = {f"replaygain_{of}_gain": f"{level} dB" for of, level in LEVELS.items()}
        tags = {"title": "Too loud", "artist": "Oscillator", "album": "Levelled", **gains}
        maker.song(place / "music" / "loud.flac", tags, kind="flac", seconds=30)
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
    heard: list[tuple[float, float]] = await page.evaluate("window.heard.map(([when, level]) => [when, level])")
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


def longest_overlap(heard: list[tuple[float, float]]) -> float:
    """Seconds in which two songs sounded at once."""
    usual = sorted(level for _, level in heard)[len(heard) // 2]
    return sum(level > 1.3 * usual for _, level in heard) * 128 / 48_000


def seam(heard: Sound, rate: int) -> float:
    """By how many seconds the second song begins too late, against the sound that both were cut out of."""
    resampler = av.AudioResampler("fltp", "mono", rate)
    frame = av.AudioFrame.from_ndarray(rising(sum(PARTS))[np.newaxis], "fltp", "mono")
    frame.sample_rate = RATE
    whole = np.concatenate([one.to_ndarray()[0] for one in [*resampler.resample(frame), *resampler.resample(None)]])
    # Long enough before and behind the seam, wherever the ear began to listen in the first song.
    join = int(np.argmax(np.abs(heard) > 0.05)) + round(PARTS[0] / RATE * rate)
    before, after = (place_of(heard, whole, join + offset, 16_384, len(whole)) for offset in (-60_000, 30_000))
    return (before - after) / rate


@pytest.mark.parametrize("kind", ENDLESS)
async def test_songs_of_an_album_follow_without_a_gap(ear: Listener, kind: str) -> None:
    await ear.play_album(f"Endless {kind}")
    await ear.hears(f"Part 2 {kind}", seconds=2)
    heard = await loudness(ear.page)
    assert heard[-1][0] - heard[0][0] > PARTS[0] / RATE + 1
    samples = np.frombuffer(base64.b64decode(await ear.page.evaluate("window.samples()")), "<i2")
    # The browser takes the rate of the machine's sound card.
    rate = round(128 / float(np.median(np.diff([when for when, _ in heard]))))
    assert abs(seam((samples / 32_767).astype(np.float32), rate)) < 0.002
    assert longest_gap(heard) < 0.05
    assert longest_overlap(heard) < 0.1


async def test_what_the_browser_cannot_play_is_converted_and_can_be_moved_in(ear: Listener) -> None:
    await ear.play_album("Odd")
    for kind in ODD_KINDS:
        await ear.hears(f"In {kind}", seconds=0.5)
        made = "Opus 256 kbit/s" if kind == "mp2" else "FLAC"
        await expect(ear.bar.get_by_role("button", name=f"Sound: {made} Converted")).to_be_visible()
        await ear.page.evaluate("window.heard.length = 0")
        await ear.press("Shift+ArrowRight")
        await ear.hears(f"In {kind}", seconds=0.5)
        await ear.page.wait_for_function(SOUNDS_FOR, arg=0.5)
        assert 10 <= await ear.position() < 20
        if kind != ODD_KINDS[-1]:
            await ear.bar.get_by_role("button", name="Next song").click()


async def test_an_original_that_rules_make_smaller_can_be_moved_in(ear: Listener, sounds: Site) -> None:
    """The player asked for the song's own file, and gets what is made of it while it is heard."""
    [person] = [one for one in await sounds.read("/api/v1/users?limit=100") if one["username"] == ear.name]
    await sounds.ask("PUT", f"/api/v1/users/{person['id']}/stream-ceiling", json={"bitrate": 64})
    await ear.play_album("Levelled")
    await ear.hears("Too loud", seconds=0.5)
    await ear.press("Shift+ArrowRight")
    await ear.hears("Too loud", seconds=0.5)
    assert 10 <= await ear.position() < 20
    await ear.press("Shift+ArrowLeft")
    await ear.hears("Too loud", seconds=0.5)
    assert 0 <= await ear.position() < 10


async def test_less_data_is_chosen_while_it_plays(ear: Listener) -> None:
    await ear.open_album("Odd")
    await ear.play_row("In aiff")
    await ear.hears("In aiff", seconds=1)
    await ear.press("o")
    dialog = ear.page.get_by_role("dialog", name="Sound and timer")
    await dialog.get_by_text("Data saver", exact=True).click()
    await expect(dialog.get_by_text(re.compile("Your browser gets Opus 64 kbit/s"))).to_be_visible()
    await ear.press("Escape")
    await expect(dialog).to_be_hidden()
    await ear.hears("In aiff", seconds=0.5)
    sounding = await ear.sounding()
    assert sounding is not None and "format=opus&bitrate=64" in sounding["source"]
    assert await ear.position() >= 1


async def test_playing_ends_after_this_song(ear: Listener) -> None:
    await ear.play_album("Endless flac")
    await ear.hears("Part 1 flac", seconds=0.3)
    await ear.press("o")
    dialog = ear.page.get_by_role("dialog", name="Sound and timer")
    await dialog.get_by_text("After this song", exact=True).click()
    await ear.press("Escape")
    await expect(ear.bar.get_by_role("button", name="Sleep timer")).to_be_visible()
    await ear.hears_nothing()
    await expect(ear.bar.get_by_text("Part 2 flac", exact=True)).to_be_visible()
    await expect(ear.bar.get_by_role("button", name="Sleep timer")).to_be_hidden()


async def level_by(ear: Listener, name: str) -> float:
    """How loud the song is, in dB, with this choice in the settings."""
    await ear.go("settings/playback")
    await ear.content.get_by_role("group", name="Even out loudness").get_by_text(name, exact=True).click()
    await ear.play_album("Levelled")
    await ear.hears("Too loud", seconds=0.5)
    # Changes of gain take a moment, so that they do not click.
    await ear.page.wait_for_timeout(300)
    await ear.page.evaluate("window.heard.length = 0")
    await ear.page.wait_for_function("() => window.heard.length >= 200")
    levels = await ear.page.evaluate("window.heard.map(([, level]) => level)")
    return float(20 * np.log10(np.sqrt(np.mean(np.square(levels)))))


async def test_songs_are_as_loud_and_as_fast_as_is_wished(ear: Listener) -> None:
    """ReplayGain is heard by song and by album, and twice the speed is twice as far in the same time."""
    plain = await level_by(ear, "Off")
    assert await level_by(ear, "By song") - plain == pytest.approx(LEVELS["track"], abs=0.5)
    assert await level_by(ear, "By album") - plain == pytest.approx(LEVELS["album"], abs=0.5)
    await ear.press("o")
    dialog = ear.page.get_by_role("dialog", name="Sound and timer")
    for key, speed in (("End", 2.0), ("Home", 0.5)):
        await dialog.get_by_role("slider", name="Speed of music").press(key)
        await ear.page.wait_for_function(
            "(speed) => window.audioElements.some((one) => one.playbackRate === speed)", arg=speed
        )
        passed, heard = await ear.page.evaluate(ADVANCE)
        assert heard / passed == pytest.approx(speed, rel=0.15)


async def test_another_device_goes_on_in_mid_song(ear: Listener, browser: Browser, sounds: Site) -> None:
    await ear.play_album("Odd")
    await ear.hears("In alac", seconds=0.3)
    await ear.press("Shift+ArrowRight")
    await ear.hears("In alac", seconds=0.5)
    async with somebody(browser, sounds.base_url) as other:
        other.allow("status of 404")
        body = {"username": ear.name, "password": PASSWORD, "cookie": True}
        assert (await other.page.context.request.post(f"{sounds.base_url}/api/v1/auth/login", data=body)).ok
        await other.go()
        await other.page.get_by_role("button", name="Continue In alac from Chrome on Linux here").click()
        await other.hears("In alac", seconds=0.5)
        assert await other.position() >= 10
        await ear.hears_nothing()
        await ear.sees_notice("Playing goes on at Chrome on Linux.")
        queue = await other.open_queue()
        assert await titles_of(queue) == ["In wavpack", "In aiff", "In mp2"]
        # And back again, from the list of devices.
        await other.press("Shift+ArrowRight")
        await other.hears("In wavpack", seconds=0.5)
        await ear.press("d")
        devices = ear.page.get_by_role("dialog", name="Devices")
        await devices.get_by_role("button", name="Continue In wavpack from Chrome on Linux here").click()
        await ear.hears("In wavpack", seconds=0.5)
        await other.hears_nothing()


async def test_guests_move_in_a_song_that_is_made_while_they_hear_it(browser: Browser, sounds: Site) -> None:
    songs = {song["title"]: song["id"] for song in await sounds.read("/api/v1/songs?limit=50")}
    body = {"things": [{"type": "song", "id": songs[title]} for title in ("In wavpack", "In aiff")]}
    address = (await sounds.ask("POST", "/api/v1/shares", json=body))["path"]
    async with somebody(browser, sounds.base_url, viewport=PHONE) as guest:
        await guest.page.goto(f"{sounds.base_url}{address}")
        row = guest.page.get_by_role("listitem").filter(has_text="In wavpack")
        slider = row.get_by_role("slider", name="Position in In wavpack")
        await expect(row).to_contain_text("0:00 / 0:20")
        await row.get_by_role("button", name="Play In wavpack").click()
        await expect(row.get_by_role("button", name="Pause In wavpack")).to_be_visible()
        await expect(row).to_contain_text("0:01 / 0:20")
        await slider.fill("15")
        await expect(row).to_contain_text("0:16 / 0:20")
        assert 14 < float(await slider.input_value()) < 19
        place = "() => document.querySelector('audio').currentTime"
        source = await guest.page.evaluate("() => document.querySelector('audio').currentSrc")
        # What began in the middle has its own clock.
        assert await guest.page.evaluate(place) < (5 if "offset=15" in source else 20)
        await slider.press("End")
        other = guest.page.get_by_role("listitem").filter(has_text="In aiff")
        await expect(other.get_by_role("button", name="Pause In aiff")).to_be_visible()
        await expect(row).to_contain_text("0:00 / 0:20" if "offset" in source else "/ 0:20")


# Plays the beginning, then from the middle on; gives the length that the browser finds.
PLAY_PIECES = """async (address) => {
    const audio = new Audio(address);
    const until = async (isSo) => {
        while (!isSo()) await new Promise((done) => setTimeout(done, 50));
    };
    await audio.play();
    await until(() => audio.currentTime > 0.4);
    const middle = audio.duration / 2;
    audio.currentTime = middle;
    await until(() => !audio.seeking && audio.currentTime > middle + 0.3);
    const { duration } = audio;
    audio.pause();
    audio.removeAttribute('src');
    audio.load();
    return duration;
}"""


def seconds_read(address: str, token: str) -> float:
    """How long it sounds what FFmpeg's HLS reads at an address."""
    with av.open(address, options={"headers": f"Authorization: Bearer {token}\r\n"}) as container:
        return float(sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0)))


async def test_the_browser_plays_songs_piece_by_piece(ear: Listener, sounds: Site) -> None:
    """By its own HLS, which takes AAC, and originals as their own packets and as FLAC; not bare frames of MP3. It goes
    from one bit rate to a better one in mid-song."""
    songs = {song["title"]: song for song in await sounds.read("/api/v1/songs?limit=50")}
    key = (await sounds.ask("POST", "/api/v1/auth/api-keys", json={"name": "app"}))["key"]
    await ear.go()
    for title, name in (
        ("Too loud", "master"), ("Too loud", "original/index"), ("In wavpack", "original/index"),
        ("Part 1 mp3", "master"), ("Part 1 aac", "original/index"), ("In aiff", "rest"),
    ):  # fmt: skip
        song = songs[title]
        native, subsonic = (
            f"/api/v1/songs/{song['id']}/hls/{name}.m3u8",
            f"/rest/hls.m3u8?apiKey={key}&id=so-{song['id']}",
        )
        address = f"{subsonic}&v=1.16.1&c=tests" if name == "rest" else native
        async with asyncio.timeout(30):
            duration = await ear.page.evaluate(PLAY_PIECES, address)
        assert duration == pytest.approx(song["duration"], abs=0.15), (title, name)
    song = songs["Part 1 mp3"]
    address = f"{sounds.base_url}/api/v1/songs/{song['id']}/hls/original/index.m3u8"
    read = await asyncio.to_thread(seconds_read, address, sounds.admin["token"])
    assert read == pytest.approx(song["duration"], abs=0.06)
