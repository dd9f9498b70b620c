"""What a scan makes of folders: albums, artists, discs, covers, lyrics; and of what is wrong with them."""

import os
import random

import msgspec
import pytest
from sqlalchemy import select

from antiphon.areas.library.data import AlbumFilter, SungWord, SyncedLine
from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan import run as scan_run
from antiphon.areas.library.internal.scan.totals import refresh_totals
from antiphon.kernel.db import Database
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import albums, artists, scan, song, songs
from tests.audio.maker import odd_names
from tests.stage import Stage


async def test_discs_in_folders_of_their_own_are_one_album(empty_stage: Stage) -> None:
    for disc in (1, 2):
        for track in (1, 2):
            song(
                empty_stage,
                f"Opera/CD{disc}/{track}.mp3",
                title=f"{disc}.{track}",
                artist="Choir",
                album="Opera",
                discnumber=str(disc),
                tracknumber=str(track),
                discsubtitle=f"Act {disc}",
            )
    await scan(empty_stage)
    found = await albums(empty_stage)
    assert list(found) == ["Opera"]
    opera = found["Opera"]
    assert (opera.song_count, opera.disc_count, opera.artist) == (4, 2, "Choir")
    assert msgspec.json.decode(opera.disc_titles) == {"1": "Act 1", "2": "Act 2"}
    in_order = await empty_stage.areas.library.browse.songs_of_album(SYSTEM, opera.id)
    assert [row.title for row in in_order] == ["1.1", "1.2", "2.1", "2.2"]


async def test_an_untagged_compilation_is_by_various_artists(empty_stage: Stage) -> None:
    for number, artist in enumerate(("Ada", "Bob", "Cem"), 1):
        song(empty_stage, f"Party/{number}.mp3", title=f"Hit {number}", artist=artist, album="Party")
    await scan(empty_stage)
    found = await albums(empty_stage)
    assert found["Party"].artist == "Various Artists"
    people = await artists(empty_stage)
    assert people["Various Artists"].album_count == 1
    assert (people["Ada"].album_count, people["Ada"].song_count) == (0, 1)
    appearances = await empty_stage.areas.library.browse.appearances_of_artist(SYSTEM, people["Ada"].id)
    assert [album.title for album in appearances] == ["Party"]


async def test_same_title_by_two_artists_is_two_albums(empty_stage: Stage) -> None:
    for artist in ("Ada", "Bob"):
        song(empty_stage, f"{artist}/1.mp3", title="Song", artist=artist, albumartist=artist, album="Greatest Hits")
    await scan(empty_stage)
    rows = await empty_stage.areas.library.browse.albums(SYSTEM, AlbumFilter(), "artist", Page(10))
    assert [(row.title, row.artist) for row in rows.rows] == [("Greatest Hits", "Ada"), ("Greatest Hits", "Bob")]


async def test_artists_of_one_name_are_told_apart_by_their_ids(empty_stage: Stage) -> None:
    first, second = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    song(empty_stage, "a/1.flac", kind="flac", title="A", artist="Nirvana", musicbrainz_artistid=first)
    song(empty_stage, "b/1.flac", kind="flac", title="B", artist="Nirvana", musicbrainz_artistid=second)
    await scan(empty_stage)
    ids = {msgspec.json.decode(row.credits)[0]["id"] for row in (await songs(empty_stage)).values()}
    assert len(ids) == 2


async def test_an_artist_known_by_name_learns_its_id(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.flac", kind="flac", title="A", artist="Nirvana")
    await scan(empty_stage)
    before = (await artists(empty_stage))["Nirvana"].id
    known = "11111111-1111-4111-8111-111111111111"
    song(empty_stage, "b/1.flac", kind="flac", title="B", artist="Nirvana", musicbrainz_artistid=known)
    await scan(empty_stage)
    found = await artists(empty_stage)
    assert found["Nirvana"].id == before
    assert found["Nirvana"].musicbrainz_id == known


async def test_a_file_without_tags_is_named_by_its_path(empty_stage: Stage) -> None:
    song(empty_stage, "The Band/Live in Town/07 - Late_Night.mp3")
    await scan(empty_stage)
    row = (await songs(empty_stage))["Late Night"]
    assert (row.artist, row.album, row.track) == ("The Band", "Live in Town", 7)


async def test_lyrics_beside_a_song(empty_stage: Stage) -> None:
    song(empty_stage, "album/1.mp3", title="Sung", artist="X", album="Album")
    timed = "[00:01.50]First\n[00:03.00] <00:03.20>Se<00:03.40>cond\n"
    (empty_stage.music / "album" / "1.lrc").write_text(timed, encoding="utf-8")
    await scan(empty_stage)
    row = (await songs(empty_stage))["Sung"]
    assert row.has_lyrics == 1
    lyrics = await empty_stage.areas.library.browse.lyrics(SYSTEM, row.id)
    assert lyrics.synced == [
        SyncedLine(1500, "First"),
        SyncedLine(3000, "Second", (SungWord(3200, "Se"), SungWord(3400, "cond"))),
    ]
    assert lyrics.plain == "First\nSecond"


@pytest.mark.parametrize("name", ["1.LRC", "1.Lrc", "1.TXT"])
async def test_lyrics_whose_ending_is_in_capitals(empty_stage: Stage, name: str) -> None:
    song(empty_stage, "album/1.mp3", title="Sung", artist="X")
    (empty_stage.music / "album" / name).write_text("Words", encoding="utf-8")
    await scan(empty_stage)
    lyrics = await empty_stage.areas.library.browse.lyrics(SYSTEM, (await songs(empty_stage))["Sung"].id)
    assert lyrics.plain == "Words"


async def test_odd_file_names_are_scanned_and_served(empty_stage: Stage) -> None:
    names = [name for name in odd_names() if len(os.fsencode(name)) < 255]
    for number, name in enumerate(names):
        song(empty_stage, f"odd/{name}", title=f"Odd {number}", artist="X")
    await scan(empty_stage)
    found = await songs(empty_stage)
    assert len(found) == len(names)
    for row in found.values():
        file = await empty_stage.areas.library.files.song_file(SYSTEM, row.id)
        assert os.path.getsize(file.path) == file.size
    report = await scan(empty_stage)
    assert (report.added, report.changed, report.missing) == (0, 0, 0)


async def test_loops_and_links_that_lead_out(empty_stage: Stage) -> None:
    song(empty_stage, "inside/1.mp3", title="Inside", artist="X")
    outside = empty_stage.music.parent / "outside"
    empty_stage.audio.song(outside / "secret.mp3", {"title": "Secret", "artist": "X"})
    (empty_stage.music / "loop").symlink_to(empty_stage.music)
    (empty_stage.music / "inside" / "up").symlink_to("..")
    (empty_stage.music / "out").symlink_to(outside)
    (empty_stage.music / "file.mp3").symlink_to(outside / "secret.mp3")
    os.mkfifo(empty_stage.music / "pipe.mp3")
    report = await scan(empty_stage)
    assert list(await songs(empty_stage)) == ["Inside"]
    told = "this link leads out of the music folder and is not followed."
    assert sorted(report.warnings) == [f"file.mp3: {told}", f"out: {told}"]


async def test_a_vanished_root_leaves_everything_as_it_is(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="A", artist="X")
    await scan(empty_stage)
    away = empty_stage.music.rename(empty_stage.music.parent / "away")
    report = await scan(empty_stage)
    assert report.missing == 0
    assert any("is not there" in warning for warning in report.warnings)
    assert "A" in await songs(empty_stage)
    away.rename(empty_stage.music)


async def test_more_than_a_fifth_gone_stops_with_a_warning(empty_stage: Stage) -> None:
    for number in range(10):
        song(empty_stage, f"a/{number}.mp3", title=f"S{number}", artist="X", album="A")
    await scan(empty_stage)
    for number in range(3):
        (empty_stage.music / f"a/{number}.mp3").unlink()
    report = await scan(empty_stage)
    assert report.missing == 0
    assert any("more than a fifth" in warning for warning in report.warnings)
    assert len(await songs(empty_stage)) == 10
    report = await scan(empty_stage, accept_missing=True)
    assert report.missing == 3
    assert len(await songs(empty_stage)) == 7


async def test_a_folder_taken_from_the_settings_is_shown_to_nobody(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="A", artist="X")
    await scan(empty_stage)
    other = empty_stage.music.parent / "other"
    other.mkdir()
    await empty_stage.areas.library.scans.declare_folders([other])
    assert await songs(empty_stage) == {}
    await empty_stage.areas.library.scans.declare_folders([empty_stage.music, other])
    assert list(await songs(empty_stage)) == ["A"]


async def test_a_scan_that_died_goes_on_where_it_was(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        song(
            empty_stage, f"{number // 10}/{number}.mp3", title=f"S{number:03}", artist=f"Artist {number % 7}", album="A"
        )
    written = scan_run.Scan._write
    batches = 0

    async def dies(self: scan_run.Scan, *arguments: object) -> None:
        nonlocal batches
        batches += 1
        if batches > 1:
            raise OSError("pulled the plug")
        await written(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(scan_run.Scan, "_write", dies)
    with pytest.raises(OSError, match="plug"):
        await scan(empty_stage)
    monkeypatch.setattr(scan_run.Scan, "_write", written)
    before = await empty_stage.areas.library.scans.song_count()
    report = await scan(empty_stage)
    assert 0 < before < 200
    assert report.added == 200 - before
    assert len(await songs(empty_stage)) == 200
    people = await artists(empty_stage)
    assert sum(person.song_count for person in people.values() if person.name != "Various Artists") == 200
    await assert_ready_columns_are_true(empty_stage)


async def assert_ready_columns_are_true(stage: Stage) -> None:
    """What songs and albums keep ready as JSON says the same as the tables."""
    async with stage.application.database.transaction() as transaction:
        credits = await transaction.fetch(
            select(t.song_credit.c.song_id, t.artist.c.id, t.artist.c.name, t.song_credit.c.role)
            .join(t.artist, t.artist.c.id == t.song_credit.c.artist_id)
            .order_by(t.song_credit.c.song_id, t.song_credit.c.position)
        )
        by_song: dict[int, list[dict[str, object]]] = {}
        for song_id, artist_id, name, role in credits:
            by_song.setdefault(song_id, []).append({"id": artist_id, "name": name, "role": role})
        for song_id, ready in await transaction.fetch(select(t.song.c.id, t.song.c.credits)):
            assert msgspec.json.decode(ready) == by_song[song_id]
        totals = await transaction.fetch(select(t.stale_total.c.id))
        assert totals == []


async def test_ready_columns_say_the_same_as_the_tables(stage: Stage) -> None:
    await assert_ready_columns_are_true(stage)


async def test_long_and_hostile_titles(empty_stage: Stage) -> None:
    long_title = "Ω" * 10_000
    song(
        empty_stage,
        "a/1.flac",
        kind="flac",
        title=long_title,
        artist="<script>alert(1)</script>",
        album="'; DROP TABLE song; --",
    )
    await scan(empty_stage)
    found = await songs(empty_stage)
    assert list(found) == [long_title]
    assert (await albums(empty_stage))["'; DROP TABLE song; --"].artist == "<script>alert(1)</script>"


async def test_no_tag_and_no_path_is_too_much_for_an_index(empty_stage: Stage) -> None:
    """Texts that cannot be compressed, as an index compresses what it keeps."""
    chance = random.Random(7)

    def text(length: int) -> str:
        return "".join(chr(chance.randrange(0x20000, 0x2A6DF)) for _ in range(length))

    odd = {
        **{name: text(10_000) for name in ("titlesort", "album", "albumsort", "composer", "genre")},
        **{name: text(10_000) for name in ("discsubtitle", "mood", "isrc", "label", "releasetype", "comment", "media")},
        "artist": "\ufdfa" * 300 + text(600),
        "albumartist": text(10_000),
    }
    ids = ("musicbrainz_trackid", "musicbrainz_albumid", "musicbrainz_releasegroupid", "musicbrainz_artistid")
    for number in (1, 2):
        told = {**odd, "title": text(10_000), "tracknumber": str(number)}
        song(empty_stage, f"odd/{number}.flac", kind="flac", **told)
    told = {**odd, "title": text(10_000), "tracknumber": "3", **{name: text(10_000) for name in ids}}
    song(empty_stage, "odd/3.flac", kind="flac", **told)
    deep = "/".join(text(60) for _ in range(11))
    song(empty_stage, f"{deep}/{text(50)}.mp3", title="Deep", artist="X")
    song(empty_stage, "good.mp3", title="Good", artist="X", genre="Pop")
    report = await scan(empty_stage)
    assert (report.added, report.broken) == (4, 0)
    assert [warning.rpartition("…: ")[2] for warning in report.warnings] == [
        "the path of this file is too long, so it is left out."
    ]
    found = await songs(empty_stage)
    assert "Good" in found
    by_number = {row.track: row.album_id for row in found.values() if row.title != "Good"}
    assert by_number[1] == by_number[2] != by_number[3]
    again = await scan(empty_stage, full=True)
    assert (again.added, again.missing) == (0, 0)


async def test_no_figure_of_the_sound_is_too_much_for_its_column(empty_stage: Stage) -> None:
    path = song(empty_stage, "odd.m4a", kind="alac", title="Odd", artist="X")
    whole = path.read_bytes()
    cookie = whole.index(b"alac", whole.index(b"alac") + 4) + 8
    path.write_bytes(whole[: cookie + 16] + b"\xff" * 8 + whole[cookie + 24 :])
    strange = song(empty_stage, "strange.m4a", kind="alac", title="Strange", artist="X")
    strange.write_bytes(strange.read_bytes().replace(b"alac", b"a\0\1c", 1))
    await scan(empty_stage)
    found = await songs(empty_stage)
    assert sorted(found) == ["Odd", "Strange"]
    assert found["Odd"].sample_rate == 0


async def test_ids_of_other_catalogues_tell_releases_apart_and_are_no_musicbrainz_ids(empty_stage: Stage) -> None:
    for number in (1, 2):
        song(
            empty_stage,
            f"{number}/1.flac",
            kind="flac",
            title=f"S{number}",
            artist="X",
            album="Same",
            musicbrainz_albumid=f"https://x.bandcamp.example/album/{number}",
            musicbrainz_artistid=str(number),
        )
    await scan(empty_stage)
    by_album = {(row.album_id, row.artist) for row in (await songs(empty_stage)).values()}
    assert len(by_album) == 2
    assert (await artists(empty_stage))["X"].musicbrainz_id == ""


@pytest.mark.parametrize("change", ["added", "gone"])
async def test_what_a_scan_has_written_shows_in_the_revision_before_it_ends(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    for number in range(6):
        song(empty_stage, f"Tide/{number}.mp3", title=f"Wave {number}", artist="Ada", album="Tide")
    await scan(empty_stage)
    revision = empty_stage.areas.library.browse.revision
    seen = [await revision(SYSTEM)]

    async def look(database: Database, now: float) -> bool:
        seen.append(await revision(SYSTEM))
        return await refresh_totals(database, now)

    monkeypatch.setattr(scan_run, "refresh_totals", look)
    if change == "added":
        song(empty_stage, "Tide/6.mp3", title="Wave 6", artist="Ada", album="Tide")
    else:
        (empty_stage.music / "Tide" / "0.mp3").unlink()
    await empty_stage.areas.library.scans.run(lambda *_: None)
    assert seen[1] > seen[0]
