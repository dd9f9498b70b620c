"""Covers where the disk takes nothing more: they are made all the same."""

import io
from pathlib import Path

import pytest
from PIL import Image

from antiphon.adapters.media import artwork
from antiphon.adapters.media.artwork import ArtworkFiles
from antiphon.kernel.errors import AntiphonError


async def test_a_cache_that_cannot_be_written_costs_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artwork, "PICTURES_IN_MEMORY", 2)
    source = tmp_path / "cover.png"
    Image.new("RGB", (400, 200), (200, 30, 30)).save(source)
    # A file where the folder should be: nobody, not even root, can write below it.
    cache = tmp_path / "cache"
    cache.write_text("")
    files = ArtworkFiles(cache)
    try:
        made = await files.sized(source, False, "ab" * 20, 160)
        with Image.open(io.BytesIO(made.file.read_bytes())) as picture:
            assert picture.format == "JPEG" and picture.size == (160, 80)
        assert (await files.sized(source, False, "ab" * 20, 160)).file == made.file
        for number in range(3):
            pattern = await files.placeholder(f"song:{number}", 64)
            assert pattern.file.read_bytes().startswith(b"\xff\xd8")
        assert not made.file.exists(), "only the latest stay in memory"
        with pytest.raises(AntiphonError, match="picture"):
            await files.sized(tmp_path / "gone.png", False, "cd" * 20, 160)
        folder = files.in_memory
        assert folder is not None and len(list(folder.rglob("*.jpg"))) == 2
    finally:
        await files.close()
    assert not folder.exists()
