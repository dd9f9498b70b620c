"""Songs are measured in the background: once each, in step with their files, and what tags say comes first."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from antiphon.areas.library.api.sounds import MEASURE
from antiphon.areas.library.data import MEASURE_VERSION, SongFilter
from antiphon.areas.library.internal.sound.writing import write
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, unavailable
from antiphon.kernel.jobs import RetryLater
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import later, scan, song, songs
from tests.audio.music import chords, clicks, write_wave
from tests.audio.tagging import write_tags
from tests.stage import Stage

CHORDS = [(0, False), (5, False), (7, False), (0, False)] * 2
PAGE = Page(50)


async def measure(stage: Stage, job_id: str = "here") -> dict[str, int]:
    """Measure everything here and now."""
    return await stage.areas.library.sounds.run(lambda *_: None, job_id)


def piece(stage: Stage, path: str, tempo: float = 120) -> Path:
    """A song without tags, with a clear beat."""
    return write_wave(stage.music / path, clicks(tempo, 10))


async def test_what_was_measured_shows_where_tags_tell_nothing(empty_stage: Stage) -> None:
    piece(empty_stage, "plain.wav", 150)
    tagged = {"bpm": "97", "replaygain_track_gain": "-3.50 dB", "replaygain_track_peak": "0.9"}
    song(empty_stage, "tagged.flac", kind="flac", title="Tagged", **tagged)
    await scan(empty_stage)
    assert await measure(empty_stage) == {"measured": 2, "unreadable": 0}

    found = await songs(empty_stage)
    plain, told = found["plain"], found["Tagged"]
    sound = await empty_stage.areas.library.sounds.song(SYSTEM, plain.id)
    assert (plain.bpm, sound.reason) == (150, "")
    assert plain.loudness is not None
    assert plain.track_gain == pytest.approx(-18 - plain.loudness, abs=0.01)
    assert plain.track_peak == pytest.approx(sound.true_peak, abs=0.001)
    assert (told.bpm, told.track_gain, told.track_peak) == (97, -3.5, 0.9)
    assert told.loudness is not None
    assert len(await empty_stage.areas.library.sounds.waveform(SYSTEM, plain.id)) == 800


async def test_reading_files_again_keeps_what_was_measured(empty_stage: Stage) -> None:
    path = piece(empty_stage, "plain.wav", 150)
    await scan(empty_stage)
    await measure(empty_stage)
    before = (await songs(empty_stage))["plain"]
    await scan(empty_stage, full=True)
    after = (await songs(empty_stage))["plain"]
    assert (after.bpm, after.track_gain, after.loudness) == (before.bpm, before.track_gain, before.loudness)
    assert await measure(empty_stage) == {"measured": 0, "unreadable": 0}

    piece(empty_stage, "plain.wav", 90)
    later(path)
    await scan(empty_stage)
    assert await measure(empty_stage) == {"measured": 1, "unreadable": 0}
    assert (await songs(empty_stage))["plain"].bpm == 90


async def test_albums_have_a_gain_once_all_their_songs_are_measured(empty_stage: Stage) -> None:
    for name, decibels in (("loud", -12), ("soft", -30)):
        made = write_wave(empty_stage.music / f"{name}.wav", chords(CHORDS, 1.2, decibels))
        write_tags(made, {"title": name, "album": "Both", "artist": "A"})
    await scan(empty_stage)
    await measure(empty_stage)
    found = await songs(empty_stage)
    gains = {song.album_gain for song in found.values()}
    assert len(gains) == 1
    loud, whole, soft = found["loud"].track_gain, gains.pop(), found["soft"].track_gain
    assert loud is not None and whole is not None and soft is not None
    assert loud < whole < soft


async def test_a_scan_asks_for_the_measuring_and_one_job_is_enough(empty_stage: Stage) -> None:
    piece(empty_stage, "a.wav")
    await scan(empty_stage)
    piece(empty_stage, "b.wav")
    await scan(empty_stage)
    jobs = [job for job in (await empty_stage.areas.jobs.list(SYSTEM)).jobs if job.kind == MEASURE]
    assert [job.state for job in jobs] == ["queued"]
    assert jobs[0].priority < 0


async def test_what_cannot_be_measured_is_noted_and_not_tried_for_ever(empty_stage: Stage) -> None:
    broken = song(empty_stage, "broken.flac", kind="flac", title="Broken")
    await scan(empty_stage)
    status = broken.stat()
    data = broken.read_bytes()
    broken.write_bytes(data[:200] + b"\0" * (len(data) - 200))
    os.utime(broken, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert await measure(empty_stage) == {"measured": 0, "unreadable": 1}
    assert await measure(empty_stage) == {"measured": 0, "unreadable": 0}
    listed = await empty_stage.areas.library.sounds.unreadable(SYSTEM, PAGE)
    assert [(row.title, row.reason) for row in listed.rows] == [("Broken", "No audio in it could be decoded.")]
    state = await empty_stage.areas.library.sounds.status(SYSTEM)
    assert (state.measured, state.unreadable, state.waiting) == (0, 1, 0)


async def test_a_new_version_measures_all_anew(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    piece(empty_stage, "plain.wav")
    await scan(empty_stage)
    await measure(empty_stage)
    from sqlalchemy import update

    from antiphon.areas.library.internal.sound.tables import song_sound

    async with empty_stage.application.database.transaction() as transaction:
        await transaction.execute(update(song_sound).values(version=MEASURE_VERSION - 1))
    before = await empty_stage.areas.library.sounds.newest_vector()
    assert await measure(empty_stage) == {"measured": 1, "unreadable": 0}
    assert await empty_stage.areas.library.sounds.newest_vector() > before


async def test_the_same_audio_under_other_tags_is_found(empty_stage: Stage) -> None:
    for title in ("One", "Two", "Three"):
        song(empty_stage, f"{title}.mp3", title=title, artist=f"Artist of {title}")
    song(empty_stage, "other.flac", kind="flac", title="Other")
    await scan(empty_stage)
    await measure(empty_stage)
    found = await empty_stage.areas.library.sounds.duplicates(SYSTEM, PAGE)
    titles = {row.id: row.title for row in (await songs(empty_stage)).values()}
    assert [sorted(titles[song_id] for song_id in group) for group in found.rows] == [["One", "Three", "Two"]]
    assert found.total == 1
    person = await empty_stage.person("listener")
    with pytest.raises(AntiphonError):
        await empty_stage.areas.library.sounds.duplicates(person, PAGE)


async def test_a_moved_and_retagged_file_is_known_again_by_its_audio(empty_stage: Stage) -> None:
    """Nothing else tells that it is the same: another folder, title and artist, and it was gone for a while."""
    path = piece(empty_stage, "a/one.wav")
    piece(empty_stage, "a/two.wav", 90)
    await scan(empty_stage)
    await measure(empty_stage)
    person = await empty_stage.person("listener")
    song_id = (await songs(empty_stage))["one"].id
    await empty_stage.areas.library.annotations.star(person, "song", [song_id])
    kept = empty_stage.music.parent / "kept.wav"
    shutil.move(path, kept)
    await scan(empty_stage, accept_missing=True)
    write_tags(kept, {"title": "Anew", "artist": "Somebody else"})
    (empty_stage.music / "b").mkdir()
    shutil.move(kept, empty_stage.music / "b" / "new.wav")
    await scan(empty_stage)
    assert (await songs(empty_stage))["Anew"].id != song_id
    await measure(empty_stage)
    assert set(await songs(empty_stage)) == {"one", "two"}
    await scan(empty_stage)
    found = await empty_stage.songs(person)
    assert set(found) == {"Anew", "two"}
    assert found["Anew"].id == song_id
    assert found["Anew"].starred_at is not None
    assert "scan" in {job.kind for job in (await empty_stage.areas.jobs.list(SYSTEM)).jobs}
    await measure(empty_stage)
    assert (await empty_stage.areas.library.sounds.status(SYSTEM)).waiting == 0


async def test_so_it_is_where_it_lies_in_another_library_now(empty_stage: Stage) -> None:
    new, good = empty_stage.music / "new", empty_stage.music / "good"
    scans, path = empty_stage.areas.library.scans, piece(empty_stage, "new/one.wav")
    piece(empty_stage, "new/two.wav", 90)
    good.mkdir()
    await scans.declare_folders([new, good])
    await scans.run(lambda *_: None)
    await measure(empty_stage)
    person = await empty_stage.person("listener")
    song_id = (await songs(empty_stage))["one"].id
    await empty_stage.areas.library.annotations.star(person, "song", [song_id])
    write_tags(path, {"title": "Anew", "artist": "Somebody else"})
    shutil.move(path, good / "new.wav")
    report = await scans.run(lambda *_: None, accept_missing=True)
    assert (report.added, report.moved, report.missing) == (1, 0, 1)
    await measure(empty_stage)
    report = await scans.run(lambda *_: None)
    assert (report.changed, report.missing, report.returned) == (1, 0, 0)
    found = (await empty_stage.songs(person))["Anew"]
    assert (found.id, found.starred_at is not None) == (song_id, True)
    libraries = {one.name: one for one in await empty_stage.areas.library.libraries.overview(SYSTEM)}
    assert (libraries["good"].song_count, libraries["new"].song_count) == (1, 1)
    assert found.library_id == libraries["good"].id
    report = await scans.run(lambda *_: None)
    assert (report.changed, report.moved, report.added) == (0, 0, 0)


async def test_it_gives_way_to_other_heavy_work(empty_stage: Stage) -> None:
    for number in range(4):
        piece(empty_stage, f"{number}.wav")
    await scan(empty_stage)
    admin = await empty_stage.person("owner", admin=True)
    await empty_stage.areas.library.scans.request(admin)
    import antiphon.areas.library.internal.sound.measuring as measuring

    asked, measuring.ASK_SECONDS = measuring.ASK_SECONDS, 0.0
    try:
        with pytest.raises(RetryLater):
            await measure(empty_stage)
    finally:
        measuring.ASK_SECONDS = asked
    state = await empty_stage.areas.library.sounds.status(SYSTEM)
    assert state.waiting > 0


async def test_a_database_that_stumbles_costs_nothing_that_was_measured(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = piece(empty_stage, "0.wav")
    for number in range(1, 4):
        shutil.copy(first, empty_stage.music / f"{number}.wav")
    await scan(empty_stage)
    measuring, stumbles = (
        "antiphon.areas.library.internal.sound.measuring",
        [unavailable("database_busy", "The database is busy.")],
    )

    async def stumbling(transaction: Transaction, outcomes: Any, now: float) -> None:
        await write(transaction, outcomes, now)
        if stumbles:
            raise stumbles.pop()

    monkeypatch.setattr(f"{measuring}.WRITTEN_AT_ONCE", 2)
    monkeypatch.setattr(f"{measuring}.WRITE_SECONDS", 1000.0)
    monkeypatch.setattr(f"{measuring}.write", stumbling)
    with pytest.raises(AntiphonError, match="busy"):
        await measure(empty_stage)
    done = (await empty_stage.areas.library.sounds.status(SYSTEM)).measured
    assert done >= 2
    assert await measure(empty_stage) == {"measured": 4 - done, "unreadable": 0}


async def test_what_was_measured_survives_a_sudden_end(empty_stage: Stage) -> None:
    """Killed in the middle, it goes on where it stopped, and nothing stands there twice."""
    first = piece(empty_stage, "00.wav")
    for number in range(1, 40):
        shutil.copy(first, empty_stage.music / f"{number:02}.wav")
    await scan(empty_stage)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _MEASURING,
        env={**os.environ, **_environment(empty_stage)},
        start_new_session=True,
    )
    sounds = empty_stage.areas.library.sounds
    async with asyncio.timeout(60):
        while (await sounds.status(SYSTEM)).measured == 0:
            await asyncio.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    done = (await sounds.status(SYSTEM)).measured
    assert 0 < done < 40
    assert await measure(empty_stage) == {"measured": 40 - done, "unreadable": 0}
    rows = (await empty_stage.areas.library.browse.songs(SYSTEM, SongFilter(), "title", Page(100))).rows
    assert [row.bpm for row in rows] == [120] * 40
    assert len(await sounds.vectors(0, 100)) == 40


_MEASURING = """
import asyncio
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import open_application

async def main():
    async with open_application(read_settings(), "heavy") as application:
        await application.areas.library.sounds.run(lambda *_: None, "there")

asyncio.run(main())
"""


def _environment(stage: Stage) -> dict[str, str]:
    settings = stage.application.settings
    return {
        "ANTIPHON_DATA": str(settings.data),
        "ANTIPHON_MUSIC": str(stage.music),
        "DATABASE_URL": settings.database_url,
    }
