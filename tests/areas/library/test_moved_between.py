"""A file that is moved from one library into another is the same song there."""

import os
import random
import shutil
from pathlib import Path

import mutagen
import pytest

from antiphon.areas.library.data import AlbumFilter, AlbumRow, ScanReport, SongFilter, SongRow
from antiphon.areas.library.data.libraries import LibraryDetails
from antiphon.areas.library.internal.scan import run as scan_run
from antiphon.areas.library.internal.scan.store import Store
from antiphon.kernel.principal import SYSTEM, Principal
from tests.areas.library.scanning import EVERYTHING, albums, songs
from tests.stage import Stage


async def scan_of(stage: Stage, *folders: Path, accept_missing: bool = False) -> ScanReport:
    await stage.areas.library.scans.declare_folders(folders)
    return await stage.areas.library.scans.run(lambda *_: None, accept_missing=accept_missing)


def fill(stage: Stage, folder: Path, *titles: str, album: str = "Night") -> None:
    for title in titles:
        tags = {"title": title, "artist": "Ada", "album": album, "albumartist": "Ada"}
        stage.audio.song(folder / album / f"{title}.mp3", tags)


def move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)


async def ids(stage: Stage) -> dict[str, int]:
    return {title: row.id for title, row in (await songs(stage)).items()}


async def all_songs(stage: Stage) -> list[SongRow]:
    return list((await stage.areas.library.browse.songs(SYSTEM, SongFilter(), "title", EVERYTHING)).rows)


async def all_albums(stage: Stage) -> list[AlbumRow]:
    return list((await stage.areas.library.browse.albums(SYSTEM, AlbumFilter(), "title", EVERYTHING)).rows)


async def library_at(stage: Stage, folder: Path) -> LibraryDetails:
    (found,) = [one for one in await stage.areas.library.libraries.overview(SYSTEM) if one.path == str(folder)]
    return found


async def loved(stage: Stage, title: str) -> tuple[Principal, int]:
    """Somebody who has starred a song, rated it and heard it, and starred its album; and the song's id."""
    mara, library = await stage.person("mara"), stage.areas.library
    row = (await songs(stage))[title]
    await library.annotations.star(mara, "song", [row.id])
    await library.annotations.rate(mara, "song", row.id, 4)
    await stage.areas.playback.record_play(mara, row.id)
    assert row.album_id is not None
    await library.annotations.star(mara, "album", [row.album_id])
    return mara, row.id


async def assert_loved(stage: Stage, mara: Principal, song_id: int) -> None:
    row = await stage.areas.library.browse.song(mara, song_id)
    assert row.starred_at is not None
    assert (row.user_rating, row.user_play_count, row.missing) == (4, 1, 0)


@pytest.mark.parametrize("order", [("new", "good"), ("good", "new")])
async def test_an_album_sorted_into_the_library_for_good_is_the_same(
    empty_stage: Stage, order: tuple[str, str]
) -> None:
    new, good = empty_stage.music / "new", empty_stage.music / "good"
    folders = [empty_stage.music / name for name in order]
    fill(empty_stage, new, "One", "Two")
    fill(empty_stage, good, "Old", album="Day")
    await scan_of(empty_stage, *folders)
    before, night = await ids(empty_stage), (await albums(empty_stage))["Night"].id
    mara, song_id = await loved(empty_stage, "One")
    for title in ("One", "Two"):
        move(new / "Night" / f"{title}.mp3", good / "Ada" / f"{title}.mp3")
    report = await scan_of(empty_stage, *folders)
    # All of a library has gone, and nobody is warned: it is known where it went.
    assert (report.moved, report.added, report.missing, report.warnings) == (2, 0, 0, [])
    assert await ids(empty_stage) == before
    await assert_loved(empty_stage, mara, song_id)
    assert (await empty_stage.areas.library.files.song_file(mara, song_id)).path == str(good / "Ada/One.mp3")
    row = (await albums(empty_stage))["Night"]
    assert (row.id, row.library_id, row.song_count) == (night, (await library_at(empty_stage, good)).id, 2)
    assert (await empty_stage.areas.library.browse.album(mara, night)).starred_at is not None
    here, there = await library_at(empty_stage, new), await library_at(empty_stage, good)
    assert (here.song_count, here.album_count, there.song_count, there.album_count) == (0, 0, 3, 2)
    report = await scan_of(empty_stage, *folders)
    assert (report.files, report.moved, report.added, report.changed, report.missing) == (3, 0, 0, 0, 0)


async def test_who_may_listen_is_as_where_the_file_lies(empty_stage: Stage) -> None:
    ours, theirs = empty_stage.music / "ours", empty_stage.music / "theirs"
    fill(empty_stage, ours, "One", "Two")
    fill(empty_stage, theirs, "Three", album="Day")
    await scan_of(empty_stage, ours, theirs)
    admin, anna = await empty_stage.person("admin", admin=True), await empty_stage.person("anna")
    closed = await library_at(empty_stage, theirs)
    await empty_stage.areas.library.libraries.set_rights(admin, closed.id, is_open=False, user_ids=[admin.user_id])
    move(ours / "Night/One.mp3", theirs / "One.mp3")
    assert (await scan_of(empty_stage, ours, theirs)).moved == 1
    assert set(await empty_stage.songs(anna)) == {"Two"}
    assert set(await empty_stage.songs(admin)) == {"One", "Two", "Three"}
    # What stays of an album stays the album; what went is one of its own there.
    found = {(row.library_id, row.song_count) for row in (await all_albums(empty_stage)) if row.title == "Night"}
    assert found == {((await library_at(empty_stage, ours)).id, 1), (closed.id, 1)}
    move(theirs / "One.mp3", ours / "Night/One.mp3")
    assert (await scan_of(empty_stage, ours, theirs)).moved == 1
    assert set(await empty_stage.songs(anna)) == {"One", "Two"}
    assert [row.song_count for row in await all_albums(empty_stage) if row.title == "Night"] == [2]


async def test_libraries_laid_together_and_taken_apart_again(empty_stage: Stage) -> None:
    whole = empty_stage.music
    jazz, folk = whole / "jazz", whole / "folk"
    fill(empty_stage, jazz, "One", "Two")
    fill(empty_stage, folk, "Two", "Three", album="Day")
    await scan_of(empty_stage, jazz, folk)
    before = {(row.title, row.album) for row in await all_songs(empty_stage)}
    kept = {row.id for row in await all_songs(empty_stage)}
    mara, song_id = await loved(empty_stage, "One")
    starred = (await albums(empty_stage))["Night"].id
    for folders in ((whole,), (jazz, folk), (whole,)):
        report = await scan_of(empty_stage, *folders)
        assert (report.moved, report.added) == (4, 0)
        assert {(row.title, row.album) for row in await all_songs(empty_stage)} == before
        assert {row.id for row in await all_songs(empty_stage)} == kept
        await assert_loved(empty_stage, mara, song_id)
        assert (await albums(empty_stage))["Night"].id == starred


async def test_a_copy_is_a_song_of_its_own(empty_stage: Stage) -> None:
    here, there = empty_stage.music / "here", empty_stage.music / "there"
    fill(empty_stage, here, "One")
    there.mkdir()
    await scan_of(empty_stage, here, there)
    before = await ids(empty_stage)
    shutil.copytree(here, there, dirs_exist_ok=True)
    assert (await scan_of(empty_stage, here, there)).added == 1
    assert len(await all_songs(empty_stage)) == 2
    assert before["One"] in {row.id for row in await all_songs(empty_stage)}
    # Nor is a file that comes back the same as its copy, which comes at the same moment.
    away = empty_stage.music / "away.mp3"
    os.replace(here / "Night/One.mp3", away)
    await scan_of(empty_stage, here, there, accept_missing=True)
    shutil.copy2(away, here / "Night/One.mp3")
    shutil.copy2(away, there / "Second.mp3")
    report = await scan_of(empty_stage, here, there)
    assert (report.returned, report.added, report.moved) == (1, 1, 0)


async def test_what_was_missing_for_long_may_come_back_elsewhere(empty_stage: Stage) -> None:
    here, there = empty_stage.music / "here", empty_stage.music / "there"
    fill(empty_stage, here, "One", "Two")
    there.mkdir()
    await scan_of(empty_stage, here, there)
    before = await ids(empty_stage)
    away = empty_stage.music / "away.mp3"
    os.replace(here / "Night/One.mp3", away)
    assert (await scan_of(empty_stage, here, there, accept_missing=True)).missing == 1
    os.replace(away, there / "Uno.mp3")
    report = await scan_of(empty_stage, here, there)
    assert (report.moved, report.added, report.returned) == (1, 0, 1)
    assert await ids(empty_stage) == before


async def test_nothing_is_taken_into_a_library_that_seems_to_have_had_an_accident(empty_stage: Stage) -> None:
    here, there = empty_stage.music / "here", empty_stage.music / "there"
    fill(empty_stage, here, *(f"Song {number}" for number in range(9)))
    fill(empty_stage, there, "One", "Two", album="Day")
    await scan_of(empty_stage, here, there)
    before = await ids(empty_stage)
    (there / "Day/One.mp3").unlink()
    move(here / "Night/Song 1.mp3", there / "Song 1.mp3")
    report = await scan_of(empty_stage, here, there)
    assert [warning.partition(" are gone")[0] for warning in report.warnings] == ["there: 1 of 2 files"]
    assert (report.moved, report.added, report.missing) == (0, 0, 1)
    report = await scan_of(empty_stage, here, there, accept_missing=True)
    assert (report.moved, report.missing) == (1, 1)
    assert await ids(empty_stage) == {title: before[title] for title in before if title != "One"}


async def test_a_scan_that_dies_between_two_libraries_loses_and_doubles_nothing(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = empty_stage.music / "here", empty_stage.music / "there"
    fill(empty_stage, here, "One", "Two")
    fill(empty_stage, there, "Three", album="Day")
    await scan_of(empty_stage, here, there)
    before = await ids(empty_stage)
    move(here / "Night/One.mp3", there / "One.mp3")

    async def dies(*_: object) -> None:
        raise OSError("pulled the plug")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="plug"):
        patched.setattr(Store, "songs", dies)
        await scan_of(empty_stage, here, there)
    report = await scan_of(empty_stage, here, there)
    assert (report.moved, report.added, report.missing) == (1, 0, 0)
    assert await ids(empty_stage) == before


@pytest.mark.parametrize("seed", range(4))
async def test_wherever_files_go_their_songs_go_with_them(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Libraries are set and taken away, files wander and scans die; each song keeps its id, and is seen where its
    file lies in a library that is set."""
    chance = random.Random(seed)
    folders = [empty_stage.music / name for name in ("a", "b", "c")]
    for folder in folders:
        for title in range(3):
            fill(empty_stage, folder, f"{folder.name}{title}", album=f"Album {title}")
    await scan_of(empty_stage, *folders)
    before = await ids(empty_stage)

    async def dies(*_: object) -> None:
        raise OSError("pulled the plug")

    for _ in range(12):
        files = sorted(empty_stage.music.rglob("*.mp3"))
        for file in chance.sample(files, chance.randint(0, 4)):
            move(file, chance.choice(folders) / chance.choice("xy") / f"{chance.randrange(10**9)}.mp3")
        wanted = [empty_stage.music] if chance.random() < 0.2 else chance.sample(folders, chance.randint(1, 3))
        with monkeypatch.context() as patched:
            if dying := chance.random() < 0.2:
                patched.setattr(scan_run.Scan, "_finish", dies)
            try:
                await scan_of(empty_stage, *wanted, accept_missing=True)
            except OSError as error:
                assert dying, error
                continue
        lying = {_title(path) for folder in wanted for path in folder.rglob("*.mp3")}
        assert await ids(empty_stage) == {title: before[title] for title in lying}


def _title(path: Path) -> str:
    return str(mutagen.File(path)["TIT2"])
