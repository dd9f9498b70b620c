"""What is stored: how long it stays, what is left of it after a crash, and whether it is still what was brought."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select, update

from antiphon.areas.library.data import AlbumEdit, AlreadyUploaded, NewSong, SongFilter
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.uploading import rows
from antiphon.areas.library.internal.uploading.rows import change, note_hash
from antiphon.areas.library.internal.uploading.tables import stored_file
from antiphon.cli.check import check_files
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.paging import Page
from tests.areas.library.uploading import artist, bring, leftovers, sound
from tests.audio.tagging import cover_picture
from tests.services.mail import do_what_waits
from tests.stage import Stage


async def test_after_a_crash_only_what_can_go_on_is_left(empty_stage: Stage) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    whole = await uploads.begin(ines, size=1000)
    resumable = await uploads.begin(ines, size=1000, is_resumable=True)
    for row in (whole, resumable):
        receiving = await uploads.receive(ines, row.id)
        await receiving.write(b"x" * 700)
        await receiving.keep()
        receiving.close()
    incoming = empty_stage.application.settings.data / "uploads" / "incoming"
    (incoming / "unknown.part").write_bytes(b"x")
    with (incoming / f"{resumable.id}.part").open("r+b") as file:
        file.truncate(500)
    await uploads.tidying.after_start()
    assert [path.name for path in leftovers(empty_stage)] == [f"{resumable.id}.part"]
    assert [(row.id, row.received) for row in (await uploads.list(ines, Page())).rows] == [(resumable.id, 500)]


async def test_files_go_with_their_songs(empty_stage: Stage, tmp_path: Path) -> None:
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"))
    await library.editing.songs.remove(ines, [made.song_id])
    await do_what_waits(empty_stage.application)
    assert leftovers(empty_stage) == []
    again = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"))
    assert again.song_id > made.song_id


@pytest.mark.parametrize("keep", [True, False])
async def test_what_a_person_brought_goes_or_stays_with_the_person(
    empty_stage: Stage, tmp_path: Path, keep: bool
) -> None:
    ines, root = await artist(empty_stage), await empty_stage.person("root", admin=True)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide", album="Shore"))
    await empty_stage.areas.library.uploads.begin(ines, size=1000, is_resumable=True)
    await empty_stage.areas.administration.persons.erase(root, ines.user_id, keep_songs=keep)
    await do_what_waits(empty_stage.application)
    songs = (await empty_stage.areas.library.browse.songs(root, SongFilter(), "title", Page())).rows
    assert [(song.id, song.uploader_id) for song in songs] == ([(made.song_id, None)] if keep else [])
    assert len(leftovers(empty_stage)) == (1 if keep else 0)


async def test_files_that_nobody_knows_for_long_go(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"))
    stray = tmp_path / "stray"
    stray.write_bytes(b"x")
    await empty_stage.application.storage.put("ab/cd/abcd0123456789abcdef0123456789ab.mp3", stray, "audio/mpeg")
    for _ in range(2):
        await uploads.tidying.remove_old()
    assert len(leftovers(empty_stage)) == 2, "it may just be on its way"
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tidying.GRACE_SECONDS", 0)
    assert await uploads.tidying.remove_old() == 1
    assert len(leftovers(empty_stage)) == 1


async def test_what_anything_needs_is_never_tidied_away(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every way to need a file, and nights without any patience."""
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tidying.GRACE_SECONDS", 0)
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    uploads = library.uploads
    shared = cover_picture("red")
    kept, removed = [
        await bring(empty_stage, ines, sound(empty_stage, tmp_path, title=title, album="A"), cover=shared)
        for title in ("Kept", "Removed")
    ]
    await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Draft"), draft=True)
    album = (await library.browse.song(ines, kept.song_id)).album_id
    assert album is not None
    await uploads.covers.set(ines, "album", album, cover_picture("blue"))
    await uploads.covers.create_album(ines, AlbumEdit(title="Empty"), cover_picture("green"))
    await uploads.pictures.add(ines, cover_picture("white"))
    table = await library.exports.begin(ines, "songs")
    await do_what_waits(empty_stage.application)
    partly = await uploads.begin(ines, size=1000, is_resumable=True)
    receiving = await uploads.receive(ines, partly.id, 0)
    await receiving.write(b"x" * 700)
    await receiving.keep()
    receiving.close()
    await library.editing.songs.remove(ines, [removed.song_id])
    await do_what_waits(empty_stage.application)
    before = set(leftovers(empty_stage))
    # Three songs less one, three covers and one that waits, a table, and what has come of an upload.
    assert len(before) == 2 + 4 + 1 + 1
    for _ in range(3):
        assert await uploads.tidying.remove_old() == 0
        await library.exports.remove_old()
    assert set(leftovers(empty_stage)) == before
    assert await library.files.picture(ines, "song", kept.song_id, 300) is not None
    assert (await library.exports.finished(ines, table.id)).size
    report = await uploads.integrity.run(lambda *_: None, contents=True)
    assert (report.damaged, report.unknown) == (0, 0)


async def test_uploads_whose_time_is_over_are_forgotten(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    row = await uploads.begin(ines, size=1000, is_resumable=True)
    receiving = await uploads.receive(ines, row.id)
    await receiving.write(b"x")
    await receiving.keep()
    receiving.close()
    async with empty_stage.application.database.transaction() as transaction:
        await change(transaction, row.id, "receiving", expires_at=1.0)
    assert await uploads.tidying.remove_old() == 1
    assert leftovers(empty_stage) == []
    assert (await uploads.list(ines, Page())).rows == []


async def test_a_cover_that_nothing_shows_any_more_goes(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tidying.GRACE_SECONDS", 0)
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"), cover=cover_picture())
    assert len(leftovers(empty_stage)) == 2
    assert await library.files.picture(ines, "song", made.song_id, 300) is not None
    await library.uploads.covers.remove(ines, "song", made.song_id)
    assert await library.files.picture(ines, "song", made.song_id, 300) is None
    for _ in range(3):
        await library.uploads.tidying.remove_old()
    assert len(leftovers(empty_stage)) == 1


async def test_a_new_cover_never_goes_by_the_number_of_one_that_has_gone(empty_stage: Stage, tmp_path: Path) -> None:
    """Players keep a picture by its number for a year."""
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"), cover=cover_picture("red"))
    numbers = [(await library.browse.song(ines, made.song_id)).artwork_id]
    for colour in ("green", "blue", "red"):
        await library.uploads.covers.remove(ines, "song", made.song_id)
        assert [await library.uploads.tidying.remove_old() > 0 for _ in range(2)] == [True, False]
        await library.uploads.covers.set(ines, "song", made.song_id, cover_picture(colour))
        numbers.append((await library.browse.song(ines, made.song_id)).artwork_id)
    assert len(set(numbers)) == 4 and None not in numbers
    assert await library.files.picture(ines, "song", made.song_id, 300) is not None


async def test_a_cover_that_is_just_given_is_not_forgotten(empty_stage: Stage, tmp_path: Path) -> None:
    """Who tidies waits for who gives, and asks again then; and the other way round."""
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, title="Tide"), cover=cover_picture("red"))
    before = await library.browse.song(ines, made.song_id)
    database, given = empty_stage.application.database, asyncio.Event()
    await library.uploads.covers.remove(ines, "song", made.song_id)

    async def give() -> None:
        async with database.transaction() as transaction:
            shown = update(t.song).where(t.song.c.id == made.song_id).values(artwork_id=before.artwork_id)
            await transaction.execute(shown)
            given.set()
            await asyncio.sleep(0.3)

    giving = asyncio.create_task(give())
    await given.wait()
    async with database.transaction() as transaction:
        assert await rows.forget_unused_covers(transaction) == 0
    await giving
    assert await library.files.picture(ines, "song", made.song_id, 300) is not None
    await library.uploads.covers.remove(ines, "song", made.song_id)
    async with database.transaction() as transaction:
        assert await rows.forget_unused_covers(transaction) == 1
        giving = asyncio.create_task(library.uploads.covers.set(ines, "song", made.song_id, cover_picture("red")))
        await asyncio.sleep(0.3)
    await giving
    assert await library.files.picture(ines, "song", made.song_id, 300) is not None


async def test_large_forms_are_listened_to_once_their_songs_are_there(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tools.LISTENED_AT_ONCE", 0)
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    content = bytearray(sound(empty_stage, tmp_path, "wav", seconds=2.0))
    first = await bring(empty_stage, ines, bytes(content), label="a.wav")
    # The header promises a minute more than there is.
    data = content.index(b"data")
    content[data + 4 : data + 8] = (len(content) * 30).to_bytes(4, "little")
    liar = await bring(empty_stage, ines, bytes(content), label="c.wav")
    assert liar.same_audio_id is None
    await do_what_waits(empty_stage.application)
    song = await empty_stage.areas.library.browse.song(ines, liar.song_id)
    assert song.duration == pytest.approx(2.0, abs=0.1)
    told = {row.song_id: row.same_audio_id for row in (await uploads.list(ines, Page())).rows}
    # Whichever was listened to last names the other.
    one, other = first.song_id, liar.song_id
    assert told in ({one: None, other: one}, {one: other, other: None})
    with pytest.raises(AntiphonError) as refused:
        await bring(empty_stage, ines, b"RIFF" + bytes(2000), label="d.wav")
    assert refused.value.code == "not_audio"


async def hashes(stage: Stage) -> list[str]:
    async with stage.application.database.transaction() as transaction:
        found = await transaction.fetch(select(stored_file.c.sha256).order_by(stored_file.c.song_id))
    return [str(row[0]) for row in found]


async def test_large_forms_are_compared_with_what_has_their_size(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tools.LISTENED_AT_ONCE", 0)
    ines, otto = await artist(empty_stage), await artist(empty_stage, "otto")
    content = sound(empty_stage, tmp_path, "wav", seconds=0.5)
    other = content[:-2] + b"xx"
    first = await bring(empty_stage, ines, content)
    await bring(empty_stage, otto, content)
    assert await hashes(empty_stage) == ["", ""]
    with pytest.raises(AlreadyUploaded) as refused:
        await bring(empty_stage, ines, content, label="again.wav")
    assert refused.value.song_id == first.song_id
    second = await bring(empty_stage, ines, other)
    found = [hashlib.sha256(one).hexdigest() for one in (content, other)]
    assert await hashes(empty_stage) == [found[0], "", found[1]]
    # A file that has vanished is compared with nothing, and stops nobody.
    Path((await empty_stage.areas.playback.audio(ines, second.song_id)).path).unlink()
    async with empty_stage.application.database.transaction() as transaction:
        await note_hash(transaction, second.song_id, "")
    await bring(empty_stage, ines, other)
    assert len(leftovers(empty_stage)) == 3


async def test_the_same_large_form_twice_at_once_is_one_song(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tools.LISTENED_AT_ONCE", 0)
    ines, storage, both = await artist(empty_stage), empty_stage.application.storage, asyncio.Barrier(2)
    put = storage.put

    async def put_together(name: str, file: Path, content_type: str) -> None:
        await both.wait()
        await put(name, file, content_type)

    monkeypatch.setattr(storage, "put", put_together)
    content = sound(empty_stage, tmp_path, "wav", seconds=0.5)
    attempts = [bring(empty_stage, ines, content) for _ in range(2)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    (made,) = (one for one in outcomes if isinstance(one, NewSong))
    (refused,) = (one for one in outcomes if isinstance(one, AlreadyUploaded))
    assert refused.song_id == made.song_id
    assert len(leftovers(empty_stage)) == 1
    assert await hashes(empty_stage) == [hashlib.sha256(content).hexdigest()]


async def test_after_a_crash_large_forms_are_still_read(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antiphon.areas.library.api.uploads.tools.LISTENED_AT_ONCE", 0)
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    content = sound(empty_stage, tmp_path, "wav", seconds=0.5)
    made = await bring(empty_stage, ines, content)
    assert await check_files(library, contents=True) == 0
    with monkeypatch.context() as broken:
        broken.setattr(rows, "note_heard", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await library.uploads.listening.listen(made.song_id)
    assert await hashes(empty_stage) == [""]
    await do_what_waits(empty_stage.application)
    assert await hashes(empty_stage) == [hashlib.sha256(content).hexdigest()]
    Path((await empty_stage.areas.playback.audio(ines, made.song_id)).path).write_bytes(content[:-1] + b"!")
    assert await check_files(library, contents=True) == 1


async def test_what_is_stored_is_compared_and_nothing_is_touched(
    empty_stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, ines = empty_stage.areas.library, await artist(empty_stage)
    made = [
        await bring(empty_stage, ines, sound(empty_stage, tmp_path, title=f"Song {number}"), cover=cover_picture())
        for number in range(4)
    ]
    assert await check_files(library, contents=True) == 0
    assert "5 files" in capsys.readouterr().out
    files = [Path((await empty_stage.areas.playback.audio(ines, song.song_id)).path) for song in made]
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes() + b"x")
    content = bytearray(files[2].read_bytes())
    content[-10] ^= 1
    files[2].write_bytes(content)
    stray = files[3].with_name("0" * 32 + ".mp3")
    stray.write_bytes(b"x")

    def nothing(_fraction: float | None, _message: str) -> None:
        return

    quick = await library.uploads.integrity.run(nothing, contents=False)
    whole = await library.uploads.integrity.run(nothing, contents=True)
    assert {file.song_id: file.damage for file in quick.first} == {made[0].song_id: "missing", made[1].song_id: "size"}
    assert {file.damage for file in whole.first} == {"missing", "size", "content"}
    assert (whole.files, whole.damaged, whole.unknown) == (5, 3, 1)
    assert stray.exists()
    assert await check_files(library, contents=True) == 1
    told = capsys.readouterr().out
    assert f"Song {made[2].song_id} (Song 2): " in told
    assert "1 files belong to nothing" in told
