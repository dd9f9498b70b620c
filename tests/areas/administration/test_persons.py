"""Everything that is known about a person, handed out and erased, over all areas."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import insert, select

from antiphon.areas.administration.internal.tables import audit_entry
from antiphon.areas.playback.data import Play
from antiphon.bootstrap.metadata import metadata
from antiphon.kernel.errors import Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal
from tests.areas.accounts.conftest import refusal
from tests.areas.administration.everything import left_of, personal_columns, plant, texts_with
from tests.stage import PASSWORD, Stage

# What stays of a person's rows, without their name: what they uploaded, what they did in playlists of others, plays.
MAY_STAY = {"song", "album", "catalogue_change", "playlist", "playlist_item", "playlist_operation", "activity"}
MAY_STAY |= {"invitation", "job"}

# What nobody needs to know of themselves: links under way, and the secrets of the second factor.
SECRET_OR_PASSING = {"mailed_link", "second_factor", "recovery_code", "sign_in_attempt", "scrobble_beginning"}
# Told within the account itself, in words of its own.
TOLD_OTHERWISE = {"user_role"}


async def unpacked(stage: Stage, principal: Principal, user_id: int) -> dict[str, bytes]:
    """The files of somebody's archive by name."""
    archive = await stage.areas.administration.persons.export(principal, user_id)
    assert archive.filename.startswith("antiphon-") and archive.filename.endswith(".zip")
    whole = io.BytesIO(b"".join([piece async for piece in archive.pieces]))
    with zipfile.ZipFile(whole) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_every_column_that_names_a_person_is_looked_after() -> None:
    """A foreign key says what happens; what has none is known by name, and the erasure below looks at it."""
    unsafe = [
        str(column)
        for column in personal_columns()
        for key in column.foreign_keys
        if key.column.table.name == "user_account" and key.ondelete not in ("CASCADE", "SET NULL")
    ]
    assert unsafe == []
    assert len(list(personal_columns())) > 20


async def test_nothing_is_left_of_a_person(stage: Stage) -> None:
    database = stage.application.database
    anna, boss = await stage.person("anna"), await stage.person("boss", admin=True)
    filled = await plant(database, anna.user_id, "plantedword")
    assert {"notice", "song_annotation", "user_session", "activity", "playlist", "job"} <= set(filled)
    kept = await texts_with(database, "anna@example.org")
    assert {"user_account.email", "user_account.email_key"} <= set(kept)
    await stage.areas.administration.persons.erase(boss, anna.user_id)
    assert await left_of(database, anna.user_id) == []
    assert await texts_with(database, "anna@example.org") == []
    still = {name.partition(".")[0] for name in await texts_with(database, "plantedword")}
    assert still <= MAY_STAY, f"something a person wrote is still there: {sorted(still - MAY_STAY)}"
    await refusal(stage.areas.accounts.access.authenticate("x" * 43), Kind.NOT_SIGNED_IN)
    await refusal(stage.areas.administration.persons.erase(boss, anna.user_id), Kind.NOT_FOUND)


async def test_plays_stay_as_counts_and_ratings_go(stage: Stage) -> None:
    anna, ben = await stage.person("anna"), await stage.person("ben")
    song = (await stage.songs(anna))["Dawn"]
    library = stage.areas.library
    for person, rating in ((anna, 5), (ben, 2)):
        await library.annotations.rate(person, "song", song.id, rating)
        await library.annotations.rate(person, "album", song.album_id or 0, rating)
        await stage.areas.playback.record_plays(person, [Play(song_id=song.id, played_at=7.0)])
    await stage.areas.administration.persons.erase(anna, anna.user_id)
    seen = await library.browse.song(ben, song.id)
    assert (seen.play_count, seen.rating_sum, seen.rating_count) == (2, 2, 1)
    album = await library.browse.album(ben, song.album_id or 0)
    assert (album.rating_sum, album.rating_count) == (2, 1)


async def test_erasing_is_all_or_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, boss = await stage.person("anna"), await stage.person("boss", admin=True)
    await stage.areas.playlists.edit.create(anna, "Mine")

    async def broken(*_: Any) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setitem(stage.application.personal._areas, "accounts", (broken, broken))
    with pytest.raises(RuntimeError, match="the power is gone"):
        await stage.areas.administration.persons.erase(boss, anna.user_id)
    assert [row.title for row in (await stage.areas.playlists.browse.playlists(anna, "owned", Page())).rows] == ["Mine"]
    assert (await stage.areas.administration.audit.entries(boss, Page(), action="account.removed")).total == 0


async def test_who_may_erase_whom(stage: Stage) -> None:
    persons = stage.areas.administration.persons
    anna, ben = await stage.person("anna"), await stage.person("ben")
    boss = await stage.person("boss", admin=True)
    key = await stage.areas.accounts.keys.create_api_key(anna, "script", ("read", "write"))
    by_key = await stage.areas.accounts.access.authenticate(key.key)
    await refusal(persons.erase(ANONYMOUS, anna.user_id), Kind.NOT_SIGNED_IN)
    await refusal(persons.erase(ben, anna.user_id), Kind.FORBIDDEN)
    assert (await refusal(persons.erase(by_key, anna.user_id), Kind.FORBIDDEN)).code == "session_needed"
    await refusal(persons.export(by_key, anna.user_id), Kind.FORBIDDEN)
    await refusal(persons.export(ben, anna.user_id), Kind.FORBIDDEN)
    assert (await refusal(persons.erase(boss, boss.user_id), Kind.CONFLICT)).code == "last_admin"
    other = await stage.person("other", admin=True)
    await persons.erase(other, boss.user_id)
    await refusal(persons.erase(other, other.user_id), Kind.CONFLICT)
    await persons.erase(ben, ben.user_id)


async def test_a_person_gets_all_that_is_known(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.areas.playback.internal.personal.ROWS_AT_ONCE", 7)
    anna, ben = await stage.person("anna"), await stage.person("ben")
    song = (await stage.songs(anna))["Dawn"]
    await stage.areas.playback.record_plays(anna, [Play(song_id=song.id, played_at=7.0 + n) for n in range(21)])
    await stage.areas.playback.record_plays(ben, [Play(song_id=song.id, played_at=3.0)])
    await stage.areas.library.annotations.star(anna, "song", [song.id])
    await stage.areas.playlists.edit.create(anna, "Mine", tracks=[song.id])
    async with stage.application.database.transaction() as transaction:
        picture = {"user_id": anna.user_id, "hash": "ab", "image": b"\xff\xd8 picture"}
        await transaction.execute(insert(metadata.tables["user_picture"]).values(**picture))
    files = await unpacked(stage, anna, anna.user_id)
    assert files["accounts/picture.jpg"] == b"\xff\xd8 picture"
    assert b"Person: anna" in files["README.txt"]
    told = {name.removesuffix(".json"): json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert told["accounts"]["account"]["email"] == "anna@example.org"
    activity = told["playback"]["activity"]
    assert sorted(row["at"] for row in activity if row["action"] == "play") == [7.0 + n for n in range(21)]
    assert [row["title"] for row in activity if row["action"] == "like"] == ["Dawn"]
    assert [row["name"] for row in told["library"]["song_annotation"]] == ["Dawn"]
    assert [row["title"] for row in told["playlists"]["playlist"]] == ["Mine"]
    whole = b"".join(files.values())
    assert b"argon2" not in whole and b"token" not in b"".join(
        text for name, text in files.items() if name != "README.txt"
    )


async def test_every_table_of_a_person_is_in_the_archive(stage: Stage) -> None:
    """What is planted in every table comes out again, but for what is secret or passes by."""
    anna = await stage.person("anna")
    planted = await plant(stage.application.database, anna.user_id, "plantedword")
    whole = b"".join((await unpacked(stage, anna, anna.user_id)).values()).decode()
    untold = {table for table, texts in planted.items() if texts and not any(text in whole for text in texts)}
    assert untold - TOLD_OTHERWISE == SECRET_OR_PASSING & set(planted), f"an area does not hand out: {sorted(untold)}"
    for table in SECRET_OR_PASSING & set(planted):
        assert not any(text in whole for text in planted[table])


async def test_an_export_and_an_erasure_go_on_record(stage: Stage) -> None:
    anna, boss = await stage.person("anna"), await stage.person("boss", admin=True)
    audit = stage.areas.administration.audit
    await unpacked(stage, boss, anna.user_id)
    await stage.areas.administration.persons.erase(boss, anna.user_id)
    found = await audit.entries(boss, Page(), user_id=anna.user_id)
    assert [(one.action, one.actor, one.subject_name) for one in found.rows] == [
        ("account.removed", "boss", "anna"), ("account.exported", "boss", "anna"),
    ]  # fmt: skip
    assert found.total == 2
    await refusal(audit.entries(anna, Page()), Kind.FORBIDDEN)


async def test_the_record_is_filtered_and_paged(stage: Stage) -> None:
    boss = await stage.person("boss", admin=True)
    audit = stage.areas.administration.audit
    people = [await stage.person(f"p{number}") for number in range(3)]
    for person in people:
        await stage.areas.accounts.people.set_roles(boss, person.user_id, ["artist"])
    await stage.areas.accounts.own_password.change(people[0], PASSWORD, "another horse battery")
    everything = await audit.entries(boss, Page(500))
    assert [one.id for one in everything.rows] == sorted((one.id for one in everything.rows), reverse=True)
    by_action = await audit.entries(boss, Page(2), action="account.roles_set")
    assert (by_action.total, len(by_action.rows)) == (3, 2)
    assert by_action.rows[0].details == {"roles": ["artist"]}
    assert (await audit.entries(boss, Page(), action="account")).total == everything.total
    assert (await audit.entries(boss, Page(), action="acc")).total == 0
    of_one = await audit.entries(boss, Page(), user_id=people[0].user_id)
    assert [one.action for one in of_one.rows] == ["account.password_changed", "account.roles_set"]


async def test_what_is_undone_is_not_on_record(stage: Stage) -> None:
    boss = await stage.person("boss", admin=True)
    await refusal(stage.areas.accounts.people.set_roles(boss, boss.user_id, ["user"]), Kind.CONFLICT)
    async with stage.application.database.transaction() as transaction:
        assert await transaction.fetch(select(audit_entry.c.id).where(audit_entry.c.actor_id == boss.user_id)) == []
