"""Listening histories of many people, brought along from the shell."""

import json
from pathlib import Path
from typing import Any

import pytest

from antiphon.cli.activity import import_activity
from antiphon.kernel.errors import Kind
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.accounts.conftest import refusal
from tests.stage import Stage
from tests.stage import stage as stage


def line(user: str, title: str, at: float, artist: str = "Aurora", **rest: Any) -> str:
    return json.dumps({"user": user, "artist": artist, "title": title, "at": at, **rest})


async def test_the_same_line_counts_once(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anna = await stage.person("anna")
    file = tmp_path / "activity.jsonl"
    lines = [
        line("anna", "Dawn", 1_500_000_000, album="First Light", completion=0.5),
        line("anna", "Dawn", 1_500_000_000, album="First Light", completion=0.5),
        line("anna", "Dusk", 1_500_000_500, action="skip", completion=0.1),
        line("anna", "Dusk", 1_500_000_500, action="skip", completion=0.1),
        line("anna", "Nowhere", 1_500_001_000),
        line("berta", "Dawn", 1_500_001_000),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    areas = stage.areas

    async def bring(*, create_users: bool = False) -> tuple[int, str]:
        code = await import_activity(areas.accounts, areas.playback.histories, file, create_users=create_users)
        return code, capsys.readouterr().out.strip().splitlines()[-1]

    code, said = await bring()
    assert code == 0 and said.endswith("4 matched (2 new), 2 unmatched, 1 people.")
    (play,) = (await areas.playback.plays(anna, Page())).rows
    assert (play.song.title, play.played_at, play.completion) == ("Dawn", 1_500_000_000.0, 0.5)
    assert play.client == "import:activity"
    await refusal(areas.accounts.people.by_username(SYSTEM, "berta"), Kind.NOT_FOUND)
    code, said = await bring(create_users=True)
    assert said.endswith("5 matched (1 new), 1 unmatched, 2 people (1 new).")
    berta = await areas.accounts.people.by_username(SYSTEM, "berta")
    assert berta.roles == ("user",) or list(berta.roles) == ["user"]
    assert (await bring(create_users=True))[1].endswith("5 matched (0 new), 1 unmatched, 2 people.")


async def test_a_line_that_says_nothing_is_told(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.person("anna")
    file = tmp_path / "activity.jsonl"
    bad = ["no json", line("anna", "Dawn", 1.0, action="danced"), line("anna", "Dawn", 1.0, completion=2)]
    file.write_text("\n".join([*bad, line("anna", "Dawn", 1_500_000_000)]), encoding="utf-8")
    areas = stage.areas
    assert await import_activity(areas.accounts, areas.playback.histories, file, create_users=False) == 1
    told = capsys.readouterr()
    assert "1 matched (1 new), 0 unmatched, 1 people." in told.out
    assert "3 lines could not be read." in told.err
