"""What admins do with libraries: names, rights, folders that come and go, and where these may lie."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.areas.library.data import ArtistFilter, SongFilter
from antiphon.areas.library.data.libraries import FolderRules, Place
from antiphon.areas.library.internal.roots import is_allowed
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM, Principal
from tests.areas.library.scanning import scan, song, songs
from tests.audio.maker import AudioMaker
from tests.stage import Stage


@pytest_asyncio.fixture
async def rooted(database_url: str, tmp_path: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """A stage whose owner lets admins add folders below `allowed`, and has let them do so in the data folder too."""
    for name in ("music", "allowed/Jazz", "allowed/Kids/Lullabies", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    environment = {
        "ANTIPHON_DATA": str(tmp_path / "data"),
        "ANTIPHON_MUSIC": str(tmp_path / "music"),
        "ANTIPHON_MUSIC_ROOTS": f"{tmp_path / 'allowed'}:{tmp_path / 'data'}",
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, tmp_path), synchronous="OFF")
    yield Stage(application, tmp_path / "music", audio)
    await application.close()


async def refused(work: object) -> AntiphonError:
    with pytest.raises(AntiphonError) as caught:
        await work  # type: ignore[misc]
    return caught.value


async def test_a_folder_is_added_and_taken_out_while_the_server_runs(rooted: Stage) -> None:
    await scan(rooted)
    admin, anna = await rooted.person("admin", admin=True), await rooted.person("anna")
    libraries, jazz = rooted.areas.library.libraries, rooted.music.parent / "allowed/Jazz"
    rooted.audio.song(jazz / "1.mp3", {"title": "Blue", "artist": "Ada", "album": "Night"}, kind="mp3")
    added = await libraries.add(admin, str(jazz), "Jazz club")
    assert (added.name, added.is_declared, added.is_open) == ("Jazz club", False, True)
    job = await rooted.areas.library.scans.latest()
    assert job is not None and job.decoded_arguments()["places"][0]["library_id"] == added.id
    await rooted.areas.library.scans.run(lambda *_: None, places=[Place(added.id)])
    found = await libraries.get(anna, added.id)
    assert (found.song_count, found.album_count, found.path, found.watch) == (1, 1, "", "")
    blue = (await rooted.songs(anna))["Blue"]
    await rooted.areas.library.annotations.star(anna, "song", [blue.id])

    await libraries.remove(admin, added.id)
    assert "Blue" not in await rooted.songs(admin)
    assert (await refused(rooted.areas.library.browse.song(anna, blue.id))).kind is Kind.NOT_FOUND
    assert (jazz / "1.mp3").exists()
    # The same folder brings back what people have made of its songs.
    again = await libraries.add(admin, str(jazz))
    assert (again.id, again.name) == (added.id, "Jazz")
    assert (await rooted.songs(anna))["Blue"].starred_at is not None


async def test_what_was_added_stays_at_the_next_start_while_it_is_allowed(rooted: Stage) -> None:
    await scan(rooted)
    admin = await rooted.person("admin", admin=True)
    jazz = rooted.music.parent / "allowed/Jazz"
    added = await rooted.areas.library.libraries.add(admin, str(jazz))
    await rooted.areas.library.scans.declare_folders([rooted.music])
    assert {one.name for one in await rooted.areas.library.libraries.overview(admin)} == {"music", "Jazz"}
    # A link that leads elsewhere since has taken its place.
    jazz.rmdir()
    jazz.symlink_to(rooted.music.parent / "elsewhere")
    await rooted.areas.library.scans.declare_folders([rooted.music])
    assert {one.name for one in await rooted.areas.library.libraries.overview(admin)} == {"music"}
    # Named by the settings it is theirs, and no longer the admins'.
    jazz.unlink()
    jazz.mkdir()
    await rooted.areas.library.scans.declare_folders([rooted.music, jazz])
    error = await refused(rooted.areas.library.libraries.remove(admin, added.id))
    assert error.code == "declared_by_settings"


async def test_folders_elsewhere_are_refused_whether_they_are_there_or_not(rooted: Stage) -> None:
    await scan(rooted)
    admin = await rooted.person("admin", admin=True)
    place, libraries = rooted.music.parent, rooted.areas.library.libraries
    (place / "allowed/way-out").symlink_to("/etc")
    outside = ["/etc", "/etc/there/is/no/such", "/", str(place / "elsewhere"), str(place / "allowed/../elsewhere")]
    outside += [str(place / "allowed/way-out"), str(place / "data"), str(place / "data/uploads")]
    sentences = {(await refused(libraries.add(admin, path))).message for path in outside}
    assert sentences == {f"path: Folders may only be added below {place / 'allowed'}, {place / 'data'}."}
    assert {(await refused(libraries.folders(admin, path))).message for path in outside} == sentences
    for bad in ("relative/path", "", str(place / "allowed/none"), "/\0", "/" + "x" * 5000):
        assert (await refused(libraries.add(admin, bad))).kind is Kind.INVALID, bad
    # Neither may a library hold the data folder.
    assert not is_allowed(place, FolderRules((place,), (place / "data",)))
    assert is_allowed(place / "elsewhere", FolderRules((place,), (place / "data",)))
    assert [one.name for one in await libraries.overview(admin)] == ["music"]


async def test_folders_of_which_one_holds_the_other_are_not_both_libraries(rooted: Stage) -> None:
    await scan(rooted)
    admin, libraries = await rooted.person("admin", admin=True), rooted.areas.library.libraries
    kids = rooted.music.parent / "allowed/Kids"
    await libraries.add(admin, str(kids))
    for path in (kids, kids / "Lullabies"):
        assert (await refused(libraries.add(admin, str(path)))).code == "folder_taken"
    shown = await libraries.folders(admin, "")
    assert (str(kids.parent), "") in [(one.path, one.library) for one in shown]
    below = await libraries.folders(admin, str(kids.parent))
    assert [(one.name, one.library) for one in below] == [("Jazz", ""), ("Kids", "Kids")]


async def test_a_folder_added_within_one_that_the_settings_name_later_doubles_nothing(rooted: Stage) -> None:
    admin, scans = await rooted.person("admin", admin=True), rooted.areas.library.scans
    allowed = rooted.music.parent / "allowed"
    for path, title in (("Jazz/1.mp3", "Within"), ("Jazz/live/2.mp3", "Deep within"), ("Jazzy/3.mp3", "Beside")):
        rooted.audio.song(allowed / path, {"title": title}, kind="mp3")
    added = await rooted.areas.library.libraries.add(admin, str(allowed / "Jazz"))
    await scan(rooted)
    known = await songs(rooted)
    await scans.declare_folders([rooted.music, allowed])
    await scans.run(lambda *_: None)
    found = await rooted.areas.library.browse.songs(SYSTEM, SongFilter(), "title", Page(10))
    assert [row.title for row in found.rows] == ["Beside", "Deep within", "Within"]
    assert {title: row.id for title, row in known.items()}.items() <= {row.title: row.id for row in found.rows}.items()
    # Nor does a look at the one place.
    (outer,) = [one for one in await rooted.areas.library.libraries.overview(admin) if one.name == "allowed"]
    for place in ("Jazz", "Jazz/live"):
        report = await scans.run(lambda *_: None, places=[Place(outer.id, place)])
        assert (report.files, report.missing) == (0, 0)
    # Taken out, its songs are those of the folder around it.
    await rooted.areas.library.libraries.remove(admin, added.id)
    await scans.run(lambda *_: None)
    assert sorted(await songs(rooted)) == ["Beside", "Deep within", "Within"]


async def test_a_folder_that_does_not_answer_holds_nothing_up(rooted: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await scan(rooted)
    admin, libraries = await rooted.person("admin", admin=True), rooted.areas.library.libraries
    allowed = rooted.music.parent / "allowed"
    await libraries.add(admin, str(allowed / "Kids"))
    answers, resolve = threading.Event(), Path.resolve

    def silent(path: Path, strict: bool = False) -> Path:
        if path.name == "Kids":
            answers.wait(30)
        return resolve(path, strict)

    monkeypatch.setattr(Path, "resolve", silent)
    monkeypatch.setattr("antiphon.areas.library.internal.roots.ANSWER_SECONDS", 0.2)
    try:
        assert (await refused(libraries.add(admin, str(allowed / "Jazz")))).code == "folder_silent"
        # Neither is it lost where the server starts just then.
        await rooted.areas.library.scans.declare_folders([rooted.music])
    finally:
        answers.set()
    assert {one.name for one in await libraries.overview(admin)} == {"music", "Kids"}


async def test_without_roots_nobody_adds_anything(empty_stage: Stage) -> None:
    admin = await empty_stage.person("admin", admin=True)
    libraries = empty_stage.areas.library.libraries
    assert (await refused(libraries.add(admin, str(empty_stage.music)))).code == "no_roots"
    assert await libraries.folders(admin) == []


async def test_rights_are_given_and_taken(empty_stage: Stage) -> None:
    song(empty_stage, "a/1.mp3", title="Whisper", artist="Ada", album="Night")
    await scan(empty_stage)
    admin, anna, bob = [await empty_stage.person(name, admin=name == "admin") for name in ("admin", "anna", "bob")]
    libraries = empty_stage.areas.library.libraries
    (library,) = await libraries.overview(anna)
    rights = await libraries.set_rights(admin, library.id, is_open=False, user_ids=[anna.user_id, anna.user_id])
    assert [person.username for person in rights.people] == ["anna"]
    assert "Whisper" in await empty_stage.songs(anna)
    assert await empty_stage.songs(bob) == {} and await libraries.overview(bob) == []
    assert (await refused(libraries.get(bob, library.id))).kind is Kind.NOT_FOUND
    await libraries.set_libraries_of(admin, bob.user_id, [library.id])
    assert "Whisper" in await empty_stage.songs(bob)
    await libraries.set_libraries_of(admin, anna.user_id, [])
    assert await empty_stage.songs(anna) == {}
    await libraries.set_rights(admin, library.id, is_open=True, user_ids=[])
    assert "Whisper" in await empty_stage.songs(anna)
    # Whose account is removed is named no more.
    await libraries.set_rights(admin, library.id, is_open=False, user_ids=[bob.user_id])
    await empty_stage.areas.administration.persons.erase(admin, bob.user_id)
    assert (await libraries.rights(admin, library.id)).people == []
    assert "Whisper" in await songs(empty_stage)


async def test_only_admins_look_after_libraries(empty_stage: Stage) -> None:
    await scan(empty_stage)
    anna = await empty_stage.person("anna")
    libraries = empty_stage.areas.library.libraries
    nobody = Principal(user_id=0, username="", roles=frozenset(), via="none")
    for principal, kind in ((anna, Kind.FORBIDDEN), (nobody, Kind.NOT_SIGNED_IN)):
        for work in (
            libraries.rename(principal, 1, "x"),
            libraries.rights(principal, 1),
            libraries.set_rights(principal, 1, is_open=True, user_ids=[]),
            libraries.set_libraries_of(principal, 1, []),
            libraries.add(principal, "/etc"),
            libraries.remove(principal, 1),
            libraries.folders(principal),
        ):
            assert (await refused(work)).kind is kind


async def test_names_and_people_are_checked(empty_stage: Stage) -> None:
    await scan(empty_stage)
    libraries = empty_stage.areas.library.libraries
    (library,) = await libraries.overview(SYSTEM)
    for name in ("", "   ", "x" * 201):
        assert (await refused(libraries.rename(SYSTEM, library.id, name))).kind is Kind.INVALID
    assert (await libraries.rename(SYSTEM, library.id, "  Living   room ")).name == "Living room"
    # It keeps its name although the folder is called otherwise.
    await empty_stage.areas.library.scans.declare_folders([empty_stage.music])
    assert (await libraries.get(SYSTEM, library.id)).name == "Living room"
    error = await refused(libraries.set_rights(SYSTEM, library.id, is_open=False, user_ids=[999_999]))
    assert "user_ids" in error.fields
    for work in (libraries.rename(SYSTEM, 99, "x"), libraries.remove(SYSTEM, 99), libraries.rights(SYSTEM, 99)):
        assert (await refused(work)).kind is Kind.NOT_FOUND


async def test_lists_of_a_closed_library_tell_nobody_who_is_in_it(rooted: Stage) -> None:
    """Somebody everybody knows from one library, and who has a song in a closed one, too."""
    admin, anna = await rooted.person("admin", admin=True), await rooted.person("anna")
    closed = rooted.music.parent / "allowed/Jazz"
    song(rooted, "1.mp3", title="Open", artist="Ada", albumartist="Ada", album="Day")
    for name in ("Ada", "Bob"):
        tags = {"title": f"Closed {name}", "artist": name, "albumartist": name, "album": "Night"}
        rooted.audio.song(closed / f"{name}.mp3", tags, kind="mp3")
    await rooted.areas.library.scans.declare_folders([rooted.music, closed])
    await rooted.areas.library.scans.run(lambda *_: None)
    libraries, browse, search = (getattr(rooted.areas.library, name) for name in ("libraries", "browse", "search"))
    inner = next(one for one in await libraries.overview(admin) if one.name == "Jazz")
    outer = next(one for one in await libraries.overview(admin) if one.name == "music")
    for user_ids, names in (([], []), ([anna.user_id], ["Ada", "Bob"])):
        await libraries.set_rights(admin, inner.id, is_open=False, user_ids=user_ids)
        for with_albums in (False, True):
            wanted = ArtistFilter(library_id=inner.id, with_albums=with_albums)
            found = await browse.artists(anna, wanted, "name", Page(10))
            assert ([row.name for row in found.rows], found.total) == (names, len(names))
        hits = await search.everything(anna, "a", 10, library_id=inner.id)
        assert [row.name for row in hits.artists] == names[:1]
        assert (await browse.songs(anna, SongFilter(library_id=inner.id), "title", Page(10))).total == len(names)
    found = await browse.artists(anna, ArtistFilter(library_id=outer.id, with_albums=True), "name", Page(10))
    assert [(row.name, row.album_count) for row in found.rows] == [("Ada", 2)]
