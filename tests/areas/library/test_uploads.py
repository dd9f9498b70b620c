"""What people bring becomes songs, and what is no music leaves nothing behind."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import UNSET

from antiphon.areas.accounts.data import AccountChange
from antiphon.areas.library.data import AlreadyUploaded, SongEdit, SongFilter, UploadRow
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from tests.areas.library.uploading import artist, bring, leftovers, sound
from tests.audio.maker import AudioMaker
from tests.services.mail import do_what_waits
from tests.stage import Stage


async def test_an_upload_becomes_a_song_with_its_tags(empty_stage: Stage, tmp_path: Path) -> None:
    stage = empty_stage
    ines = await artist(stage)
    content = sound(stage, tmp_path, "flac", title="Tide", artist="Ines", album="Shore", genre="Folk", date="2020")
    made = await bring(stage, ines, content, label="../../etc/\u202eTide\0.flac")
    song = await stage.areas.library.browse.song(ines, made.song_id)
    assert (song.title, song.artist, song.album, song.genres) == ("Tide", "Ines", "Shore", '["Folk"]')
    assert (song.uploader_id, song.path, song.format) == (ines.user_id, "Tide.flac", "flac")
    file = await stage.areas.playback.audio(ines, made.song_id)
    assert Path(file.path).read_bytes() == content
    assert leftovers(stage) == [Path(file.path)]
    listed = await stage.areas.library.browse.songs(await stage.person("otto"), SongFilter(), "title", Page())
    assert [row.id for row in listed.rows] == [made.song_id]


async def test_what_its_owner_says_beats_the_tags(empty_stage: Stage, tmp_path: Path) -> None:
    stage = empty_stage
    ines = await artist(stage)
    content = sound(stage, tmp_path, title="Tide", artist="Nobody", album="Shore", genre="Folk")
    edit = SongEdit(title=" Ebb ", artist="Ines", genres=["Rock", "rock"], lyrics="La", year=2001)
    song = await stage.areas.library.browse.song(ines, (await bring(stage, ines, content, edit=edit)).song_id)
    assert (song.title, song.artist, song.album, song.genres, song.year) == ("Ebb", "Ines", "Shore", '["Rock"]', 2001)
    assert (await stage.areas.library.browse.lyrics(ines, song.id)).plain == "La"


async def test_a_song_without_tags_is_called_as_its_file_and_by_who_brings_it(
    empty_stage: Stage, tmp_path: Path
) -> None:
    ines = await artist(empty_stage)
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path), label="07 - Low Water.mp3")
    song = await empty_stage.areas.library.browse.song(ines, made.song_id)
    assert (song.title, song.artist, song.track, song.album) == ("Low Water", "ines", 7, None)


@pytest.mark.parametrize("kind", ["mp3", "wav", "flac", "vorbis", "opus", "aac", "adts", "aiff", "wavpack"])
async def test_every_format_that_is_promised(empty_stage: Stage, tmp_path: Path, audio: AudioMaker, kind: str) -> None:
    ines = await artist(empty_stage)
    content = audio.tone(kind).read_bytes()
    made = await bring(empty_stage, ines, content, label="wrong name.exe")
    song = await empty_stage.areas.library.browse.song(ines, made.song_id)
    assert song.duration == pytest.approx(1, abs=0.2)
    assert song.suffix != "exe"


async def test_what_is_no_music_leaves_nothing(empty_stage: Stage, tmp_path: Path, audio: AudioMaker) -> None:
    ines = await artist(empty_stage)
    for path in audio.broken(tmp_path / "broken"):
        if path.is_file() and path.stat().st_size:
            with pytest.raises(AntiphonError) as refused:
                await bring(empty_stage, ines, path.read_bytes(), label=path.name)
            assert (refused.value.kind, refused.value.code) == (Kind.UNSUPPORTED_MEDIA, "not_audio"), path
    assert leftovers(empty_stage) == []
    assert (await empty_stage.areas.library.uploads.list(ines, Page())).rows == []


async def test_the_same_bytes_twice_are_a_duplicate_and_of_two_people_are_not(
    empty_stage: Stage, tmp_path: Path
) -> None:
    ines, otto = await artist(empty_stage), await artist(empty_stage, "otto")
    content = sound(empty_stage, tmp_path, title="Tide")
    made = await bring(empty_stage, ines, content)
    with pytest.raises(AlreadyUploaded) as refused:
        await bring(empty_stage, ines, content, label="another name.mp3")
    assert refused.value.song_id == made.song_id
    assert (await bring(empty_stage, otto, content)).same_audio_id is None


async def test_the_same_audio_under_other_tags_is_told(empty_stage: Stage, tmp_path: Path) -> None:
    ines = await artist(empty_stage)
    first = await bring(empty_stage, ines, sound(empty_stage, tmp_path, "mp3", title="Tide"))
    second = await bring(empty_stage, ines, sound(empty_stage, tmp_path, "mp3", title="Flood", artist="Ines"))
    assert second.same_audio_id == first.song_id


async def test_a_song_of_a_music_folder_under_other_tags_is_told(empty_stage: Stage, tmp_path: Path) -> None:
    ines = await artist(empty_stage)
    empty_stage.audio.song(empty_stage.music / "tide.mp3", {"title": "Tide"})
    await empty_stage.scan()
    await empty_stage.areas.library.sounds.run(lambda *_: None, "here")
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, "mp3", title="Flood"))
    assert made.same_audio_id == (await empty_stage.songs(ines))["Tide"].id


async def test_albums_of_one_name_belong_to_who_brought_them(empty_stage: Stage, tmp_path: Path) -> None:
    ines, otto = await artist(empty_stage), await artist(empty_stage, "otto")
    tags = {"album": "Shore", "albumartist": "Various", "artist": "A"}
    songs = []
    for who, title in ((ines, "One"), (otto, "Two"), (ines, "Three")):
        made = await bring(empty_stage, who, sound(empty_stage, tmp_path, title=title, **tags))
        songs.append(await empty_stage.areas.library.browse.song(who, made.song_id))
    assert songs[0].album_id == songs[2].album_id != songs[1].album_id
    album = await empty_stage.areas.library.browse.album(otto, songs[1].album_id)
    assert album.uploader_id == otto.user_id


async def test_a_draft_is_seen_by_its_owner_until_it_is_published(empty_stage: Stage, tmp_path: Path) -> None:
    library = empty_stage.areas.library
    ines, otto = await artist(empty_stage), await empty_stage.person("otto")
    made = await bring(empty_stage, ines, sound(empty_stage, tmp_path, album="Shore"), draft=True)
    assert (await library.browse.song(ines, made.song_id)).id == made.song_id
    with pytest.raises(AntiphonError) as refused:
        await library.browse.song(otto, made.song_id)
    assert refused.value.kind is Kind.NOT_FOUND
    with pytest.raises(AntiphonError) as refused:
        await library.uploads.drafts.set(otto, made.song_id, draft=False)
    assert refused.value.kind is Kind.NOT_FOUND
    await library.uploads.drafts.set(ines, made.song_id, draft=False)
    assert (await library.browse.song(otto, made.song_id)).album == "Shore"
    await library.uploads.drafts.set(ines, made.song_id, draft=True)
    assert (await library.browse.songs(otto, SongFilter(), "title", Page())).total == 0


async def test_only_who_has_the_right_may_begin(empty_stage: Stage) -> None:
    uploads, listener = empty_stage.areas.library.uploads, await empty_stage.person("otto")
    with pytest.raises(AntiphonError) as refused:
        await uploads.begin(listener, size=10)
    assert (refused.value.kind, refused.value.code) == (Kind.FORBIDDEN, "right_missing")
    ines = await artist(empty_stage)
    row = await uploads.begin(ines, size=10)
    for who in (listener, await artist(empty_stage, "olga")):
        for attempt in (uploads.get(who, row.id), uploads.call_off(who, row.id), uploads.publish(who, row.id)):
            with pytest.raises(AntiphonError):
                await attempt
    assert (await uploads.get(ines, row.id)).state == "receiving"


async def test_a_quota_holds_against_uploads_in_parallel(empty_stage: Stage) -> None:
    uploads, accounts = empty_stage.areas.library.uploads, empty_stage.areas.accounts
    ines, root = await artist(empty_stage), await empty_stage.person("root", admin=True)
    await accounts.people.set_account(root, ines.user_id, AccountChange(rights=UNSET, upload_quota=2500))
    attempts = [uploads.begin(ines, size=1000) for _ in range(10)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, AntiphonError)]
    assert len(refused) == 8
    assert {one.code for one in refused} == {"quota_exceeded"}


async def test_no_more_bytes_than_were_told(empty_stage: Stage) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    row = await uploads.begin(ines, size=10)
    receiving = await uploads.receive(ines, row.id)
    await receiving.write(b"0123456789")
    with pytest.raises(AntiphonError) as refused:
        await receiving.write(b"x")
    assert refused.value.kind is Kind.TOO_LARGE
    receiving.close()
    await uploads.drop(row)
    assert leftovers(empty_stage) == []


async def test_a_resumable_upload_goes_on_and_becomes_a_song_as_a_job(empty_stage: Stage, tmp_path: Path) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    content = sound(empty_stage, tmp_path, title="Tide")
    row = await uploads.begin(
        ines, size=len(content), label="t.mp3", edit=SongEdit(title="Ebb"), draft=True, is_resumable=True
    )
    first = await uploads.receive(ines, row.id, 0)
    await first.write(content[:300])
    with pytest.raises(AntiphonError) as refused:
        await uploads.receive(ines, row.id, 0)
    assert refused.value.code == "upload_busy"
    await first.keep()
    first.close()
    with pytest.raises(AntiphonError) as refused:
        await uploads.receive(ines, row.id, 0)
    assert refused.value.code == "offset_wrong"
    rest = await uploads.receive(ines, row.id, 300)
    await rest.write(content[300:])
    await rest.keep()
    rest.close()
    assert (await uploads.complete(ines, row.id)).state == "waiting"
    assert (await uploads.publish(ines, row.id)).draft == 0
    await do_what_waits(empty_stage.application)
    done = await uploads.get(ines, row.id)
    assert done.state == "done"
    song = await empty_stage.areas.library.browse.song(await empty_stage.person("otto"), done.song_id or 0)
    assert song.title == "Ebb"


async def test_a_resumable_upload_that_is_no_music_says_so(empty_stage: Stage) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    content = b"Rar!\x1a\x07\x00" + bytes(500)
    row = await uploads.begin(ines, size=len(content), label="archive.mp3", is_resumable=True)
    receiving = await uploads.receive(ines, row.id, 0)
    await receiving.write(content)
    await receiving.keep()
    receiving.close()
    await uploads.complete(ines, row.id)
    await do_what_waits(empty_stage.application)
    failed = await uploads.get(ines, row.id)
    assert (failed.state, failed.error_code, failed.song_id) == ("failed", "not_audio", None)
    assert failed.error.startswith("This file is no music that can be taken.")
    assert leftovers(empty_stage) == []
    with pytest.raises(AntiphonError) as refused:
        await uploads.publish(ines, row.id)
    assert refused.value.code == "upload_failed"


async def test_a_disk_that_is_almost_full_takes_nothing(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    row = await uploads.begin(ines, size=1000)
    receiving = await uploads.receive(ines, row.id)
    await receiving.write(b"x" * 10)
    free = {"free": 300 * 1024 * 1024}

    def disk(_folder: Path) -> Any:
        return SimpleNamespace(total=1 << 40, free=free["free"])

    monkeypatch.setattr("shutil.disk_usage", disk)
    await receiving.keep()
    with pytest.raises(AntiphonError) as refused:
        await uploads.begin(ines, size=100 * 1024 * 1024)
    assert refused.value.kind is Kind.NO_SPACE
    free["free"] = 100 * 1024 * 1024
    with pytest.raises(AntiphonError) as refused:
        await receiving.keep()
    assert refused.value.kind is Kind.NO_SPACE
    receiving.close()


async def test_what_others_were_promised_is_not_promised_twice(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    usage = SimpleNamespace(total=1 << 40, free=456 * 1024 * 1024)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    attempts = [uploads.begin(ines, size=90 * 1024 * 1024) for _ in range(4)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [one.kind for one in outcomes if isinstance(one, AntiphonError)] == [Kind.NO_SPACE] * 2


async def test_a_hundred_uploads_at_once_are_enough(empty_stage: Stage) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    rows = [await uploads.begin(ines, size=10) for _ in range(100)]
    with pytest.raises(AntiphonError) as refused:
        await uploads.begin(ines, size=10)
    assert (refused.value.kind, refused.value.retry_after) == (Kind.TOO_MANY_REQUESTS, 60)
    await uploads.call_off(ines, rows[0].id)
    assert (await uploads.begin(ines, size=10)).state == "receiving"


async def test_what_nobody_told_the_size_of_takes_the_quota_in_steps(empty_stage: Stage) -> None:
    uploads, accounts = empty_stage.areas.library.uploads, empty_stage.areas.accounts
    ines, root = await artist(empty_stage), await empty_stage.person("root", admin=True)
    await accounts.people.set_account(root, ines.user_id, AccountChange(upload_quota=50 * 1024 * 1024))
    row = await uploads.begin(ines, size=None)
    receiving = await uploads.receive(ines, row.id)
    with pytest.raises(AntiphonError) as refused:
        for _ in range(40):
            await receiving.write(bytes(1024 * 1024))
    assert refused.value.code == "quota_exceeded"
    receiving.close()
    await uploads.drop(row)
    assert leftovers(empty_stage) == []


async def test_an_upload_that_ends_while_it_is_called_off_keeps_its_song(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    row = await uploads.begin(ines, size=None, is_resumable=False)
    receiving = await uploads.receive(ines, row.id)
    await receiving.write(sound(empty_stage, tmp_path, title="Kept"))
    await receiving.keep()
    receiving.close()
    seen = await uploads.get(ines, row.id)
    await uploads.finish(ines, row, label="kept.mp3", edit=SongEdit())

    async def as_it_was(*_: object) -> UploadRow:
        return seen

    monkeypatch.setattr(uploads, "get", as_it_was)
    await uploads.call_off(ines, row.id)
    assert (await uploads.list(ines, Page())).rows == []
    assert [path.suffix for path in leftovers(empty_stage)] == [".mp3"]


async def test_an_upload_that_is_called_off_takes_no_more(empty_stage: Stage) -> None:
    uploads, ines = empty_stage.areas.library.uploads, await artist(empty_stage)
    row = await uploads.begin(ines, size=1000, is_resumable=True)
    receiving = await uploads.receive(ines, row.id)
    await receiving.write(b"x")
    await uploads.call_off(ines, row.id)
    with pytest.raises(AntiphonError) as refused:
        await receiving.keep()
    assert refused.value.kind is Kind.NOT_FOUND
    receiving.close()
