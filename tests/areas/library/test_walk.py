"""What a walk through a music folder tells about what it may not read."""

import tempfile
from pathlib import Path

from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.internal.scan.walk import Walk
from tests.bootstrap.disks import without_root


def test_a_folder_that_cannot_be_read_is_told_and_stops_nothing() -> None:
    # The folders of tests are closed to the user as whom this one walks.
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        root.chmod(0o755)
        for name in ("a", "closed", "z"):
            (root / name).mkdir()
            (root / name / "1.mp3").write_bytes(b"sound")
        (root / "closed").chmod(0o000)
        try:
            walk = Walk(root)
            with without_root():
                found = [file.path for folder in walk for file in folder.files]
        finally:
            (root / "closed").chmod(0o755)
    assert found == ["a/1.mp3", "z/1.mp3"]
    assert walk.warnings == [
        "closed: this folder cannot be read (Permission denied). Its songs stay as they are. "
        "Give the server's user the right to read it."
    ]
    assert walk.unreadable == {"closed"}


def test_a_link_into_nowhere_has_no_songs_that_could_stay(tmp_path: Path) -> None:
    (tmp_path / "1.mp3").symlink_to("nowhere.mp3")
    walk = Walk(tmp_path)
    assert not list(walk)
    assert len(walk.warnings) == 1
    assert not walk.unreadable


def test_no_link_leads_into_another_library(tmp_path: Path) -> None:
    for name in (".hidden/other", ".hidden/own", "songs"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.mp3").write_bytes(b"sound")
    (tmp_path / "link").symlink_to(".hidden")
    (tmp_path / "straight").symlink_to(".hidden/other")
    (tmp_path / "songs" / "2.mp3").symlink_to("../.hidden/other/1.mp3")
    apart = frozenset([".hidden/other"])
    assert _paths(Walk(tmp_path, apart=apart)) == ["link/own/1.mp3", "songs/1.mp3"]
    places = [Place(1, "link"), Place(1, "link/other"), Place(1, "straight"), Place(1, "songs")]
    assert _paths(Walk(tmp_path, places, apart)) == ["link/own/1.mp3", "songs/1.mp3"]
    alone = ["link/other/1.mp3", "link/own/1.mp3", "songs/1.mp3", "songs/2.mp3", "straight/1.mp3"]
    assert _paths(Walk(tmp_path)) == alone


def _paths(walk: Walk) -> list[str]:
    return sorted(file.path for folder in walk for file in folder.files)


def test_links_to_what_the_walk_comes_to_anyway_double_nothing(tmp_path: Path) -> None:
    for name in ("a", ".hidden/c"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.mp3").write_bytes(b"sound")
    (tmp_path / "a" / "blob").write_bytes(b"sound")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to(".hidden/c")
    (tmp_path / "a" / "2.mp3").symlink_to("1.mp3")
    (tmp_path / "a" / "3.mp3").symlink_to("blob")
    walk = Walk(tmp_path)
    assert [file.path for folder in walk for file in folder.files] == ["a/1.mp3", "a/3.mp3", "c/1.mp3"]
    narrowed = Walk(tmp_path, [Place(1, "a"), Place(1, "b"), Place(1, "c"), Place(1, "gone")])
    assert [file.path for folder in narrowed for file in folder.files] == ["a/1.mp3", "a/3.mp3", "c/1.mp3"]
    assert not walk.warnings
    assert not narrowed.warnings
