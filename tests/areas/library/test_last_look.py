"""A folder that looks as after the last scan is told at one look, and such a look never hides a difference."""

import os
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.scan import last_look
from antiphon.areas.library.internal.scan import run as scan_run
from antiphon.areas.library.internal.scan.compare import Comparison, compare
from antiphon.areas.library.internal.scan.narrowing import Narrowing
from antiphon.areas.library.internal.scan.walk import Walk
from tests.areas.library.scanning import later, scan, scan_places, song, songs
from tests.audio.tagging import cover_picture
from tests.stage import Stage


async def looks(stage: Stage) -> list[str]:
    async with stage.application.database.transaction() as transaction:
        rows = await transaction.fetch(select(t.library.c.last_look).where(t.library.c.path == str(stage.music)))
    return [row[0] for row in rows]


async def differences(stage: Stage) -> Comparison:
    """What a scan that trusts no look would find."""
    async with stage.application.database.transaction() as transaction:
        ((library,),) = await transaction.fetch(select(t.library.c.id).where(t.library.c.path == str(stage.music)))
    reader = stage.application.database.reader
    return await compare(reader, library, list(Walk(stage.music)), Narrowing(), full=False)


async def test_nothing_known_is_read_where_nothing_has_changed(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/1.mp3", "a/2.mp3", "b/3.mp3"):
        song(empty_stage, name, title=name)
    (empty_stage.music / "b" / "broken.mp3").write_bytes(b"no sound")
    await scan(empty_stage)
    compared = 0

    async def counted(*given: object, **named: object) -> Comparison:
        nonlocal compared
        compared += 1
        return await compare(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(last_look, "compare", counted)
    report = await scan(empty_stage)
    assert (report.files, report.added, report.changed, compared) == (4, 0, 0, 0)
    later(empty_stage.music / "a" / "1.mp3")
    assert ((await scan(empty_stage)).changed, compared) == (1, 1)
    assert ((await scan(empty_stage)).changed, compared) == (0, 1)
    assert ((await scan(empty_stage, full=True)).changed, compared) == (3, 2)


async def test_a_change_that_was_undone_while_its_scan_died_is_seen(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = song(empty_stage, "1.mp3", title="Before")
    spare = empty_stage.music.parent / "spare.mp3"
    shutil.copy2(kept, spare)
    await scan(empty_stage)
    assert all(await looks(empty_stage))
    song(empty_stage, "1.mp3", title="After")
    later(kept)

    async def dies(*_: object) -> None:
        raise OSError("pulled the plug")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="plug"):
        patched.setattr(scan_run.Scan, "_finish", dies)
        await scan(empty_stage)
    assert list(await songs(empty_stage)) == ["After"]
    assert not any(await looks(empty_stage))
    shutil.copy2(spare, kept)
    assert (await scan(empty_stage)).changed == 1
    assert list(await songs(empty_stage)) == ["Before"]


async def test_what_only_a_narrow_scan_saw_is_not_taken_for_the_whole(empty_stage: Stage) -> None:
    kept = song(empty_stage, "a/1.mp3", title="One")
    song(empty_stage, "b/2.mp3", title="Two")
    spare = empty_stage.music.parent / "spare.mp3"
    shutil.copy2(kept, spare)
    await scan(empty_stage)
    kept.unlink()
    assert (await scan_places(empty_stage, ("a", False))).missing == 1
    shutil.copy2(spare, kept)
    assert (await scan(empty_stage)).returned == 1
    assert sorted(await songs(empty_stage)) == ["One", "Two"]


@pytest.mark.parametrize("seed", range(4))
async def test_no_look_hides_a_difference(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    outside = empty_stage.music.parent / "outside"
    outside.mkdir()
    song(empty_stage, "stays.mp3", title="Stays")
    await scan(empty_stage)
    finish = scan_run.Scan._finish

    async def dies(*_: object) -> None:
        raise OSError("pulled the plug")

    for number in range(14):
        for _ in range(chance.randint(0, 2)):
            _change(empty_stage, outside, chance, f"{seed}-{number}")
        if dying := chance.random() < 0.25:
            monkeypatch.setattr(scan_run.Scan, "_finish", dies)
        try:
            await scan(empty_stage, full=chance.random() < 0.1, accept_missing=True)
        except OSError as error:
            assert dying, error
            continue
        finally:
            monkeypatch.setattr(scan_run.Scan, "_finish", finish)
        assert (await differences(empty_stage)).is_empty
        assert all(await looks(empty_stage))


def _change(stage: Stage, outside: Path, chance: random.Random, name: str) -> None:
    """Something that happens in music folders; what is taken out may come back as it was."""
    inside = sorted(path for path in stage.music.rglob("*.mp3"))
    away = sorted(outside.iterdir())
    folder = chance.choice(("", "a/", "b/"))
    match chance.randrange(7):
        case 0 | 1:
            song(stage, f"{folder}{name}-{chance.randrange(9)}.mp3", title=name)
        case 2 if inside:
            later(chance.choice(inside), chance.randint(-20, 20))
        case 3 if inside:
            taken = chance.choice(inside)
            os.replace(taken, outside / taken.name)
        case 4 if away:
            (stage.music / folder).mkdir(exist_ok=True)
            back = chance.choice(away)
            os.replace(back, stage.music / folder / back.name)
        case 5:
            (stage.music / folder).mkdir(exist_ok=True)
            (stage.music / folder / "cover.jpg").write_bytes(cover_picture(chance.choice(("red", "blue"))))
        case 6:
            (stage.music / folder).mkdir(exist_ok=True)
            (stage.music / folder / f"broken-{chance.randrange(3)}.mp3").write_bytes(chance.randbytes(40))
