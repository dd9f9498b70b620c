"""A song keeps its id, stars and plays whatever happens to its file."""

import shutil
import time

import pytest

from antiphon.kernel.principal import Principal
from tests.areas.library.scanning import albums, artists, later, scan, song, songs
from tests.stage import Stage


async def remembered(stage: Stage, title: str) -> tuple[Principal, int]:
    """Somebody who has starred, rated and played a song; and the song's id."""
    listener = await stage.person("mara")
    song_id = (await songs(stage))[title].id
    library = stage.areas.library
    await library.annotations.star(listener, "song", [song_id])
    await library.annotations.rate(listener, "song", song_id, 4)
    await stage.areas.playback.record_play(listener, song_id)
    return listener, song_id


async def assert_remembered(stage: Stage, listener: Principal, song_id: int) -> None:
    row = await stage.areas.library.browse.song(listener, song_id)
    assert row.starred_at is not None
    assert (row.user_rating, row.user_play_count, row.play_count, row.missing) == (4, 1, 1, 0)


def one_song(stage: Stage) -> None:
    song(stage, "old/place/01.mp3", title="Keeper", artist="Someone", album="Place", albumartist="Someone")
    for number in range(8):
        song(stage, f"rest/{number}.mp3", title=f"Rest {number}", artist="Others", album="Rest")


async def test_moved_file_keeps_its_song(empty_stage: Stage) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    listener, song_id = await remembered(empty_stage, "Keeper")
    target = empty_stage.music / "new" / "home" / "renamed.mp3"
    target.parent.mkdir(parents=True)
    shutil.move(empty_stage.music / "old/place/01.mp3", target)
    report = await scan(empty_stage)
    assert (report.moved, report.added, report.missing) == (1, 0, 0)
    await assert_remembered(empty_stage, listener, song_id)
    file = await empty_stage.areas.library.files.song_file(listener, song_id)
    assert file.path == str(target)


async def test_retagged_file_keeps_its_song(empty_stage: Stage) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    listener, song_id = await remembered(empty_stage, "Keeper")
    later(song(empty_stage, "old/place/01.mp3", title="Renamed", artist="Somebody else", album="Elsewhere"))
    report = await scan(empty_stage)
    assert (report.changed, report.added, report.missing) == (1, 0, 0)
    await assert_remembered(empty_stage, listener, song_id)
    assert (await songs(empty_stage))["Renamed"].id == song_id


async def test_moved_and_changed_file_is_known_by_its_recording(empty_stage: Stage) -> None:
    recording = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
    song(empty_stage, "a/1.flac", kind="flac", title="One", artist="A", musicbrainz_trackid=recording)
    for number in range(8):
        song(empty_stage, f"rest/{number}.mp3", title=f"Rest {number}", artist="Others", album="Rest")
    await scan(empty_stage)
    listener, song_id = await remembered(empty_stage, "One")
    (empty_stage.music / "a/1.flac").unlink()
    song(empty_stage, "b/uno.flac", kind="flac", title="Uno", artist="A.", musicbrainz_trackid=recording)
    report = await scan(empty_stage)
    assert (report.moved, report.added, report.missing) == (1, 0, 0)
    await assert_remembered(empty_stage, listener, song_id)


async def test_reencoded_file_elsewhere_is_known_by_names_and_duration(empty_stage: Stage) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    listener, song_id = await remembered(empty_stage, "Keeper")
    (empty_stage.music / "old/place/01.mp3").unlink()
    song(empty_stage, "flac/01.flac", kind="flac", title="KEEPER", artist="someone", album="Place")
    report = await scan(empty_stage)
    assert (report.moved, report.added, report.missing) == (1, 0, 0)
    await assert_remembered(empty_stage, listener, song_id)
    assert (await songs(empty_stage))["KEEPER"].format == "flac"


async def test_two_candidates_are_no_match(empty_stage: Stage) -> None:
    for number in (1, 2):
        song(empty_stage, f"twins/{number}.mp3", title="Twin", artist="Same", album="Same")
    for number in range(12):
        song(empty_stage, f"rest/{number}.mp3", title=f"Rest {number}", artist="Others", album="Rest")
    await scan(empty_stage)
    for number in (1, 2):
        (empty_stage.music / f"twins/{number}.mp3").unlink()
    song(empty_stage, "back/1.flac", kind="flac", title="Twin", artist="Same", album="Same")
    report = await scan(empty_stage)
    assert (report.moved, report.added, report.missing) == (0, 1, 2)


async def test_vanished_file_is_missing_and_comes_back(empty_stage: Stage) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    listener, song_id = await remembered(empty_stage, "Keeper")
    away = empty_stage.music.parent / "away.mp3"
    shutil.move(empty_stage.music / "old/place/01.mp3", away)
    report = await scan(empty_stage)
    assert report.missing == 1
    assert "Keeper" not in await songs(empty_stage)
    assert "Place" not in await albums(empty_stage)
    assert "Someone" not in await artists(empty_stage)
    assert (await empty_stage.areas.library.browse.song(listener, song_id)).missing == 1
    shutil.move(away, empty_stage.music / "old/place/01.mp3")
    report = await scan(empty_stage)
    assert (report.returned, report.added) == (1, 0)
    await assert_remembered(empty_stage, listener, song_id)
    assert (await albums(empty_stage))["Place"].song_count == 1


async def test_two_files_that_change_places_stay_themselves(empty_stage: Stage) -> None:
    first = song(empty_stage, "x/1.mp3", title="First", artist="A", album="X")
    second = song(empty_stage, "x/2.mp3", title="Second", artist="A", album="X")
    later(second)
    await scan(empty_stage)
    before = {title: row.id for title, row in (await songs(empty_stage)).items()}
    spare = empty_stage.music / "x/spare"
    first.rename(spare)
    second.rename(first)
    spare.rename(second)
    await scan(empty_stage)
    after = {title: row.id for title, row in (await songs(empty_stage)).items()}
    # Paths come first among the match keys: the songs follow their tags from file to file.
    assert sorted(after) == ["First", "Second"]
    assert sorted(before.values()) == sorted(after.values())


async def test_retagged_album_keeps_its_id_and_star(empty_stage: Stage) -> None:
    for track in range(1, 4):
        song(
            empty_stage,
            f"album/{track}.mp3",
            title=f"Track {track}",
            artist="Band",
            albumartist="Band",
            album="Wrogn title",
            tracknumber=str(track),
        )
    await scan(empty_stage)
    listener = await empty_stage.person("mara")
    album_id = (await albums(empty_stage))["Wrogn title"].id
    await empty_stage.areas.library.annotations.star(listener, "album", [album_id])
    for track in range(1, 4):
        path = song(
            empty_stage,
            f"album/{track}.mp3",
            title=f"Track {track}",
            artist="Band",
            albumartist="Band",
            album="Wrong title no more",
            tracknumber=str(track),
        )
        later(path, 20)
    await scan(empty_stage)
    found = await albums(empty_stage)
    assert list(found) == ["Wrong title no more"]
    assert found["Wrong title no more"].id == album_id
    assert (await empty_stage.areas.library.browse.album(listener, album_id)).starred_at is not None


async def test_an_album_that_splits_keeps_its_rest(empty_stage: Stage) -> None:
    for track in range(1, 4):
        song(empty_stage, f"album/{track}.mp3", title=f"T{track}", artist="B", albumartist="B", album="Whole")
    await scan(empty_stage)
    whole = (await albums(empty_stage))["Whole"].id
    later(song(empty_stage, "album/3.mp3", title="T3", artist="B", albumartist="B", album="Part"))
    await scan(empty_stage)
    found = await albums(empty_stage)
    assert found["Whole"].id == whole
    assert (found["Whole"].song_count, found["Part"].song_count) == (2, 1)


async def test_a_rescan_of_what_is_unchanged_reads_nothing(empty_stage: Stage) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    browse, mara = empty_stage.areas.library.browse, await empty_stage.person("mara")
    before = await browse.revision(mara)
    start = time.process_time()
    report = await empty_stage.areas.library.scans.run(lambda *_: None)
    assert (report.files, report.added, report.changed, report.moved, report.missing) == (9, 0, 0, 0, 0)
    assert time.process_time() - start < 2.0
    assert await browse.revision(mara) == before


@pytest.mark.parametrize("full", [False, True])
async def test_a_full_scan_changes_no_ids(empty_stage: Stage, full: bool) -> None:
    one_song(empty_stage)
    await scan(empty_stage)
    before = {title: row.id for title, row in (await songs(empty_stage)).items()}
    report = await scan(empty_stage, full=full)
    assert report.changed == (9 if full else 0)
    assert {title: row.id for title, row in (await songs(empty_stage)).items()} == before
