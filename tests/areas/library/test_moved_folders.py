"""A music folder that lies elsewhere now is the same library."""

import os
import shutil
from pathlib import Path

from antiphon.areas.library.data import ScanReport
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import song, songs
from tests.stage import Stage


async def scan_of(stage: Stage, *folders: Path) -> ScanReport:
    await stage.areas.library.scans.declare_folders(folders)
    return await stage.areas.library.scans.run(lambda *_: None)


def fill(stage: Stage) -> None:
    for name in ("One", "Two", "Three"):
        song(stage, f"a/{name}.mp3", title=name, artist="Ada", album="Night")


async def ids(stage: Stage) -> dict[str, int]:
    return {title: row.id for title, row in (await songs(stage)).items()}


async def test_a_folder_that_was_moved_is_the_same_library(empty_stage: Stage) -> None:
    fill(empty_stage)
    await scan_of(empty_stage, empty_stage.music)
    library, mara = empty_stage.areas.library, await empty_stage.person("mara")
    before = await ids(empty_stage)
    await library.annotations.star(mara, "song", [before["One"]])
    elsewhere = empty_stage.music.with_name("elsewhere")
    os.replace(empty_stage.music, elsewhere)
    empty_stage.audio.song(elsewhere / "b" / "Four.mp3", {"title": "Four"})
    report = await scan_of(empty_stage, elsewhere)
    assert (report.added, report.missing) == (1, 0)
    assert [warning.partition(" from ")[0] for warning in report.warnings] == ["music: its folder has moved"]
    after = await ids(empty_stage)
    assert after == before | {"Four": after["Four"]}
    assert [row.id for row in (await empty_stage.songs(mara)).values() if row.starred_at] == [before["One"]]
    report = await library.scans.run(lambda *_: None)
    assert (report.files, report.added, report.warnings) == (4, 0, [])


async def test_stars_stay_where_both_names_of_a_folder_are_set(empty_stage: Stage) -> None:
    fill(empty_stage)
    await scan_of(empty_stage, empty_stage.music)
    library, mara = empty_stage.areas.library, await empty_stage.person("mara")
    before = await ids(empty_stage)
    await library.annotations.star(mara, "song", [before["One"]])
    elsewhere = empty_stage.music.with_name("elsewhere")
    os.replace(empty_stage.music, elsewhere)
    assert (await scan_of(empty_stage, empty_stage.music, elsewhere)).added == 0
    assert await ids(empty_stage) == before
    assert [row.id for row in (await empty_stage.songs(mara)).values() if row.starred_at] == [before["One"]]
    names = {row.path: row.name for row in await library.libraries.overview(SYSTEM) if not row.is_uploads}
    assert names == {str(elsewhere): "elsewhere"}


async def test_other_music_is_another_library(empty_stage: Stage) -> None:
    fill(empty_stage)
    await scan_of(empty_stage, empty_stage.music)
    away, other = empty_stage.music.with_name("away"), empty_stage.music.with_name("other")
    os.replace(empty_stage.music, away)
    shutil.copytree(away / "a", other / "b", copy_function=shutil.copy)
    empty_stage.audio.song(other / "b" / "Four.mp3", {"title": "Four"})
    report = await scan_of(empty_stage, other)
    assert report.added == 4
    os.replace(away, empty_stage.music)
    assert (await scan_of(empty_stage, empty_stage.music)).added == 0
    assert set(await songs(empty_stage)) == {"One", "Two", "Three"}
