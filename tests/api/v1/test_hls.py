"""A song's own sound piece by piece: nothing of it is lost, all of it stands where it should, and the rules hold."""

import io
import re
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pytest
import pytest_asyncio

from tests.api.house import Caller, House
from tests.audio.continuous import KINDS, Sound, place_of, rising, write
from tests.audio.tagging import cover_picture, write_tags

# Sound is made of files: the other database gives the same.
pytestmark = pytest.mark.parametrize("house_address", ["sqlite"], indirect=True, scope="module")

SECONDS = 14.3
# Where the first sound stands on the clock of the pieces.
BEGINS = 1.5
# Songs by their names: what they are encoded as, at which rate, in how many channels, with a picture or not.
SONGS: dict[str, tuple[str, int, str, bool]] = {
    "flac": ("flac", 0, "stereo", True),
    "mp3": ("mp3", 0, "stereo", False),
    "vbr": ("vbr", 0, "stereo", True),
    "low": ("mp3", 8_000, "mono", False),
    "aac": ("aac", 0, "stereo", True),
    "adts": ("adts", 0, "mono", False),
    "alac": ("alac", 0, "stereo", False),
    "opus": ("opus", 48_000, "stereo", False),
    "wav": ("wav", 0, "mono", False),
    "deep": ("deep", 96_000, "stereo", False),
    "wavpack": ("wavpack", 0, "stereo", False),
    "vorbis": ("vorbis", 0, "stereo", False),
}
LOSSLESS = ("flac", "alac", "wav", "deep", "wavpack")
CODECS = {
    "flac": "fLaC", "wav": "fLaC", "deep": "fLaC", "wavpack": "fLaC", "alac": "alac", "opus": "Opus",
    "mp3": "mp4a.40.34", "vbr": "mp4a.40.34", "low": "mp4a.40.34", "aac": "mp4a.40.2", "adts": "mp4a.40.2",
}  # fmt: skip
WRONG = (
    "vorbis/original/index.m3u8", "vorbis/master.m3u8?original=true", "vorbis/original/0.m4s", "flac/original/9.m4s",
    "flac/original/0.ts", "flac/original/x.m4s", "flac/original/0", "mp3/original/init.mp4",
    "mp3/original/0.m4s", "mp3/64/0.mp3",
)  # fmt: skip
_DECODERS = {"fLaC": "flac", "mp4a.40.34": "mp3float", "mp4a.40.2": "aac", "alac": "alac", "Opus": "opus"}


class Listed(NamedTuple):
    """What playlists tell of a rendition, and what comes of it."""

    peak: int
    average: int
    codecs: str
    beginning: bytes
    pieces: list[bytes]
    seconds: list[float]


@pytest_asyncio.fixture
async def songs(house: House) -> dict[str, int]:
    """The songs by their titles."""
    if not (house.stage.music / "hls").exists():
        make_songs(house.stage.music / "hls")
        await house.areas.library.scans.run(lambda *_: None)
    return await house.ids()


def make_songs(folder: Path) -> None:
    """The songs, each once."""
    folder.mkdir()
    for name, (kind, rate, layout, has_picture) in SONGS.items():
        path = file_of(folder, name)
        source = rate or 44_100
        write(path, KINDS[kind], rising(round(SECONDS * source), source), source, layout)
        # Bare AAC has no tags: its name is its title.
        if kind != "adts":
            write_tags(path, {"title": f"HLS {name}", "artist": "Chirp"}, cover_picture() if has_picture else None)


def file_of(folder: Path, name: str) -> Path:
    """Where a song lies."""
    return folder / f"HLS {name}.{KINDS[SONGS[name][0]].suffix}"


def packets(data: bytes) -> list[tuple[float, bytes]]:
    """When each packet begins, in seconds, and its bytes. Bare frames tell that in a tag before them."""
    tag = data[:100].partition(b"com.apple.streaming.transportStreamTimestamp\0")[2]
    begins = struct.unpack(">Q", tag[:8])[0] / 90_000 if tag else 0.0
    with av.open(io.BytesIO(data)) as container:
        found = [one for one in container.demux(audio=0) if one.pts is not None]
        return [(begins + float((one.pts or 0) * Fraction(one.time_base or 0)), bytes(one)) for one in found]


def sound_of(data: bytes) -> tuple[Sound, int]:
    """The first channel of a file, as a player hears it, and its samples a second."""
    with av.open(io.BytesIO(data)) as container:
        return joined(list(container.decode(audio=0)))


def joined(frames: list[av.AudioFrame]) -> tuple[Sound, int]:
    """The first channel of frames, and their samples a second."""
    rate = frames[0].sample_rate
    resampler = av.AudioResampler("fltp", frames[0].layout.name, rate)
    for frame in frames:
        frame.pts = None
    return np.concatenate([one.to_ndarray()[0] for frame in frames for one in resampler.resample(frame)]), rate


async def rendition(caller: Caller, song_id: int, name: str) -> Listed:
    """Everything of a rendition, as a player finds it by the main playlist."""
    base = f"/api/v1/songs/{song_id}/hls"
    main = (await caller.client.get(f"{base}/master.m3u8?original={str(name == 'original').lower()}")).text
    found = re.search(rf'BANDWIDTH=(\d+)(?:,AVERAGE-BANDWIDTH=(\d+))?,CODECS="(.*?)"\n({name}/.*)', main)
    assert found is not None, main
    index = (await caller.client.get(f"{base}/{found[4]}")).text
    beginning = re.search(r'MAP:URI="(.*?)"', index)
    listed = re.findall(r"#EXTINF:([\d.]+),\n(.+)", index)
    longest = int(re.findall(r"TARGETDURATION:(\d+)", index)[0])
    assert all(round(float(seconds)) <= longest for seconds, _ in listed)

    async def fetched(file: str) -> bytes:
        answer = await caller.client.get(f"{base}/{name}/{file}")
        assert answer.status_code == 200, answer.text
        return bytes(answer.content)

    return Listed(
        int(found[1]),
        int(found[2] or 0),
        found[3],
        await fetched(beginning[1]) if beginning else b"",
        [await fetched(file) for _, file in listed],
        [float(seconds) for seconds, _ in listed],
    )


def heard(listed: Listed) -> tuple[Sound, int, list[float]]:
    """The first channel of pieces in a row by one decoder, as it is from where the song begins; its rate; and when the
    packets begin."""
    parts = [packets(listed.beginning + piece) for piece in listed.pieces]
    with av.open(io.BytesIO(listed.beginning + listed.pieces[0])) as first:
        context = first.streams.audio[0].codec_context
        decoder: Any = av.CodecContext.create(_DECODERS[listed.codecs], "r")
        decoder.extradata, decoder.sample_rate, decoder.layout = context.extradata, context.sample_rate, context.layout
    frames: list[Any] = []
    moments = [moment for part in parts for moment, _ in part]
    for _, data in [one for part in parts for one in part]:
        packet = av.Packet(data)
        packet.time_base = Fraction(1, 1000)
        frames += decoder.decode(packet)
    sound, rate = joined(frames)
    # A decoder of Opus leaves out by itself what stands before the song.
    unheard = 0 if listed.codecs == "Opus" else round((BEGINS - moments[0]) * rate)
    return sound[max(0, unheard) :], rate, moments


async def test_the_original_comes_in_pieces_with_nothing_lost(house: House, songs: dict[str, int]) -> None:
    folder = house.stage.music / "hls"
    async with house.caller("anna") as anna:
        for name in CODECS:
            listed = await rendition(anna, songs[f"HLS {name}"], "original")
            check_rendition(name, listed, file_of(folder, name).read_bytes())
        for wrong in WRONG:
            song, _, rest = wrong.partition("/")
            await anna.refused("GET", f"/songs/{songs[f'HLS {song}']}/hls/{rest}", 404)
        async with house.hidden(songs["HLS flac"], flagged=1):
            for rest in ("index.m3u8", "init.mp4", "0.m4s"):
                await anna.refused("GET", f"/songs/{songs['HLS flac']}/hls/original/{rest}", 404)


def check_rendition(name: str, listed: Listed, file: bytes) -> None:
    """What is promised holds, and what comes is the file's own sound at its own place."""
    assert listed.codecs == CODECS[name]
    assert sum(listed.seconds) == pytest.approx(SECONDS, abs=0.06), name
    bits = [len(piece) * 8 for piece in listed.pieces]
    assert max(size / seconds for size, seconds in zip(bits[:-1], listed.seconds, strict=False)) <= listed.peak, name
    assert not listed.average or sum(bits) / sum(listed.seconds) <= listed.average * 1.02, name
    whole, rate = sound_of(file)
    sound, made_rate, moments = heard(listed)
    assert made_rate == rate
    if name in LOSSLESS:
        assert np.array_equal(sound, whole), name
    else:
        parts = [data for piece in listed.pieces for _, data in packets(listed.beginning + piece)]
        assert b"".join(parts) == b"".join(data for _, data in packets(file)), name
        # Bare AAC does not tell what its encoder has put before the song.
        assert place_of(sound, whole, 3 * rate) == 0, name
    # No gap, and each piece begins where the list says, but for a packet.
    steps = np.diff(moments)
    assert steps.max() == pytest.approx(np.median(steps), abs=0.001), name
    begins = [packets(listed.beginning + piece)[0][0] for piece in listed.pieces]
    assert np.allclose(np.diff(begins), listed.seconds[:-1], atol=steps.max() + 0.001), name


async def test_every_rendition_stands_at_the_same_place(house: House, songs: dict[str, int]) -> None:
    """Players go from one bit rate to another in the middle of a song; the original begins where they do."""
    async with house.caller("anna") as anna:
        for name in ("mp3", "low", "aac", "opus"):
            whole, rate = sound_of(file_of(house.stage.music / "hls", name).read_bytes())
            for kind in ("original", "128"):
                sound, made_rate, _ = heard(await rendition(anna, songs[f"HLS {name}"], kind))
                around = np.interp(
                    np.arange(len(sound) * rate // made_rate) * made_rate / rate, np.arange(len(sound)), sound
                )
                for second in (1, 5, 7, 11):
                    assert abs(place_of(around, whole, second * rate)) <= rate / 500, (name, kind, second)
