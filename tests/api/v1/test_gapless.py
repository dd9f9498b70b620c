"""An album that is one sound without an end: decoded and cut as gapless players do, nothing is lost or added between
its songs, in whatever form the server gives them."""

import io

import av
import numpy as np
import pytest
import pytest_asyncio

from tests.api.house import Caller, House
from tests.api.v1.test_hls import heard, rendition, sound_of
from tests.audio.continuous import KINDS, RATE, Sound, album, place_of, rising, tell_as_apple
from tests.audio.tagging import write_tags

# Sound is made of files: the other database gives the same.
pytestmark = pytest.mark.parametrize("house_address", ["sqlite"], indirect=True, scope="module")

LENGTHS = (100_001, 70_007)
FORMATS = ("flac", "mp3", "aac", "opus", "vorbis")
# What tells players where the song begins and ends in it; bare AAC has no place for that.
GAPLESS = ("raw", "opus", "m4a", "flac", "mp3")
MOST_SURPLUS_OF_AAC = 3 * 1024


def whole_at(whole: Sound, rate: int) -> Sound:
    """The sound of the album at another rate."""
    if rate == RATE:
        return whole
    frame = av.AudioFrame.from_ndarray(whole[np.newaxis], "fltp", "mono")
    frame.sample_rate = RATE
    resampler = av.AudioResampler("fltp", "mono", rate)
    return np.concatenate([one.to_ndarray()[0] for one in [*resampler.resample(frame), *resampler.resample(None)]])


def cut(data: bytes) -> tuple[Sound, int]:
    """A song as a gapless player hears it: of an MP4's last packet only as long as it lasts, FFmpeg cuts the rest."""
    sound, rate = sound_of(data)
    with av.open(io.BytesIO(data)) as container:
        if "mp4" in container.format.name:
            packets = [one for one in container.demux(audio=0) if one.size]
            last = packets[-1]
            end = ((last.pts or 0) + (last.duration or 0)) * float(last.time_base or 0)
            sound = sound[: round(end * rate)]
    return sound, rate


def check_joined(parts: list[Sound], rate: int, whole: Sound, told: str, alike: float = 0.98) -> None:
    """The parts in a row are the whole: as long, in step right before and right behind the join, and without a gap."""
    sound, wanted = np.concatenate(parts), whole_at(whole, rate)
    assert abs(len(sound) - len(wanted)) <= 2 * rate / 1000, (told, len(sound) - len(wanted))
    join, size = len(parts[0]), 8192
    for begin in (join - 3 * size, join - size, join, join + 2 * size):
        assert abs(place_of(sound, wanted, begin, size)) <= rate / 1000, (told, begin - join)
    across = slice(join - 1024, join + 1024)
    assert np.corrcoef(sound[across], wanted[across])[0, 1] > alike, told


@pytest_asyncio.fixture
async def songs(house: House) -> dict[str, int]:
    """The songs of an album of each format, by names such as `flac 1`."""
    if not (house.stage.music / "gapless").exists():
        for name in (*FORMATS, "vbr", "apple"):
            folder = house.stage.music / "gapless" / name
            folder.mkdir(parents=True)
            for number, path in enumerate(album(folder, KINDS[name], LENGTHS), 1):
                if name == "apple":
                    tell_as_apple(path, LENGTHS[number - 1])
                write_tags(path, {"title": f"{name} {number}", "album": f"Endless {name}", "artist": "Chirp"})
        await house.areas.library.scans.run(lambda *_: None)
    return await house.ids()


@pytest.mark.parametrize("name", [*FORMATS, "vbr", "apple"])
async def test_nothing_is_lost_between_the_songs_of_an_album(house: House, songs: dict[str, int], name: str) -> None:
    whole = rising(sum(LENGTHS))
    async with house.caller("anna") as anna:
        for form in GAPLESS:
            if name == "apple" and form in ("raw", "m4a"):
                # The file as it is: Apple's players read its tag, FFmpeg does so for its beginning alone.
                continue
            parts = [cut(await fetched(anna, songs[f"{name} {number}"], form)) for number in (1, 2)]
            check_joined([sound for sound, _ in parts], parts[0][1], whole, f"{name} as {form}")
        for number, length in enumerate(LENGTHS, 1):
            sound, rate = cut(await fetched(anna, songs[f"{name} {number}"], "aac"))
            assert 0 <= len(sound) * RATE / rate - length <= MOST_SURPLUS_OF_AAC, name


@pytest.mark.parametrize("kind", ["original", "128"])
async def test_nothing_is_lost_between_pieces_of_songs(house: House, songs: dict[str, int], kind: str) -> None:
    """The pieces of one song after the other, as long as the playlists tell."""
    whole = rising(sum(LENGTHS))
    async with house.caller("anna") as anna:
        for name in FORMATS:
            if (name, kind) == ("vorbis", "original"):
                continue
            parts = []
            for number, length in enumerate(LENGTHS, 1):
                listed = await rendition(anna, songs[f"{name} {number}"], kind)
                sound, rate, _ = heard(listed)
                assert sum(listed.seconds) == pytest.approx(length / RATE, abs=0.001), name
                parts.append(sound[: round(sum(listed.seconds) * rate)])
            # Lists tell the length of a song to the millisecond, which is a third of the tone's wave.
            check_joined(parts, rate, whole, f"pieces of {name}, {kind}", alike=0.7)


async def fetched(caller: Caller, song_id: int, form: str) -> bytes:
    """A song in a form."""
    answer = await caller.client.get(f"/api/v1/songs/{song_id}/stream?format={form}")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)
