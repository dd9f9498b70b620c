"""`antiphon seed`: what is made is there once, and a library of its own."""

from pathlib import Path

import pytest

from antiphon.areas.library.data import ArtistFilter
from antiphon.bootstrap.demo import demo_folder, music_folders, seeded_folder
from antiphon.bootstrap.entry import parser
from antiphon.bootstrap.seed import seed_catalogue
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM


async def test_seeded_things_are_there_once(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"ANTIPHON_DATA": str(tmp_path / "data"), "ANTIPHON_MUSIC": ""}
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, tmp_path), synchronous="OFF")
    library = application.areas.library
    for kind, count, told in (
        ("genres", 3, "3 made."),
        ("genres", 5, "2 made, 3 were there already."),
        ("artists", 1, "1 made."),
        ("songs", 1, "1 made."),
        ("songs", 2, "1 made, 1 were there already."),
        ("songs", 2, "0 made, 2 were there already."),
    ):
        assert await seed_catalogue(application, kind, count, 1) == 0
        assert told in capsys.readouterr().out, kind
    # The songs are by the artist who was seeded before.
    artists = await library.browse.artists(SYSTEM, ArtistFilter(), "name", Page(10))
    assert [(row.name, row.song_count) for row in artists.rows] == [("Pebble Carousel", 2)]
    (shown,) = await library.libraries.overview(SYSTEM)
    assert (shown.path, shown.song_count) == (str(seeded_folder(tmp_path / "data")), 2)
    await application.close()


def test_seeded_songs_are_a_library_beside_the_others(tmp_path: Path) -> None:
    with_music = read_settings({"ANTIPHON_DATA": str(tmp_path), "ANTIPHON_MUSIC": str(tmp_path / "music")}, tmp_path)
    without = read_settings({"ANTIPHON_DATA": str(tmp_path), "ANTIPHON_MUSIC": ""}, tmp_path)
    demo, seeded = demo_folder(tmp_path), seeded_folder(tmp_path)
    assert music_folders(with_music) == (tmp_path / "music",)
    assert music_folders(without) == (demo,)
    seeded.mkdir()
    assert music_folders(with_music) == (tmp_path / "music", seeded)
    # Who has seeded songs needs no demo; one that is there stays.
    assert music_folders(without) == (seeded,)
    demo.mkdir()
    assert music_folders(without) == (demo, seeded)


@pytest.mark.parametrize("wrong", [(), ("people",), ("songs", "--count", "0"), ("songs", "--count", "x")])
def test_what_cannot_be_seeded_is_refused(wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["seed", *wrong])
    assert ended.value.code == 2
