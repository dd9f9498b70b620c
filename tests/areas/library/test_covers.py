"""Which picture an album shows after a scan, and when none any more."""

from antiphon.areas.library.internal.uploading.making import StoredCover, show_cover
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import albums, artists, later, scan, song, songs
from tests.audio.tagging import cover_picture
from tests.stage import Stage


async def test_discs_without_pictures_show_their_albums(empty_stage: Stage) -> None:
    for disc in (1, 2):
        song(empty_stage, f"Opera/CD{disc}/1.mp3", title=f"{disc}.1", artist="Choir", album="Opera")
    song(empty_stage, "Opera/Bonus/1.mp3", title="Encore", artist="Choir", album="Encores")
    cover = empty_stage.music / "Opera" / "cover.jpg"
    cover.write_bytes(cover_picture("red"))
    await scan(empty_stage)
    found = await albums(empty_stage)
    first = found["Opera"].artwork_id
    assert first is not None
    assert found["Encores"].artwork_id is None
    picture = await empty_stage.areas.library.files.picture(SYSTEM, "album", found["Opera"].id, 300)
    assert picture is not None
    report = await scan(empty_stage)
    assert (report.changed, report.files) == (0, 3)
    cover.write_bytes(cover_picture("green"))
    later(cover)
    await scan(empty_stage)
    second = (await albums(empty_stage))["Opera"].artwork_id
    assert second not in (None, first)
    # A disc's own picture comes before its album's.
    (empty_stage.music / "Opera" / "CD1" / "disc.jpg").write_bytes(cover_picture("black"))
    assert (await scan(empty_stage)).changed == 1
    assert (await albums(empty_stage))["Opera"].artwork_id not in (None, first, second)


async def test_pictures_that_people_gave_outlast_new_tags(empty_stage: Stage) -> None:
    paths = [song(empty_stage, f"{n}.mp3", title=f"T{n}", artist="X", album="A", picture=True) for n in (1, 2)]
    await scan(empty_stage)
    admin = await empty_stage.person("boss", admin=True)
    covers = empty_stage.areas.library.uploads.covers
    album, one = (await albums(empty_stage))["A"], (await songs(empty_stage))["T1"]
    await covers.set(admin, "album", album.id, cover_picture("red"))
    await covers.set(admin, "song", one.id, cover_picture("blue"))
    of_album = (await albums(empty_stage))["A"].artwork_id
    of_song = (await songs(empty_stage))["T1"].artwork_id
    assert len({album.artwork_id, of_album, of_song}) == 3
    for number, path in enumerate(paths):
        later(song(empty_stage, path.name, title=f"New {number}", artist="X", album="A", picture=True))
    assert (await scan(empty_stage)).changed == 2
    await scan(empty_stage, full=True)
    assert (await albums(empty_stage))["A"].artwork_id == of_album
    assert {row.id: row.artwork_id for row in (await songs(empty_stage)).values()}[one.id] == of_song


async def test_covers_from_files_and_from_folders(empty_stage: Stage) -> None:
    song(empty_stage, "with/1.mp3", title="A", artist="X", album="Embedded", picture=True)
    song(empty_stage, "beside/1.mp3", title="B", artist="X", album="Beside")
    (empty_stage.music / "beside" / "back.jpg").write_bytes(cover_picture("red"))
    (empty_stage.music / "beside" / "Folder.JPG").write_bytes(cover_picture("blue"))
    song(empty_stage, "without/1.mp3", title="C", artist="Y", album="Without")
    await scan(empty_stage)
    found = await albums(empty_stage)
    files = empty_stage.areas.library.files
    for title, size in (("Embedded", 64), ("Beside", 300)):
        picture = await files.picture(SYSTEM, "album", found[title].id, size)
        assert picture is not None
        assert picture.file.read_bytes()[:3] == b"\xff\xd8\xff"
    assert found["Without"].artwork_id is None
    assert await files.picture(SYSTEM, "album", found["Without"].id, 300) is None
    lent = await files.picture(SYSTEM, "artist", (await artists(empty_stage))["X"].id, 64)
    assert lent is not None


async def test_a_new_cover_beside_unchanged_songs_is_seen(empty_stage: Stage) -> None:
    song(empty_stage, "album/1.mp3", title="A", artist="X", album="Album")
    await scan(empty_stage)
    assert (await albums(empty_stage))["Album"].artwork_id is None
    cover = empty_stage.music / "album" / "cover.png"
    cover.write_bytes(cover_picture("green"))
    await scan(empty_stage)
    first = (await albums(empty_stage))["Album"].artwork_id
    assert first is not None
    cover.write_bytes(cover_picture("black"))
    later(cover)
    await scan(empty_stage)
    assert (await albums(empty_stage))["Album"].artwork_id not in (None, first)


async def test_a_cover_that_has_gone_is_shown_no_more(empty_stage: Stage) -> None:
    for number in (1, 2):
        song(empty_stage, f"beside/{number}.mp3", title=f"B{number}", artist="X", album="Beside")
        song(empty_stage, f"within/{number}.mp3", title=f"W{number}", artist="X", album="Within", picture=True)
    song(empty_stage, "both/1.mp3", title="A1", artist="X", album="Both", picture=True)
    for name in ("beside", "both"):
        (empty_stage.music / name / "cover.jpg").write_bytes(cover_picture("red"))
    await scan(empty_stage)
    before = await albums(empty_stage)
    assert all(album.artwork_id for album in before.values())

    for name in ("beside", "both"):
        (empty_stage.music / name / "cover.jpg").unlink()
    await scan(empty_stage)
    found = await albums(empty_stage)
    assert found["Beside"].artwork_id is None
    assert await empty_stage.areas.library.files.picture(SYSTEM, "album", found["Beside"].id, 64) is None
    assert found["Both"].artwork_id not in (None, before["Both"].artwork_id)
    assert found["Within"].artwork_id == before["Within"].artwork_id

    # The song whose picture is shown loses it: another one's is shown, until none has one.
    later(song(empty_stage, "within/1.mp3", title="W1", artist="X", album="Within"))
    await scan(empty_stage)
    second = (await albums(empty_stage))["Within"].artwork_id
    assert second not in (None, before["Within"].artwork_id)
    later(song(empty_stage, "within/2.mp3", title="W2", artist="X", album="Within"))
    await scan(empty_stage)
    assert (await albums(empty_stage))["Within"].artwork_id is None
    assert (await scan(empty_stage)).changed == 0


async def test_a_song_without_a_picture_leaves_those_of_others(empty_stage: Stage) -> None:
    song(empty_stage, "album/1.mp3", title="1", artist="X", album="Album", albumartist="X", picture=True)
    song(empty_stage, "album/2.mp3", title="2", artist="X", album="Album", albumartist="X")
    await scan(empty_stage)
    before = (await albums(empty_stage))["Album"].artwork_id
    assert before is not None
    later(empty_stage.music / "album/2.mp3")
    song(empty_stage, "more/3.mp3", title="3", artist="X", album="Album", albumartist="X")
    assert (await scan(empty_stage)).changed == 1
    assert (await albums(empty_stage))["Album"].artwork_id == before


async def test_a_cover_that_somebody_has_set_stays(empty_stage: Stage) -> None:
    path = song(empty_stage, "album/1.mp3", title="1", artist="X", album="Album")
    await scan(empty_stage)
    album = (await albums(empty_stage))["Album"]
    async with empty_stage.application.database.transaction() as transaction:
        await show_cover(transaction, "album", album.id, StoredCover("given.jpg", "given"), 0.0)
    given = (await albums(empty_stage))["Album"].artwork_id
    assert given is not None
    later(path)
    assert (await scan(empty_stage)).changed == 1
    assert (await albums(empty_stage))["Album"].artwork_id == given
