"""Tables to take away: what stands in them, who may have them, and what becomes of them."""

import csv
import io
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from antiphon.areas.library.data import ExportKind, ExportRow, Licence, SongEdit
from antiphon.areas.library.internal.exporting.sheets import lines
from antiphon.areas.library.internal.exporting.tables import export
from antiphon.bootstrap.jobs import make_executor
from antiphon.kernel.db import Statement
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import JobContext
from antiphon.kernel.jobs.data import QUEUED
from antiphon.kernel.jobs.leases import Leases
from antiphon.kernel.jobs.tables import job
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from tests.areas.library.test_releases import owned
from tests.areas.library.test_visibility import hidden_stage
from tests.areas.library.uploading import artist
from tests.stage import Stage


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\u00a0=1", "|x", "\v-1", "\uff1d1", "\uff20x"],
)
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert list(csv.reader(io.StringIO(lines([[cell, "a-b"]]).decode()))) == [[f"'{cell}", "a-b"]]


def test_quotes_commas_and_lines_stay_in_their_cells() -> None:
    row = ['He said "no", twice', "two\nlines", "", "né", "7"]
    assert list(csv.reader(io.StringIO(lines([row]).decode()))) == [row]


async def work(stage: Stage) -> None:
    """Do the light jobs that are due, as a worker would."""
    application = stage.application
    executor = make_executor(
        application.database, application.background.registry, Leases(application.database, "w"), ""
    )
    due = Statement(select(job.c.id).where(job.c.lane == "light", job.c.state == QUEUED, job.c.run_at <= time.time()))
    for (job_id,) in await application.database.reader.fetch(due):
        await executor.run_light(job_id)


async def table(
    stage: Stage, who: Principal, kind: ExportKind, *, bom: bool = True
) -> tuple[ExportRow, list[dict[str, str]]]:
    """A finished table of somebody and its rows by the names of its columns."""
    exports = stage.areas.library.exports
    row = await exports.begin(who, kind, with_bom=bom)
    await work(stage)
    row = await exports.finished(who, row.id)
    content = b"".join([chunk async for chunk in exports.read(row, 0, row.size)])
    assert len(content) == row.size
    assert content.startswith(b"\xef\xbb\xbf") is bom
    text = content.decode("utf-8-sig")
    return row, list(csv.DictReader(io.StringIO(text, newline="")))


async def test_an_artists_songs_with_how_they_are_received(empty_stage: Stage) -> None:
    stage = empty_stage
    await hidden_stage(stage)
    ines, fan, other = await artist(stage), await stage.person("fan"), await stage.person("other")
    song_id, album_id = await owned(stage, ines)
    library = stage.areas.library
    edit = SongEdit(title="=HYPERLINK(1)", licence=Licence("other", text="Ask me.", url="https://example.org/terms"))
    await library.editing.songs.change(ines, song_id, edit)
    await library.annotations.star(fan, "song", [song_id])
    await library.annotations.rate(fan, "song", song_id, 5)
    await library.annotations.rate(other, "song", song_id, 2)
    await library.annotations.rate(ines, "album", album_id, 4)
    row, found = await table(stage, ines, "songs")
    assert (row.row_count, row.file_name[:6], row.file_name[-4:]) == (1, "songs-", ".csv")
    (only,) = found
    wanted = {
        "id": str(song_id), "title": "'=HYPERLINK(1)", "artist": "Hidden Artist", "album": "Hidden Album",
        "credits": "Hidden Artist (artist)", "genres": "Secret Genre", "licence": "other", "licence_text": "Ask me.",
        "licence_url": "https://example.org/terms", "state": "published", "likes": "1", "rating_mean": "3.5",
        "rating_count": "2", "rated_2": "1", "rated_5": "1", "rated_3": "0", "uploader_id": str(ines.user_id),
    }  # fmt: skip
    assert {name: only[name] for name in wanted} == wanted
    _, albums = await table(stage, ines, "albums", bom=False)
    assert [(one["title"], one["songs"], one["rating_mean"]) for one in albums] == [("Hidden Album", "1", "4.0")]
    _, ratings = await table(stage, fan, "ratings")
    assert [(one["thing"], one["title"], one["rating"]) for one in ratings] == [("song", "'=HYPERLINK(1)", "5")]
    assert ratings[0]["starred_at"].startswith("20")


async def test_admins_take_away_all_songs_and_all_people(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = empty_stage
    monkeypatch.setattr("antiphon.areas.library.api.desk.tables.BATCH", 1)
    await hidden_stage(stage)
    boss, _ = await stage.person("boss", admin=True), await stage.person("other")
    _, songs = await table(stage, boss, "all_songs")
    assert {one["title"] for one in songs} == {"Open", "Whisper"}
    _, people = await table(stage, boss, "users")
    assert {one["username"]: one["roles"] for one in people} == {"boss": "admin user", "other": "user"}
    assert {one["email"] for one in people} == {"boss@example.org", "other@example.org"}


MAY: dict[ExportKind, set[str]] = {
    "songs": {"artist", "admin"},
    "albums": {"artist", "admin"},
    "ratings": {"user", "artist", "admin"},
    "all_songs": {"admin"},
    "users": {"admin"},
}


async def test_who_may_have_which_table(empty_stage: Stage) -> None:
    stage = empty_stage
    people = {
        "user": await stage.person("user"),
        "artist": await artist(stage),
        "admin": await stage.person("boss", admin=True),
    }
    for kind, may in MAY.items():
        for role, person in people.items():
            if role in may:
                assert (await stage.areas.library.exports.begin(person, kind)).kind == kind
                continue
            with pytest.raises(AntiphonError) as refused:
                await stage.areas.library.exports.begin(person, kind)
            assert refused.value.kind is Kind.FORBIDDEN, (kind, role)


async def test_a_table_is_its_owners_alone_and_gone_after_a_day(empty_stage: Stage) -> None:
    stage = empty_stage
    ines, boss = await artist(stage), await stage.person("boss", admin=True)
    exports = stage.areas.library.exports
    waiting = await exports.begin(ines, "songs")
    assert (await exports.begin(ines, "songs")).id == waiting.id, "one at a time is enough"
    with pytest.raises(AntiphonError) as refused:
        await exports.finished(ines, waiting.id)
    assert (refused.value.kind, refused.value.code) == (Kind.CONFLICT, "not_ready")
    await work(stage)
    row = await exports.finished(ines, waiting.id)
    path = exports.file(row)
    assert path is not None and path.read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    with pytest.raises(AntiphonError) as refused:
        await exports.finished(boss, row.id)
    assert refused.value.kind is Kind.NOT_FOUND
    tidying = stage.areas.library.uploads.tidying
    for _ in range(3):
        await tidying.remove_old()
    assert path.exists(), "what may still be taken away is not tidied up"
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(update(export).values(expires_at=1.0))
    with pytest.raises(AntiphonError) as refused:
        await exports.finished(ines, row.id)
    assert refused.value.kind is Kind.NOT_FOUND
    assert (await exports.list(ines, Page())).rows == []
    assert await exports.remove_old() == 1
    assert not path.exists()


async def test_nobody_has_more_tables_than_twenty_or_fills_the_disk(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, exports = empty_stage, empty_stage.areas.library.exports
    ines, fan = await artist(stage), await stage.person("fan")
    for _ in range(20):
        made = await exports.begin(fan, "ratings")
        async with stage.application.database.transaction() as transaction:
            await transaction.execute(update(export).where(export.c.id == made.id).values(size=1))
    with pytest.raises(AntiphonError) as refused:
        await exports.begin(fan, "ratings")
    assert (refused.value.kind, refused.value.code) == (Kind.TOO_MANY_REQUESTS, "too_many_exports")
    row = await exports.begin(ines, "songs")
    await exports.remove(fan, made.id)
    assert await exports.begin(fan, "ratings")

    leases = Leases(stage.application.database, "full")
    lease = await leases.claim(row.id)
    assert lease is not None
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000, total=1 << 40))
    with pytest.raises(AntiphonError) as refused:
        await exports.run(JobContext(lease, leases, lambda: None))
    assert refused.value.kind is Kind.NO_SPACE


async def test_a_killed_export_is_made_anew_and_a_removed_one_leaves_nothing(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = empty_stage
    ines = await artist(stage)
    exports = stage.areas.library.exports
    row = await exports.begin(ines, "songs")
    leases = Leases(stage.application.database, "killed")
    lease = await leases.claim(row.id)
    assert lease is not None
    storage = stage.application.storage

    async def put_and_die(name: str, file: Path, media: str) -> None:
        await type(storage).put(storage, name, file, media)
        raise RuntimeError("the power goes when the table lies in the storage and nobody has written that down")

    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", put_and_die)
        with pytest.raises(RuntimeError):
            await exports.run(JobContext(lease, leases, lambda: None))
    async with stage.application.database.transaction() as transaction:
        lost = update(job).where(job.c.id == row.id).values(state=QUEUED, leased_by=None)
        await transaction.execute(lost)
    await work(stage)
    done = await exports.finished(ines, row.id)
    path = exports.file(done)
    assert path is not None and path.stat().st_size == done.size
    assert list((stage.application.settings.data / "uploads" / "incoming").glob("*")) == []
    await exports.remove(ines, row.id)
    await work(stage)
    assert not path.exists()
