"""Other forms of songs, made in the media helper."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
import pytest_asyncio

from antiphon.adapters.media.transcoding import MediaTranscoder
from antiphon.areas.playback.data.transcodes import Codec, Recipe
from antiphon.kernel.errors import AntiphonError, Kind
from tests.audio.continuous import KINDS, album
from tests.audio.maker import AudioMaker
from tests.audio.sounds import FORMATS, write
from tests.services.processes import is_alive

RATE = 44_100


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of two rising tones with some noise, in every format."""
    folder = tmp_path_factory.mktemp("music")
    moments = np.arange(12 * RATE) / RATE
    chance = np.random.default_rng(7)
    rising = [np.sin(2 * np.pi * (start + 40 * moments) * moments) for start in (200, 300)]
    sound = np.stack([0.25 * tone + 0.01 * chance.standard_normal(len(moments)) for tone in rising])
    for name, made in FORMATS.items():
        write(folder / f"{name}.{made.suffix}", made, sound, RATE, options={"b": "192k"})
    return folder


def heard(source: bytes | Path, rate: int = RATE) -> np.ndarray:
    """Sound as a row for each of two channels."""
    resampler = av.AudioResampler("fltp", "stereo", rate)
    with av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source)) as container:
        found = [piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(found, axis=1)


def recipe(path: Path, codec: Codec = "flac", **changes: object) -> Recipe:
    """How to make something of a file."""
    lossless = codec == "flac"
    made = Recipe(
        song_id=1,
        path=os.fsencode(path),
        size=1,
        modified_ns=1,
        codec=codec,
        bitrate=0 if lossless else 192,
        sample_rate=48_000 if codec == "opus" else RATE,
        channels=2,
        bits=16,
        duration=12.0,
    )
    return msgspec.structs.replace(made, **changes)


@pytest_asyncio.fixture
async def transcoder(tmp_path: Path) -> AsyncIterator[MediaTranscoder]:
    """A transcoder with a cache of its own."""
    made = MediaTranscoder(tmp_path / "cache", 100_000_000)
    yield made
    await made.close()


async def made_of(transcoder: MediaTranscoder, wanted: Recipe) -> bytes:
    """All bytes of a transcode."""
    sound = await transcoder.start(wanted)
    try:
        found = bytearray()
        while data := await sound.read():
            found += data
        return bytes(found)
    finally:
        await sound.close()


def loudness(sound: np.ndarray) -> float:
    """The mean level in dB."""
    return float(20 * np.log10(np.sqrt(np.mean(sound**2))))


@pytest.mark.parametrize("codec", ["mp3", "opus", "aac", "m4a", "flac"])
@pytest.mark.parametrize("source", ["flac", "mp3", "aac", "vorbis", "opus", "wavpack", "aiff"])
async def test_every_form_of_every_format_is_the_same_sound(
    transcoder: MediaTranscoder, music: Path, source: str, codec: Codec
) -> None:
    path = music / f"{source}.{FORMATS[source].suffix}"
    tags = (("title", "Über"), ("artist", "Борис"), ("album", 'A "B" <C>'))
    data = await made_of(transcoder, recipe(path, codec, tags=tags))
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.channels, stream.codec_context.sample_rate) == (
            2,
            48_000 if codec == "opus" else RATE,
        )
        told = {**container.metadata, **stream.metadata}
    sound = heard(data)
    assert sound.shape[1] / RATE == pytest.approx(12.0, abs=0.08)
    assert loudness(sound) == pytest.approx(loudness(heard(path)), abs=0.3)
    if codec != "aac":
        assert {name: told[name] for name, _ in tags} == dict(tags)


@pytest.mark.parametrize("codec", ["mp3", "opus", "aac", "m4a", "flac"])
async def test_what_is_made_twice_is_the_same(transcoder: MediaTranscoder, music: Path, codec: Codec) -> None:
    """Browsers whose connection breaks off put the end of what is made anew behind the beginning that they have."""
    wanted = recipe(music / "wavpack.wv", codec, offset=10.0, duration=2.0)
    assert await made_of(transcoder, wanted) == await made_of(transcoder, wanted)


@pytest.mark.parametrize("source", sorted(FORMATS))
async def test_a_song_begins_where_it_should(transcoder: MediaTranscoder, music: Path, source: str) -> None:
    """To the sample where the container tells time exactly, and within a frame in bare streams."""
    path = music / f"{source}.{FORMATS[source].suffix}"
    if source == "mp2":
        return
    whole = heard(path)
    sound = heard(await made_of(transcoder, recipe(path, offset=7.25, duration=4.75)))
    begins = round(7.25 * RATE)
    around = whole[0, begins - 3000 : begins + 9000]
    found = np.argmax(np.correlate(around, sound[0, :6000], "valid")) - 3000
    assert abs(found) <= (1200 if source == "adts" else 3)
    assert sound.shape[1] / RATE == pytest.approx(whole.shape[1] / RATE - 7.25, abs=0.03)


async def test_what_tells_its_length_falsely_or_not_at_all_is_heard_to_its_end(
    transcoder: MediaTranscoder, tmp_path: Path
) -> None:
    one, other = album(tmp_path, KINDS["mp3"], (100_001, 70_007))
    (tmp_path / "bare").mkdir()
    [bare] = album(tmp_path / "bare", KINDS["bare"], (100_001,))
    whole, both, half = one.read_bytes(), tmp_path / "both.mp3", tmp_path / "half.mp3"
    both.write_bytes(whole + other.read_bytes())
    half.write_bytes(whole[: len(whole) // 2])
    for path, samples in ((bare, 100_001), (both, 170_008), (half, 50_000)):
        made = await made_of(transcoder, recipe(path, "mp3", duration=samples / RATE))
        assert b"Info" not in made[:500], path.name
        assert heard(made).shape[1] == pytest.approx(samples, abs=6_000), path.name
    made = await made_of(transcoder, recipe(one, "mp3", offset=1.0, duration=100_001 / RATE - 1))
    assert heard(made).shape[1] == 100_001 - RATE


async def test_channels_rate_and_gain(transcoder: MediaTranscoder, music: Path) -> None:
    path = music / "flac.flac"
    mono = await made_of(transcoder, recipe(path, channels=1, sample_rate=48_000, gain=-6.0))
    with av.open(io.BytesIO(mono)) as container:
        context = container.streams.audio[0].codec_context
        assert (context.channels, context.sample_rate) == (1, 48_000)
    stereo = await made_of(transcoder, recipe(path, gain=-6.0))
    assert loudness(heard(stereo)) == pytest.approx(loudness(heard(path)) - 6.0, abs=0.05)
    deep = await made_of(transcoder, recipe(path, bits=24))
    with av.open(io.BytesIO(deep)) as container:
        assert container.streams.audio[0].codec_context.format.name == "s32"


async def test_odd_names_are_no_options_and_no_addresses(
    transcoder: MediaTranscoder, music: Path, tmp_path: Path
) -> None:
    for name in ("-y.flac", "concat:a|b.flac", "a\nb.flac", "%d.flac", "http:x.flac", "\udcff.flac"):
        target = tmp_path / name
        os.link(music / "flac.flac", target)
        assert len(await made_of(transcoder, recipe(target, "opus"))) > 1000, name
    listed = tmp_path / "list.flac"
    listed.write_text(f"ffconcat version 1.0\nfile '{music / 'flac.flac'}'\n")
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{music / 'flac.flac'}\n#EXT-X-ENDLIST\n")
    for path in (listed, playlist):
        with pytest.raises(AntiphonError) as caught:
            await made_of(transcoder, recipe(path, "opus"))
        assert caught.value.code == "unplayable"


async def test_broken_files_are_told_and_end_nothing(
    transcoder: MediaTranscoder, audio: AudioMaker, music: Path, tmp_path: Path
) -> None:
    await made_of(transcoder, recipe(music / "mp3.mp3", "mp3"))
    helper = transcoder.helper.process_id
    refused = 0
    os.mkfifo(tmp_path / "pipe.mp3")
    for path in [*audio.broken(tmp_path / "broken"), tmp_path / "missing.mp3", tmp_path / "pipe.mp3", tmp_path]:
        try:
            await asyncio.wait_for(made_of(transcoder, recipe(path, "mp3")), 30)
        except AntiphonError as error:
            assert (error.kind, error.code) == (Kind.UNSUPPORTED_MEDIA, "unplayable")
            refused += 1
    assert refused > 10
    assert transcoder.helper.process_id == helper
    assert not [file for file in (tmp_path / "cache").glob("*/*") if file.suffix == ".part"]


async def test_what_is_broken_in_its_middle_is_played_around_it(
    transcoder: MediaTranscoder, music: Path, tmp_path: Path
) -> None:
    data = bytearray((music / "mp3.mp3").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = os.urandom(4000)
    (tmp_path / "rotten.mp3").write_bytes(data)
    sound = heard(await made_of(transcoder, recipe(tmp_path / "rotten.mp3", "opus")))
    assert sound.shape[1] / RATE == pytest.approx(12.0, abs=0.6)


async def test_a_killed_helper_is_told_and_replaced(transcoder: MediaTranscoder, long_song: Path) -> None:
    sound = await transcoder.start(recipe(long_song, "mp3"))
    assert await sound.read()
    killed = transcoder.helper.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(AntiphonError) as caught:
        while await asyncio.wait_for(sound.read(), 5):
            pass
    assert (caught.value.kind, caught.value.code) == (Kind.UNAVAILABLE, "not_transcoded")
    await sound.close()
    assert await transcoder.kept(recipe(long_song, "mp3")) is None
    assert len(await made_of(transcoder, recipe(long_song, "opus", offset=590.0))) > 1000
    assert transcoder.helper.process_id not in (None, killed)


@pytest.fixture(scope="module")
def long_song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes of a tone."""
    target = tmp_path_factory.mktemp("long") / "long.flac"
    moments = np.arange(600 * RATE) / RATE
    tone = 0.25 * np.sin(2 * np.pi * 330 * moments)
    write(target, FORMATS["flac"], np.stack([tone, tone]), RATE)
    return target


async def test_the_work_ends_when_nobody_listens_any_more(transcoder: MediaTranscoder, long_song: Path) -> None:
    listened = await transcoder.start(recipe(long_song, "opus", duration=600.0))
    left = await transcoder.start(recipe(long_song, "mp3", duration=600.0))
    assert await listened.read()
    assert await left.read()
    await left.close()
    started = time.monotonic()
    running = transcoder.helper._running
    assert running is not None
    while len(running.waiting) > 1:
        assert time.monotonic() - started < 5
        await asyncio.sleep(0.01)
    assert await listened.read(), "the other listener still hears"
    await listened.close()


async def test_nothing_is_made_ahead_of_a_slow_listener(
    transcoder: MediaTranscoder, long_song: Path, tmp_path: Path
) -> None:
    sound = await transcoder.start(recipe(long_song, "mp3", duration=600.0))
    assert await sound.read()
    await asyncio.sleep(1.5)
    parts = list((tmp_path / "cache").glob("*/*.part"))
    assert len(parts) == 1
    # What the pipe holds, and what the helper has gathered; the whole song has 14 megabytes.
    assert parts[0].stat().st_size < 300_000
    await sound.close()
    assert not list((tmp_path / "cache").glob("*/*.part"))


def helper_of(transcoder: MediaTranscoder) -> int | None:
    """The helper's process, as it is now."""
    return transcoder.helper.process_id


async def test_the_helper_goes_when_idle_and_comes_again(music: Path, tmp_path: Path) -> None:
    transcoder = MediaTranscoder(tmp_path, 0, idle_seconds=0.2)
    try:
        assert helper_of(transcoder) is None
        await made_of(transcoder, recipe(music / "flac.flac", "opus"))
        first = helper_of(transcoder)
        assert first is not None
        for _ in range(100):
            await asyncio.sleep(0.05)
            if helper_of(transcoder) is None:
                break
        assert helper_of(transcoder) is None
        await made_of(transcoder, recipe(music / "flac.flac", "opus"))
        assert helper_of(transcoder) not in (None, first)
    finally:
        await transcoder.close()
    assert helper_of(transcoder) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc, which only Linux has")
async def test_the_helper_is_confined(
    transcoder: MediaTranscoder, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "nobody may know")
    await made_of(transcoder, recipe(music / "flac.flac", "opus"))
    process = Path("/proc") / str(transcoder.helper.process_id)
    limits = {line[:26].strip(): line[26:].split()[0] for line in (process / "limits").read_text().splitlines()[1:]}
    assert int(limits["Max address space"]) == 2 * 1024**3
    assert int(limits["Max file size"]) == 4 * 1024**3
    assert int(limits["Max core file size"]) == 0
    assert int(limits["Max cpu time"]) < 200
    assert os.getpriority(os.PRIO_PROCESS, int(process.name)) >= 5
    if os.geteuid() == 0:
        assert (process / "ns" / "net").readlink() != Path("/proc/self/ns/net").readlink()
    assert b"nobody may know" not in (process / "environ").read_bytes()
    open_files = {os.readlink(one) for one in (process / "fd").iterdir()}
    assert not [name for name in open_files if name.endswith((".db", ".flac"))]


_PARENT = """
import asyncio, os, sys
from pathlib import Path
from antiphon.adapters.media.transcoding import MediaTranscoder
from antiphon.areas.playback.data.transcodes import Recipe

async def main():
    transcoder = MediaTranscoder(Path(sys.argv[2]), 0)
    sound = await transcoder.start(Recipe(1, os.fsencode(sys.argv[1]), 1, 1, "mp3", 192, 44100, 2, 16, 600.0))
    await sound.read()
    print(transcoder.helper.process_id, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_the_helper_ends_with_its_parent(long_song: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _PARENT, str(long_song), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        helper = int(await asyncio.to_thread(parent.stdout.readline))
        parent.kill()
    for _ in range(100):
        if not is_alive(helper):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the helper has outlived its parent")


async def test_what_was_made_is_kept_and_what_is_newer_is_made_anew(transcoder: MediaTranscoder, music: Path) -> None:
    wanted = recipe(music / "flac.flac", "opus")
    assert await transcoder.kept(wanted) is None
    data = await made_of(transcoder, wanted)
    kept = await transcoder.kept(wanted)
    assert kept is not None
    assert kept.read_bytes() == data
    for other in ({"modified_ns": 2}, {"bitrate": 96}, {"gain": 1.0}, {"tags": (("title", "x"),)}):
        assert await transcoder.kept(msgspec.structs.replace(wanted, **other)) is None


async def test_the_least_recently_used_go_first(music: Path, tmp_path: Path) -> None:
    transcoder = MediaTranscoder(tmp_path, 500_000)
    wanted = [recipe(music / "flac.flac", "opus", modified_ns=number) for number in range(5)]
    try:
        for number, one in enumerate(wanted):
            await made_of(transcoder, one)
            kept = await transcoder.kept(one)
            if kept is not None:
                os.utime(kept, (number, number))
            # The first is listened to again and again.
            await transcoder.kept(wanted[0])
        await transcoder._cache.close()
        there = [await transcoder.kept(one) is not None for one in wanted]
    finally:
        await transcoder.close()
    assert there[0]
    assert there.count(True) in (1, 2)
    assert sum(file.stat().st_size for file in tmp_path.glob("*/*")) <= 500_000


async def test_a_full_disk_keeps_nothing_and_silences_nobody(
    music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.adapters.media.transcoding.cache.FREE_BYTES", 1 << 60)
    transcoder = MediaTranscoder(tmp_path, 100_000_000)
    try:
        assert len(await made_of(transcoder, recipe(music / "flac.flac", "opus"))) > 1000
    finally:
        await transcoder.close()
    assert not list(tmp_path.glob("*/*"))


async def test_many_at_once_in_one_helper(transcoder: MediaTranscoder, music: Path) -> None:
    wanted = [recipe(music / "flac.flac", "opus", modified_ns=number) for number in range(20)]
    made = await asyncio.gather(*(made_of(transcoder, one) for one in wanted))
    assert len({len(data) for data in made}) == 1
    running = transcoder.helper._running
    assert running is not None
    assert not running.waiting
