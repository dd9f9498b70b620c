"""ZIPs that people bring: their songs become drafts with the covers of their folders, and what is hostile stays out."""

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from antiphon.areas.accounts.data import AccountChange
from antiphon.areas.library.api.uploads.unpacking import Unpacking
from antiphon.areas.library.data import ArchiveLimits, ArchiveReport, UploadRow
from antiphon.areas.library.internal.uploading.archives import Archive
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from tests.areas.library.uploading import artist, leftovers, sound
from tests.audio.tagging import cover_picture
from tests.services.mail import do_what_waits
from tests.stage import Stage

Content = Sequence[tuple[str | zipfile.ZipInfo, bytes]]
LIMITS = ArchiveLimits(files=50, bytes=100_000_000, ratio=100)


class Run:
    """What the job holds in its hands."""

    attempt = 1

    def __init__(self) -> None:
        self.told: list[tuple[float | None, str]] = []

    def progress(self, fraction: float | None, message: str = "") -> None:
        self.told.append((fraction, message))


def archive(content: Content, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, data in content:
            opened.writestr(name, data)
    return made.getvalue()


async def send(stage: Stage, who: Principal, content: bytes, label: str = "album.zip") -> UploadRow:
    uploads = stage.areas.library.uploads
    row = await uploads.begin(who, size=len(content), label=label, draft=True, is_resumable=True)
    receiving = await uploads.receive(who, row.id, 0)
    await receiving.write(content)
    await receiving.keep()
    receiving.close()
    return await uploads.complete(who, row.id)


async def unpack(stage: Stage, who: Principal, content: bytes) -> tuple[UploadRow, ArchiveReport]:
    row = await send(stage, who, content)
    await stage.areas.library.uploads.unpacking.unpack(Run(), row.id)
    await do_what_waits(stage.application)
    return await told(stage, who, row.id)


async def told(stage: Stage, who: Principal, upload_id: str) -> tuple[UploadRow, ArchiveReport]:
    row = await stage.areas.library.uploads.get(who, upload_id)
    return row, msgspec.json.decode(row.report, type=ArchiveReport)


async def drafts(stage: Stage, who: Principal) -> list[str]:
    library = stage.areas.library
    found = await library.uploads.drafts.list(who, Page())
    return sorted(song.title for song in await library.browse.songs_by_ids(who, [row.song_id for row in found.rows]))


def song_named(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


async def test_a_picture_that_is_none_is_told_and_its_songs_are_taken(empty_stage: Stage, tmp_path: Path) -> None:
    ines = await artist(empty_stage)
    content = [(f"Shore/{title}.mp3", sound(empty_stage, tmp_path, title=title)) for title in ("One", "Two")]
    row, report = await unpack(empty_stage, ines, archive([*content, ("Shore/cover.jpg", b"<svg/>" * 50)]))
    assert (row.state, report.taken, report.refused) == ("done", 2, 0)
    assert [(reason.name, reason.code) for reason in report.reasons] == [("cover.jpg", "no_picture")]
    assert await drafts(empty_stage, ines) == ["One", "Two"]


async def test_words_beside_songs_come_along(empty_stage: Stage, tmp_path: Path) -> None:
    ines, library = await artist(empty_stage), empty_stage.areas.library
    content: Content = [
        *((f"Shore/{title}.mp3", sound(empty_stage, tmp_path, title=title)) for title in ("One", "Two", "Three")),
        ("Shore/one.LRC", "[00:01.00]Säng\n[00:02.50]Sung".encode()),
        ("Shore/One.txt", b"Not these"),
        ("Shore/Two.ttml", b"<svg/>"),
        ("Shore/Two.txt", b"Plain"),
        ("Three.lrc", b"[00:01.00]Of another folder"),
        ("Shore/README.txt", b"hello"),
    ]
    row, report = await unpack(empty_stage, ines, archive(content))
    assert (row.state, report.taken, report.refused, report.passed_over) == ("done", 3, 0, 2)
    assert [(reason.name, reason.code) for reason in report.reasons] == [("Two.ttml", "no_words")]
    drafts = (await library.uploads.drafts.list(ines, Page())).rows
    songs = await library.browse.songs_by_ids(ines, [draft.song_id for draft in drafts])
    words = {song.title: await library.browse.lyrics(ines, song.id) for song in songs if song.has_lyrics}
    assert {title: found.plain for title, found in words.items()} == {"One": "Säng\nSung", "Two": "Plain"}
    assert [(line.start, line.text) for line in words["One"].synced] == [(1000, "Säng"), (2500, "Sung")]


async def test_words_keep_to_their_folders_and_odd_names_hurt_nobody(empty_stage: Stage, tmp_path: Path) -> None:
    ines, library = await artist(empty_stage), empty_stage.areas.library
    singing = (
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
        '<p begin="1s" end="2s">Of the second disc</p></div></body></tt>'
    )
    content: Content = [
        ("CD1\\01.mp3", sound(empty_stage, tmp_path, title="One")),
        ("CD2\\01.mp3", sound(empty_stage, tmp_path, title="Two")),
        ("CD2\\01.ttml", singing.encode()),
        ("lrc.mp3", sound(empty_stage, tmp_path, title="Three")),
        ("..lrc", b"[00:01.00]Odd"),
        (" .lrc", b"[00:01.00]Odd"),
        ("01.lrc", b"[00:01.00]long" * 20_000),
    ]
    row, report = await unpack(empty_stage, ines, archive(content))
    assert (row.state, report.taken, report.refused, report.passed_over) == ("done", 3, 0, 3)
    drafts = (await library.uploads.drafts.list(ines, Page())).rows
    songs = await library.browse.songs_by_ids(ines, [draft.song_id for draft in drafts])
    assert [song.title for song in songs if song.has_lyrics] == ["Two"]
    (two,) = [song for song in songs if song.title == "Two"]
    assert (await library.browse.lyrics(ines, two.id)).plain == "Of the second disc"
    async with empty_stage.application.database.transaction() as transaction:
        assert await transaction.fetch(text("SELECT DISTINCT words FROM upload")) == [("",)]


async def test_songs_become_drafts_with_the_cover_of_their_folder(empty_stage: Stage, tmp_path: Path) -> None:
    ines, library = await artist(empty_stage), empty_stage.areas.library
    one = sound(empty_stage, tmp_path, title="One", album="Shore")
    two = sound(empty_stage, tmp_path, "flac", title="Two", album="Shore")
    content: Content = [
        ("Shore/CD1/01 One.mp3", one),
        ("Shore/CD2/01 Two.flac", two),
        ("Shore/cover.png", cover_picture()),
        ("Shore/notes.txt", b"hello"),
        ("__MACOSX/Shore/._01 One.mp3", b"x"),
        ("Shore/.DS_Store", b"x"),
    ]
    row, report = await unpack(empty_stage, ines, archive(content))
    assert (row.state, report.songs, report.at, report.taken, report.refused) == ("done", 2, 2, 2, 0)
    assert report.passed_over == 1
    assert await drafts(empty_stage, ines) == ["One", "Two"]
    songs = (await library.uploads.drafts.list(ines, Page())).rows
    pictures = {(await library.browse.song(ines, song.song_id)).artwork_id for song in songs}
    assert len(pictures) == 1
    assert pictures != {None}
    assert len(leftovers(empty_stage)) == 3, "two songs and one cover; nothing of the archive itself"
    otto = await empty_stage.person("otto")
    with pytest.raises(AntiphonError):
        await library.browse.song(otto, songs[0].song_id)
    assert await library.uploads.drafts.show(ines, [song.song_id for song in songs], "unlisted") == 2
    assert (await library.browse.song(otto, songs[0].song_id)).id == songs[0].song_id
    assert await drafts(empty_stage, ines) == []


async def test_what_is_hostile_stays_out_and_the_rest_comes(empty_stage: Stage, tmp_path: Path) -> None:
    ines = await artist(empty_stage)
    good = sound(empty_stage, tmp_path, title="Good")
    names = {
        "../../etc/cron.mp3": "entry_name",
        "a/../../b.mp3": "entry_name",
        "/root.mp3": "entry_name",
        "C:\\windows.mp3": "entry_name",
        "..\\up.mp3": "entry_name",
        "turn\u202emp3.gnp.mp3": "entry_name",
        "line\nbreak.mp3": "entry_name",
        "inner.zip": "entry_nested",
        "empty.mp3": "entry_empty",
    }
    content: list[tuple[str | zipfile.ZipInfo, bytes]] = [(name, b"" if "empty" in name else b"x") for name in names]
    content.append((song_named("link.mp3", 0o120777), b"/etc/passwd"))
    content.append(("bomb.mp3", bytes(5_000_000)))
    content.append(("good.mp3", good))
    zipped = bytearray(archive(content))
    locked = zipped.rindex(b"PK\x01\x02", 0, zipped.rindex(b"good.mp3"))
    row, report = await unpack(empty_stage, ines, bytes(zipped))
    assert (row.state, report.taken, report.refused) == ("done", 1, len(names) + 2)
    reasons = {reason.code for reason in report.reasons}
    assert reasons == {"entry_name", "entry_nested", "entry_empty", "entry_link", "entry_ratio"}
    assert await drafts(empty_stage, ines) == ["Good"]
    assert not (tmp_path / "etc").exists()
    zipped[locked + 8] |= 1
    again, report = await unpack(empty_stage, ines, bytes(zipped))
    assert (again.state, again.error_code, report.reasons[-1].code) == ("failed", "nothing_taken", "entry_encrypted")
    assert "password" in report.reasons[-1].message


async def test_a_name_with_a_zero_character(tmp_path: Path) -> None:
    zipped = archive([("abXcd.mp3", b"x"), ("fine.mp3", b"x")]).replace(b"abXcd", b"ab\0cd")
    (tmp_path / "a.zip").write_bytes(zipped)
    opened = Archive(tmp_path / "a.zip", LIMITS)
    assert [song.name for song in opened.contents.songs] == ["fine.mp3"]
    assert [reason.code for reason in opened.contents.reasons] == ["entry_name"]
    opened.close()


def _large_end(content: bytes) -> bytes:
    """The same archive whose end tells by a second, large end that its table has a terabyte."""
    end = content.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1 << 40, 1 << 40, 0)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + place + content[end:]


def _overlapping(content: bytes) -> bytes:
    """The same archive whose second file is told to lie where the first one is."""
    changed = bytearray(content)
    second = changed.rindex(b"PK\x01\x02")
    changed[second + 42 : second + 46] = bytes(4)
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive([("a.mp3", b"x" * 999)])[:-30], "bad_archive"),
        (archive([("a.mp3", b"x"), ("b.mp3", b"y")]).replace(b"PK\x01\x02", b"XX\x01\x02"), "bad_archive"),
        (_overlapping(archive([("a.mp3", b"x" * 99), ("b.mp3", b"y" * 99)])), "bad_archive"),
        (_large_end(archive([("a.mp3", b"x")])), "archive_too_large"),
        (archive([(f"{number}.mp3", b"x") for number in range(51)]), "archive_too_large"),
        (archive([(f"{number}.mp3", bytes(30_000_000)) for number in range(4)]), "archive_too_large"),
        (b"PK\x05\x06" + bytes(17), "bad_archive"),
    ],
    ids=[
        "cut off",
        "a directory that is none",
        "overlapping",
        "told to be large",
        "many files",
        "large when unpacked",
        "end with nothing before it",
    ],
)
def test_archives_that_are_refused_as_a_whole(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(AntiphonError) as refused:
        Archive(tmp_path / "a.zip", LIMITS)
    assert refused.value.code == code


async def test_a_damaged_archive_and_one_without_music_say_so(empty_stage: Stage) -> None:
    ines = await artist(empty_stage)
    row, _ = await unpack(empty_stage, ines, b"PK\x03\x04" + bytes(400))
    assert (row.state, row.error_code) == ("failed", "bad_archive")
    row, report = await unpack(empty_stage, ines, archive([("notes.txt", b"x")]))
    assert (row.state, row.error, report.passed_over) == ("failed", "There is no music in this ZIP.", 1)
    assert leftovers(empty_stage) == []


async def test_a_damaged_file_and_a_liar_stay_out(empty_stage: Stage, tmp_path: Path) -> None:
    ines = await artist(empty_stage)
    good = sound(empty_stage, tmp_path, title="Good")
    zipped = bytearray(archive([("broken.mp3", b"abcdefgh" * 100), ("good.mp3", good)], zipfile.ZIP_STORED))
    at = zipped.index(b"abcdefgh")
    zipped[at] ^= 0xFF
    row, report = await unpack(empty_stage, ines, bytes(zipped))
    assert [(reason.name, reason.code) for reason in report.reasons] == [("broken.mp3", "entry_damaged")]
    assert (row.state, await drafts(empty_stage, ines)) == ("done", ["Good"])
    assert len(leftovers(empty_stage)) == 1


async def test_the_quota_counts_for_what_is_unpacked(empty_stage: Stage, tmp_path: Path) -> None:
    ines, root = await artist(empty_stage), await empty_stage.person("root", admin=True)
    songs = [sound(empty_stage, tmp_path, title=f"Song {number}") for number in range(3)]
    zipped = archive([(f"{number}.mp3", song) for number, song in enumerate(songs)])
    room = max(len(zipped), sum(len(song) for song in songs[:2]) + 10)
    await empty_stage.areas.accounts.people.set_account(root, ines.user_id, AccountChange(upload_quota=room))
    row, report = await unpack(empty_stage, ines, zipped)
    assert (row.state, report.taken) == ("done", 2)
    assert [reason.code for reason in report.reasons] == ["quota_exceeded"]
    assert (await empty_stage.areas.library.uploads.room(ines)).under_way == 0


async def test_after_a_crash_it_goes_on_and_nothing_is_doubled(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines, uploads = await artist(empty_stage), empty_stage.areas.library.uploads
    songs = [(f"{number}.mp3", sound(empty_stage, tmp_path, title=f"Song {number}")) for number in range(4)]
    row = await send(empty_stage, ines, archive(songs))
    copy, copied = Archive.copy, 0

    def dies(self: Archive, *given: object) -> None:
        nonlocal copied
        copied += 1
        copy(self, *given)  # type: ignore[arg-type]
        if copied in (2, 4):
            raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "copy", dies)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            await uploads.unpacking.unpack(Run(), row.id)
        await uploads.tidying.after_start()
    run = Run()
    assert await uploads.unpacking.unpack(run, row.id) == {"taken": 4, "refused": 0}
    assert run.told[-1][0] == 1.0
    await do_what_waits(empty_stage.application)
    assert await drafts(empty_stage, ines) == [f"Song {number}" for number in range(4)]
    assert len(leftovers(empty_stage)) == 4
    assert (await told(empty_stage, ines, row.id))[0].state == "done"


async def test_who_loses_the_right_meanwhile_keeps_what_was_taken(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines, root = await artist(empty_stage), await empty_stage.person("root", admin=True)
    songs = [(f"{number}.mp3", sound(empty_stage, tmp_path, title=f"Song {number}")) for number in range(3)]
    row = await send(empty_stage, ines, archive(songs))
    copy, copied = Archive.copy, 0

    def counted(self: Archive, *given: object) -> None:
        nonlocal copied
        copied += 1
        copy(self, *given)  # type: ignore[arg-type]
        if copied == 2:
            raise KeyboardInterrupt

    uploads = empty_stage.areas.library.uploads
    monkeypatch.setattr(Archive, "copy", counted)
    with pytest.raises(KeyboardInterrupt):
        await uploads.unpacking.unpack(Run(), row.id)
    await empty_stage.areas.accounts.people.set_account(root, ines.user_id, AccountChange(rights=["stream"]))
    assert await uploads.unpacking.unpack(Run(), row.id) == {"taken": 1, "refused": 0}
    row, report = await told(empty_stage, ines, row.id)
    assert (row.state, row.error_code, report.songs, report.taken) == ("failed", "right_missing", 3, 1)
    begun = [one.state for one in (await uploads.list(ines, Page())).rows if one.id != row.id]
    assert begun == ["waiting"], "what was half taken is forgotten"
    assert len(leftovers(empty_stage)) == 1


async def test_one_that_is_called_off_takes_nothing_more(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines, uploads = await artist(empty_stage), empty_stage.areas.library.uploads
    row = await send(empty_stage, ines, archive([("a.mp3", sound(empty_stage, tmp_path, title="A"))]))
    begin = Unpacking._begin

    async def called_off(self: Unpacking, upload_id: str) -> object:
        found = await begin(self, upload_id)
        await uploads.call_off(ines, upload_id)
        return found

    monkeypatch.setattr(Unpacking, "_begin", called_off)
    assert await uploads.unpacking.unpack(Run(), row.id) == {}
    assert (await uploads.list(ines, Page())).rows == []
    assert leftovers(empty_stage) == []
    monkeypatch.undo()
    assert await uploads.unpacking.unpack(Run(), row.id) == {}
