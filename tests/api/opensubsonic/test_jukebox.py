"""The jukebox: songs really go through ALSA, into a device that writes what it hears into a file."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from antiphon.adapters.media.jukebox import AlsaPlayer
from antiphon.areas.accounts.data import AccountChange
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House

STAGE_SETTINGS = {"JUKEBOX_DEVICE": "speaker"}
# Bytes of a second: two channels of 16 bits at 48 kHz.
SECOND = 192_000
SPEAKER = 'pcm.speaker {{ type file slave.pcm "silence" file "{file}" format "raw" }}\npcm.silence {{ type null }}\n'


@pytest_asyncio.fixture
async def speaker(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """What the loudspeaker has played since it was last opened."""
    heard = tmp_path / "heard.raw"
    configuration = tmp_path / "asound.conf"
    configuration.write_text(SPEAKER.format(file=heard), encoding="utf-8")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
    await house.stage.application.pubsub.start()
    yield heard


async def may_play(house: House, name: str) -> Client:
    """Somebody with the right."""
    client = await house.move_in(name)
    principal = house.principals[name]
    root = await house.stage.person(f"{name}-giver", admin=True)
    rights = [*principal.rights, "jukebox"]
    await house.stage.areas.accounts.people.set_account(root, principal.user_id, AccountChange(rights=rights))
    return client


async def do(client: Client, action: str, **given: Any) -> dict[str, Any]:
    reply = await client.ok("jukeboxControl", action=action, **given)
    found: dict[str, Any] = reply["jukeboxPlaylist" if action == "get" else "jukeboxStatus"]
    return found


async def until(client: Client, is_so: Callable[[dict[str, Any]], bool], seconds: float = 15.0) -> dict[str, Any]:
    """The state as soon as it is as wanted."""
    async with asyncio.timeout(seconds):
        while not is_so(state := await do(client, "get")):
            await asyncio.sleep(0.05)
    return state


def titles(state: dict[str, Any]) -> list[str]:
    return [song["title"] for song in state["entry"]]


def has_sound(file: Path) -> bool:
    return file.exists() and any(file.read_bytes())


async def test_songs_are_heard_one_after_the_other(house: House, speaker: Path) -> None:
    anna = await may_play(house, "anna")
    songs = [await house.id("Dawn"), await house.id("Dusk")]
    await do(anna, "add", id=songs)
    assert await do(anna, "setGain", gain=0.25) == {"currentIndex": 0, "playing": False, "gain": 0.25, "position": 0}
    assert (await do(anna, "start"))["playing"] is True
    state = await until(anna, lambda state: state["currentIndex"] == 1)
    assert (titles(state), state["playing"]) == (["Dawn", "Dusk"], True)
    async with asyncio.timeout(10):
        while not (playing := (await anna.ok("getNowPlaying"))["nowPlaying"]["entry"]):
            await asyncio.sleep(0.02)
    assert [entry["playerName"] for entry in playing] == ["Jukebox"]
    state = await until(anna, lambda state: not state["playing"])
    # At the end it stands at the beginning again.
    assert (state["currentIndex"], state["position"]) == (0, 0)
    # The device is given back soon, and has heard everything then.
    async with asyncio.timeout(10):
        while speaker.stat().st_size < 1.8 * SECOND:
            await asyncio.sleep(0.1)
    assert speaker.stat().st_size < 2.4 * SECOND
    assert has_sound(speaker)
    counts = [(await anna.ok("getSong", id=song))["song"]["playCount"] for song in songs]
    assert counts == [1, 1]


async def test_skipping_stopping_and_going_on(house: House, speaker: Path) -> None:
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=20)
    await house.stage.scan()
    anna = await may_play(house, "anna")
    long = await house.id("Long")
    await do(anna, "set", id=[await house.id("Dawn"), long])
    began = time.monotonic()
    state = await do(anna, "skip", index=1, offset=12)
    assert (state["currentIndex"], state["playing"]) == (1, True)
    assert 12 <= state["position"] <= 12 + time.monotonic() - began
    await until(anna, lambda state: state["position"] >= 13)
    stopped = await do(anna, "stop")
    assert not stopped["playing"]
    assert 13 <= stopped["position"] <= 12 + time.monotonic() - began
    await asyncio.sleep(1.1)
    assert (await do(anna, "status"))["position"] == stopped["position"]
    assert (await do(anna, "start"))["position"] == stopped["position"]
    # A song that plays goes on where the new queue has it, and becomes another where it is removed.
    assert (await do(anna, "set", id=[long, await house.id("Dusk")]))["currentIndex"] == 0
    assert (await do(anna, "status"))["position"] >= stopped["position"]
    await do(anna, "remove", index=0)
    assert titles(await until(anna, lambda state: state["currentIndex"] == 0)) == ["Dusk"]
    await do(anna, "clear")
    assert await do(anna, "get") == {"currentIndex": -1, "playing": False, "gain": 0.5, "position": 0, "entry": []}
    assert await anna.error("jukeboxControl", action="skip", index=0) == 70


async def test_what_is_flagged_meanwhile_falls_silent(house: House, speaker: Path) -> None:
    house.stage.audio.song(house.stage.music / "bad.flac", {"title": "Bad"}, kind="flac", seconds=20)
    await house.stage.scan()
    anna, root = await may_play(house, "anna"), await house.move_in("root", admin=True)
    bad = await house.id("Bad")
    await do(anna, "add", id=[bad, await house.id("Dawn")])
    await do(anna, "start")
    await until(anna, lambda state: state["position"] >= 1)
    await house.stage.areas.library.flags.song(house.principals["root"], int(bad[3:]), True)
    state = await until(anna, lambda state: not state["playing"], 8)
    assert titles(state) == ["Dawn"]
    # Not for admins either, who see it still: the house would hear it.
    await do(root, "start")
    state = await until(root, lambda state: state["currentIndex"] == 1)
    assert titles(state) == ["Bad", "Dawn"]


async def test_a_player_that_dies_is_begun_anew(house: House, speaker: Path) -> None:
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=30)
    await house.stage.scan()
    anna = await may_play(house, "anna")
    await do(anna, "set", id=await house.id("Long"))
    await do(anna, "start")
    await until(anna, lambda state: state["position"] >= 1 and speaker.exists())
    for helper in helpers():
        os.kill(helper, signal.SIGKILL)
    speaker.unlink()
    await until(anna, lambda state: has_sound(speaker))
    state = await do(anna, "status")
    assert state["playing"] and 1 <= state["position"] < 10


def helpers() -> list[int]:
    """The players that this process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, parent = (folder / "cmdline").read_bytes(), (folder / "stat").read_text().rsplit(")")[1].split()[1]
        except OSError:
            continue
        if b"antiphon.adapters.media.jukebox.helper" in command and int(parent) == os.getpid():
            found.append(int(folder.name))
    assert found
    return found


async def test_a_file_whose_name_is_no_text_is_heard(house: House, speaker: Path) -> None:
    plain = house.stage.music / "plain.flac"
    house.stage.audio.song(plain, {"title": "Strange"}, kind="flac", seconds=1)
    plain.rename(os.fsdecode(os.fsencode(house.stage.music) + b"/stran\xe9ge %d.flac"))
    await house.stage.scan()
    anna = await may_play(house, "anna")
    strange = await house.id("Strange")
    await do(anna, "set", id=[strange, await house.id("Dawn")])
    await do(anna, "start")
    await until(anna, lambda state: state["currentIndex"] == 1)
    assert (await anna.ok("getSong", id=strange))["song"]["playCount"] == 1


async def test_after_an_unexpected_error_the_sound_begins_anew(
    house: House, speaker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=30)
    await house.stage.scan()
    anna = await may_play(house, "anna")
    await do(anna, "set", id=await house.id("Long"))
    await do(anna, "start")
    await until(anna, lambda state: has_sound(speaker))
    set_gain, failures = AlsaPlayer.set_gain, ["Something that nobody has thought of."]

    async def stumbling(self: AlsaPlayer, gain: float) -> None:
        if failures:
            speaker.unlink()
            raise RuntimeError(failures.pop())
        await set_gain(self, gain)

    monkeypatch.setattr(AlsaPlayer, "set_gain", stumbling)
    await do(anna, "setGain", gain=0.75)
    state = await until(anna, lambda state: not failures and has_sound(speaker))
    assert state["playing"] and state["position"] < 15


async def test_an_output_that_is_not_there_says_so(house: House, speaker: Path, tmp_path: Path) -> None:
    (tmp_path / "asound.conf").write_text("", encoding="utf-8")
    anna = await may_play(house, "anna")
    await do(anna, "set", id=await house.id("Dawn"))
    await do(anna, "start")
    await until(anna, lambda state: not state["playing"])
    state = await house.stage.areas.playback.jukebox.state(
        (await house.stage.areas.accounts.access.by_signature(house.principals["anna"].user_id))[0]
    )
    assert "speaker" in state.problem


async def test_who_may_and_what_is_wrong(house: House, anna: Client) -> None:
    assert (await anna.ok("getUser", username="anna"))["user"]["jukeboxRole"] is False
    for action in ("get", "status", "start", "clear"):
        assert await anna.error("jukeboxControl", action=action) == 50
    berta = await may_play(house, "berta")
    assert (await berta.ok("getUser", username="berta"))["user"]["jukeboxRole"] is True
    assert await berta.error("jukeboxControl") == 10
    assert await berta.error("jukeboxControl", action="add") == 10
    assert await berta.error("jukeboxControl", action="skip") == 10
    assert await berta.error("jukeboxControl", action="setGain") == 10
    for given in (
        {"action": "dance"},
        {"action": "setGain", "gain": "2"},
        {"action": "setGain", "gain": "nan"},
        {"action": "skip", "index": "-1"},
    ):
        assert await berta.error("jukeboxControl", **given) == 0, given
    assert await berta.error("jukeboxControl", action="add", id=["so-1", "so-999"]) == 70
    assert await berta.error("jukeboxControl", action="remove", index=7) == 70
    await do(berta, "add", id=[await house.id("Dawn"), await house.id("Dusk"), await house.id("Alone")])
    mixed = {tuple(titles((await do(berta, "shuffle"), await do(berta, "get"))[1])) for _ in range(12)}
    assert len(mixed) > 1 and all(set(one) == {"Dawn", "Dusk", "Alone"} for one in mixed)
