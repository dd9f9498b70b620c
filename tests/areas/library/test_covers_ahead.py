"""Covers are there in the sizes of pages before anybody asks, as far as there is room."""

from pathlib import Path

import pytest

from antiphon.adapters.media import artwork
from antiphon.areas.library.internal import covers_ahead
from antiphon.areas.library.internal.covers_ahead import PAGE_SIZES
from tests.areas.library.scanning import scan, songs
from tests.areas.library.test_sounds import measure
from tests.areas.library.uploading import artist, bring
from tests.audio.tagging import cover_picture
from tests.stage import Stage


def made(stage: Stage) -> dict[str, set[int]]:
    """Which sizes of which covers are in the cache."""
    found: dict[str, set[int]] = {}
    for file in (stage.application.settings.data / "cache" / "artwork").glob("*/*.jpg"):
        name, _, size = file.stem.partition("-")
        found.setdefault(name, set()).add(int(size))
    return found


async def test_covers_of_folders_and_uploads_are_made_in_the_background(
    empty_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = empty_stage
    cache = stage.application.settings.data / "cache" / "artwork"
    stage.audio.song(stage.music / "a/1.mp3", {"title": "Carried", "album": "A"}, picture=True)
    stage.audio.song(stage.music / "b/1.mp3", {"title": "Beside", "album": "B"})
    (stage.music / "b/cover.jpg").write_bytes(cover_picture("red", 900))
    stage.audio.song(stage.music / "c/1.mp3", {"title": "Broken", "album": "C"})
    (stage.music / "c/cover.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))
    await scan(stage)
    with monkeypatch.context() as small:
        small.setattr(artwork, "FREE_BYTES", 1 << 60)
        await measure(stage)
    assert made(stage) == {}, "a disk that is nearly full is left to what people ask for"

    await measure(stage)
    assert sorted(made(stage).values()) == [set(PAGE_SIZES)] * 2
    assert len(list(cache.glob("*/*.none"))) == 1
    before = {file: file.stat().st_mtime_ns for file in cache.rglob("*") if file.is_file()}
    person = await stage.person("anna")
    for title, song in (await songs(stage)).items():
        shown = await stage.areas.library.files.picture(person, "song", song.id, 300)
        assert (shown is not None and shown.file in before) is (title != "Broken")

    content = stage.audio.song(tmp_path / "new.mp3", {"title": "New"}).read_bytes()
    await bring(stage, await artist(stage), content, cover=cover_picture("blue", 700))
    with monkeypatch.context() as few:
        few.setattr(covers_ahead, "NEWEST", 0)
        await measure(stage)
    assert len(made(stage)) == 2
    await measure(stage)
    assert sorted(made(stage).values()) == [set(PAGE_SIZES)] * 3
    after = {file: file.stat().st_mtime_ns for file in cache.rglob("*") if file.is_file()}
    assert before.items() <= after.items(), "what is there is not made again"
