"""Scans of some folders alone: they find what a scan of everything would find there, and touch nothing else."""

import os
import shutil

from antiphon.areas.library.data import ScanReport
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import albums, later, scan, scan_places, song, songs
from tests.audio.tagging import cover_picture
from tests.stage import Stage


def found(report: ScanReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.moved, report.missing, report.broken


async def test_only_the_places_are_looked_at(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="A1")
    song(empty_stage, "b/1.mp3", title="B1")
    await scan(empty_stage)
    song(empty_stage, "a/2.mp3", title="A2")
    song(empty_stage, "a/deeper/3.mp3", title="A3")
    song(empty_stage, "b/2.mp3", title="B2")
    (empty_stage.music / "b/1.mp3").unlink()
    assert found(await scan_places(empty_stage, ("a", False))) == (1, 0, 0, 0, 0)
    assert set(await songs(empty_stage)) == {"A1", "A2", "B1"}
    assert found(await scan_places(empty_stage, ("a", True))) == (1, 0, 0, 0, 0)
    assert found(await scan_places(empty_stage, ("", False))) == (0, 0, 0, 0, 0)
    assert set(await songs(empty_stage)) == {"A1", "A2", "A3", "B1"}
    # A single file that was taken away is believed, although it is more than a fifth of what is there.
    assert found(await scan_places(empty_stage, ("b", False))) == (1, 0, 0, 1, 0)
    assert set(await songs(empty_stage)) == {"A1", "A2", "A3", "B2"}


async def test_discs_are_looked_at_with_the_picture_of_their_album(empty_stage: Stage) -> None:
    for disc in (1, 2):
        song(empty_stage, f"Opera/CD{disc}/1.mp3", title=f"{disc}.1", artist="Choir", album="Opera")
    song(empty_stage, "Opera/Bonus/1.mp3", title="Encore", artist="Choir", album="Encores")
    await scan(empty_stage)
    cover = empty_stage.music / "Opera" / "cover.jpg"
    cover.write_bytes(cover_picture("red"))
    # It is the album's folder that has changed, or a disc's with it.
    assert found(await scan_places(empty_stage, ("Opera", False), ("Opera/CD1", False))) == (0, 2, 0, 0, 0)
    assert (await albums(empty_stage))["Opera"].artwork_id is not None
    assert found(await scan_places(empty_stage, ("Opera/CD2", False))) == (0, 0, 0, 0, 0)
    later(cover)
    assert found(await scan_places(empty_stage, ("Opera/CD2", False))) == (0, 1, 0, 0, 0)
    (empty_stage.music / "Opera/CD1/1.mp3").unlink()
    assert found(await scan_places(empty_stage, ("Opera", False), ("Opera/CD1", True))) == (0, 0, 0, 1, 0)
    assert set(await songs(empty_stage)) == {"2.1", "Encore"}


async def test_a_song_that_moves_between_folders_stays_itself(empty_stage: Stage) -> None:
    for name in ("a/1", "a/2", "b/1"):
        song(empty_stage, f"{name}.mp3", title=name)
    await scan(empty_stage)
    before = {title: row.id for title, row in (await songs(empty_stage)).items()}
    (empty_stage.music / "a").rename(empty_stage.music / "c")
    assert found(await scan_places(empty_stage, ("a", True), ("c", True))) == (0, 0, 2, 0, 0)
    # Noticed one after the other: first that it has gone, then where it is.
    (empty_stage.music / "c/1.mp3").rename(empty_stage.music / "b/moved.mp3")
    assert found(await scan_places(empty_stage, ("c", False))) == (0, 0, 0, 1, 0)
    assert found(await scan_places(empty_stage, ("b", False))) == (0, 0, 1, 0, 0)
    after = await songs(empty_stage)
    assert {title: row.id for title, row in after.items()} == before
    assert after["a/1"].path == "b/moved.mp3"


async def test_a_file_that_is_still_written_to_is_left_alone(empty_stage: Stage) -> None:
    whole = song(empty_stage, "a/whole.mp3", title="Whole")
    copied = song(empty_stage, "elsewhere.mp3", title="Copied")
    content = copied.read_bytes()
    copied.unlink()
    await scan(empty_stage)
    target = empty_stage.music / "a/copied.mp3"
    with target.open("wb") as copy:
        copy.write(content[: len(content) // 3])
        copy.flush()
        report = await scan_places(empty_stage, ("a", True))
        assert (found(report), report.growing) == ((0, 0, 0, 0, 0), 1)
        # A file that is known and being rewritten is neither gone nor read half.
        with whole.open("r+b"):
            os.utime(whole)
            report = await scan_places(empty_stage, ("a", True))
            assert (found(report), report.growing) == ((0, 0, 0, 0, 0), 2)
        copy.write(content[len(content) // 3 :])
    assert found(await scan_places(empty_stage, ("a", True)))[::4] == (1, 0)
    assert set(await songs(empty_stage)) == {"Whole", "Copied"}
    broken = await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))
    assert broken.total == 0


async def test_a_broken_file_that_is_gone_is_listed_no_more(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="A1")
    (empty_stage.music / "b").mkdir()
    (empty_stage.music / "b/bad.flac").write_bytes(b"no music at all")
    assert found(await scan(empty_stage))[4] == 1
    shutil.rmtree(empty_stage.music / "b")
    await scan_places(empty_stage, ("b", True))
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 0


async def test_places_lead_neither_out_of_the_folder_nor_into_hidden_ones(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="A1")
    await scan(empty_stage)
    outside = empty_stage.music.parent / "outside"
    outside.mkdir()
    empty_stage.audio.song(outside / "secret.mp3", {"title": "Secret"}, kind="mp3")
    song(empty_stage, ".hidden/1.mp3", title="Hidden")
    (empty_stage.music / "link").symlink_to(outside)
    for place in ("link", ".hidden", "../outside", "nowhere"):
        assert found(await scan_places(empty_stage, (place, True))) == (0, 0, 0, 0, 0), place
    assert set(await songs(empty_stage)) == {"A1"}


async def test_many_places_are_compared_as_one(empty_stage: Stage) -> None:
    for number in range(30):
        song(empty_stage, f"{number}/1.mp3", title=f"First {number}")
    await scan(empty_stage)
    for number in range(25):
        song(empty_stage, f"{number}/2.mp3", title=f"Second {number}")
    places = [(str(number), False) for number in range(24)]
    assert found(await scan_places(empty_stage, *places)) == (24, 0, 0, 0, 0)
    assert "Second 24" not in await songs(empty_stage)
