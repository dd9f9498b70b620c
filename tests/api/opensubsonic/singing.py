"""Songs whose words have times."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, insert

from antiphon.areas.library.data import LyricsLayer, Singer, Singing, SungWord, SyncedLine
from antiphon.areas.library.data.lyrics import as_kept, singing_as_kept
from antiphon.kernel.db import metadata
from tests.stage import Stage

NOBODY_NAMED = Singing()
SUNG = (
    SyncedLine(500, "Größe <&> klein", (SungWord(520, "Grö"), SungWord(700, "ße "), SungWord(900, "<&> klein", 1400))),
    SyncedLine(1500, "a line in time"),
    SyncedLine(3000, "夜の bell", (SungWord(3000, "夜"), SungWord(3100, "の "), SungWord(3250, "bell"))),
)


DUET = Singing(
    (Singer("v1", "main", "Ines"), Singer("v2", "voice"), Singer("background", "bg")),
    (
        LyricsLayer("translation", "en", (SyncedLine(500, "Large & small"), SyncedLine(3000, "Bell of the night"))),
        LyricsLayer(
            "pronunciation",
            "",
            (SyncedLine(3000, "yoru no", (SungWord(3000, "yoru ", 3100), SungWord(3250, "no", 3500))),),
        ),
    ),
)


async def sing(stage: Stage, number: str, lines: Sequence[SyncedLine] = SUNG, singing: Singing = NOBODY_NAMED) -> None:
    """Let the song with this id have these lines."""
    lyrics = metadata.tables["song_lyrics"]
    row = {
        "song_id": int(number[3:]),
        "plain": "\n".join(line.text for line in lines),
        "synced": msgspec.json.encode(as_kept(lines)).decode(),
        "language": "deu",
        "singing": singing_as_kept(singing),
    }
    async with stage.application.database.transaction() as transaction:
        await transaction.execute(delete(lyrics).where(lyrics.c.song_id == row["song_id"]))
        await transaction.execute(insert(lyrics).values(**row))
