"""Songs in the form that a player wants, whole and piece by piece, and songs to keep, over HTTP."""

import io
import re
import wave
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

from tests.api.house import House
from tests.audio.tagging import write_tags


def samples(data: bytes, rate: int = 44_100) -> np.ndarray:
    """The sound of some bytes: a row for each sample, a column for each channel."""
    resampler = av.AudioResampler("flt", "stereo", rate)
    with av.open(io.BytesIO(data)) as container:
        found = [piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate([piece.reshape(-1, 2) for piece in found])


@pytest.mark.parametrize(("wanted", "media"), [
    ("mp3", "audio/mpeg"), ("opus", "audio/ogg"), ("aac", "audio/aac"), ("m4a", "audio/mp4"), ("flac", "audio/flac"),
])  # fmt: skip
async def test_a_song_comes_in_the_form_that_is_wanted(house: House, wanted: str, media: str) -> None:
    song_id = (await house.ids())["Утро"]
    async with house.caller("anna") as anna:
        song = await anna.read(f"/songs/{song_id}")
        answer = await anna.client.get(f"/api/v1/songs/{song_id}/stream?format={wanted}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert float(answer.headers["x-content-duration"]) == pytest.approx(song["duration"], abs=0.01)
        heard = samples(answer.content)
        assert len(heard) / 44_100 == pytest.approx(song["duration"], abs=0.1)
        original = samples((await anna.client.get(f"/api/v1/songs/{song_id}/stream?format=raw")).content)
    loudness = [np.sqrt(np.mean(sound[4410:-4410] ** 2)) for sound in (heard, original)]
    assert loudness[0] == pytest.approx(loudness[1], rel=0.06)


async def test_the_original_is_sent_where_it_is_what_is_wanted(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    file = (house.stage.music / "Aurora" / "First Light" / "01.mp3").read_bytes()
    async with house.caller("anna") as anna:
        for query in ("", "?format=raw", "?format=mp3", "?bitrate=320", "?format=mp3&bitrate=9999"):
            answer = await anna.client.get(f"/api/v1/songs/{song_id}/stream{query}")
            assert (answer.content, answer.headers["accept-ranges"]) == (file, "bytes"), query


async def test_a_finished_transcode_is_kept_and_has_ranges(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    async with house.caller("anna") as anna:
        path = f"/api/v1/songs/{song_id}/stream?format=opus&bitrate=48"
        first = await anna.client.get(path)
        assert (first.headers["accept-ranges"], "content-length" in first.headers) == ("none", False)
        again = await anna.client.get(path)
        assert (again.content, again.headers["accept-ranges"]) == (first.content, "bytes")
        part = await anna.client.get(path, headers={"Range": "bytes=10-19", "If-Range": again.headers["etag"]})
        assert (part.status_code, part.content) == (206, first.content[10:20])
        head = await anna.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        kept = list((house.application.settings.data / "cache" / "transcodes").glob("*/*"))
    assert first.content in [file.read_bytes() for file in kept]
    assert not [file for file in kept if file.suffix == ".part"]


async def test_a_stream_begins_where_it_is_asked_to(house: House) -> None:
    song_id = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna:
        duration = (await anna.read(f"/songs/{song_id}"))["duration"]
        answer = await anna.client.get(f"/api/v1/songs/{song_id}/stream?format=flac&offset=0.5")
        assert len(samples(answer.content)) / 44_100 == pytest.approx(duration - 0.5, abs=0.01)
        assert float(answer.headers["x-content-duration"]) == pytest.approx(duration - 0.5, abs=0.01)
        assert "offset" in (await anna.refused("GET", f"/songs/{song_id}/stream?offset=9999", 422))["details"]
        for wrong in ("offset=-1", "offset=x", "bitrate=-1", "gain=much", "offset=nan"):
            await anna.refused("GET", f"/songs/{song_id}/stream?{wrong}", 422)


async def test_a_promised_length_is_kept(house: House) -> None:
    song_id = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna:
        for wanted in ("mp3", "opus", "aac", "m4a"):
            path = f"/api/v1/songs/{song_id}/stream?format={wanted}&bitrate=96&estimate=true&offset=0.25"
            answer = await anna.client.get(path)
            assert int(answer.headers["content-length"]) == len(answer.content), wanted
            assert (await anna.client.head(path)).headers["content-length"] == answer.headers["content-length"]
            assert answer.content.endswith(bytes(100))


async def test_a_song_in_pieces_has_no_seams(house: House) -> None:
    """The pieces, decoded one after the other as players do, are the song as a whole."""
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=20.0)
    await house.areas.library.scans.run(lambda *_: None)
    song_id = (await house.ids())["Long"]
    async with house.caller("anna") as anna:
        base = f"/api/v1/songs/{song_id}/hls"
        master = await anna.client.get(f"{base}/master.m3u8")
        assert master.headers["content-type"] == "application/vnd.apple.mpegurl"
        renditions = [line for line in master.text.splitlines() if not line.startswith("#")]
        assert renditions == ["128/index.m3u8", "64/index.m3u8", "256/index.m3u8"]
        index = await anna.client.get(f"{base}/{renditions[2]}")
        names = [line for line in index.text.splitlines() if not line.startswith("#")]
        lengths = [float(line[8:].rstrip(",")) for line in index.text.splitlines() if line.startswith("#EXTINF:")]
        assert names == ["0.ts", "1.ts", "2.ts", "3.ts"]
        assert sum(lengths) == pytest.approx(20.0, abs=0.001)
        pieces = [(await anna.client.get(f"{base}/256/{name}")) for name in names]
        assert {piece.headers["content-type"] for piece in pieces} == {"video/mp2t"}
        whole = samples((await anna.client.get(f"/api/v1/songs/{song_id}/stream?format=raw")).content)
        await anna.refused("GET", f"/songs/{song_id}/hls/256/4.ts", 404)
        for wrong in ("256/x.ts", "256/0", "256/-1.ts", "100/index.m3u8", "100/0.ts"):
            await anna.refused("GET", f"/songs/{song_id}/hls/{wrong}", 404)
    heard, moments = decoded_in_turn([piece.content for piece in pieces])
    assert np.diff(moments).max() == pytest.approx(1024 / 44_100, abs=0.0001)
    # The encoder's own frame of silence stands before the first piece, and before nothing else.
    heard = heard[1024:][: len(whole)]
    assert len(heard) == pytest.approx(len(whole), abs=1024)
    difference = (heard - whole[: len(heard)]) ** 2
    usual = difference[4096:-4096].mean()
    for length in np.cumsum(lengths)[:-1]:
        seam = round(length * 44_100)
        assert difference[seam - 1024 : seam + 1024].mean() < 4 * usual


def decoded_in_turn(pieces: list[bytes]) -> tuple[np.ndarray, list[float]]:
    """The sound of pieces that one decoder takes one after the other, and when each of their frames begins."""
    decoder = av.CodecContext.create("aac", "r")
    found, moments = [], []
    for data in pieces:
        with av.open(io.BytesIO(data)) as container:
            for packet in container.demux(audio=0):
                if packet.size and packet.pts is not None:
                    moments.append(float(packet.pts * packet.time_base))
                    found += [frame.to_ndarray().T for frame in decoder.decode(av.Packet(bytes(packet)))]
    return np.concatenate(found), moments


async def test_an_album_comes_in_one_archive(house: House) -> None:
    album_id = (await house.ids("albums"))["First Light"]
    async with house.caller("anna") as anna:
        answer = await anna.client.get(f"/api/v1/albums/{album_id}/download")
        assert answer.headers["content-type"] == "application/zip"
        assert "Aurora - First Light.zip" in answer.headers["content-disposition"]
        assert int(answer.headers["content-length"]) == len(answer.content)
        head = await anna.client.head(f"/api/v1/albums/{album_id}/download")
        assert (head.content, head.headers["content-length"]) == (b"", answer.headers["content-length"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "Aurora - First Light/01 Dawn.mp3",
            "Aurora - First Light/02 Noon _&_ _Sun_.mp3",
            "Aurora - First Light/03 Dusk.mp3",
        ]
        file = house.stage.music / "Aurora" / "First Light" / "01.mp3"
        assert archive.read("Aurora - First Light/01 Dawn.mp3") == file.read_bytes()


def noisy_chords(target: Path, seconds: int) -> None:
    """Sound that encoders have much to do with: chords that change every second, with noise."""
    chance, moments = np.random.default_rng(5), np.arange(44_100) / 44_100
    parts = []
    for _ in range(seconds):
        notes = 110 * 2 ** (chance.choice(24, 5, replace=False) / 12)
        tones = sum(np.sin(2 * np.pi * note * part * moments) / part for note in notes for part in range(1, 7))
        parts.append(tones * np.exp(-2 * moments) * 0.08 + chance.standard_normal((2, len(moments))) * 0.03)
    samples = (np.concatenate(parts, axis=1).clip(-1, 1) * 32_767).astype("<i2")
    with wave.open(str(target), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(samples.T.tobytes())


async def test_pieces_and_promised_lengths_keep_to_their_bit_rates_with_rich_music(house: House) -> None:
    target = house.stage.music / "rich.wav"
    noisy_chords(target, 20)
    write_tags(target, {"title": "Rich"})
    await house.areas.library.scans.run(lambda *_: None)
    song_id = (await house.ids())["Rich"]
    async with house.caller("anna") as anna:
        base = f"/api/v1/songs/{song_id}/hls"
        main = (await anna.client.get(f"{base}/master.m3u8")).text
        told = re.findall(r"BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+).*\n(\d\S+)", main)
        assert len(told) == 3
        for peak, average, address in told:
            lines = (await anna.client.get(f"{base}/{address}")).text.splitlines()
            seconds = [float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")]
            pieces = [line for line in lines if line.endswith(".ts")]
            folder = address.rpartition("/")[0]
            sizes = [len((await anna.client.get(f"{base}/{folder}/{piece}")).content) * 8 for piece in pieces]
            assert max(size / length for size, length in zip(sizes[:-1], seconds[:-1], strict=True)) <= int(peak)
            assert sum(sizes) / sum(seconds) <= int(average) * 1.05
        for bitrate in (32, 64, 128):
            path = f"/api/v1/songs/{song_id}/stream?format=opus&bitrate={bitrate}&estimate=true"
            answer = await anna.client.get(path)
            assert int(answer.headers["content-length"]) == len(answer.content)
            assert len(samples(answer.content)) / 44_100 == pytest.approx(20, abs=0.1)


async def test_a_playlist_comes_in_its_order_without_what_is_missing(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna:
        body = {"title": "../../etc", "tracks": [songs["Dusk"], songs["Alone"], songs["Dusk"]]}
        playlist = (await anna.ask("POST", "/api/v1/playlists", 201, json=body))["data"]
        async with house.hidden(songs["Alone"], flagged=1):
            answer = await anna.client.get(f"/api/v1/playlists/{playlist['id']}/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["_.._etc/01 Aurora - Dusk.mp3", "_.._etc/02 Aurora - Dusk.mp3"]
    async with house.caller("berta") as berta:
        await berta.refused("GET", f"/playlists/{playlist['id']}/download", 404)


async def test_who_may_not_keep_songs_gets_none(house: House) -> None:
    songs, albums = await house.ids(), await house.ids("albums")
    async with house.caller("clara") as clara, house.caller("housekeeper", admin=True) as admin:
        song = await clara.client.get(f"/api/v1/songs/{songs['Dawn']}/download")
        assert song.headers["content-disposition"].startswith('attachment; filename="Aurora - Dawn.mp3"')
        await admin.ask("PUT", f"/api/v1/users/{clara.user['id']}/account", json={"rights": ["stream"]})
    async with house.caller("clara", fresh=True) as clara:
        for path in (f"/songs/{songs['Dawn']}/download", f"/albums/{albums['First Light']}/download"):
            assert (await clara.refused("GET", path, 403))["code"] == "right_missing"
