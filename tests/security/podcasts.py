"""A podcast with one episode for the calls of the test: each gets its own."""

import itertools

from sqlalchemy import insert

from antiphon.areas.broadcasts.internal.tables import podcast_channel, podcast_episode
from tests.api.house import House

_numbers = itertools.count(1)


async def made_podcast(house: House, thing: str) -> int:
    """The id of a new `podcast`, or of the `podcast_episode` of a new one; its audio is there."""
    number = next(_numbers)
    file = house.application.settings.data / "podcasts" / f"{number}.audio"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"some audio")
    channel = {"url": f"https://feeds.example.org/of-{number}", "status": "completed", "created_at": 1.0}
    episode = {
        "guid": "1",
        "title": "Episode",
        "audio_url": "https://feeds.example.org/1.mp3",
        "content_type": "audio/mpeg",
        "published_at": 1.0,
        "status": "completed",
        "file_name": file.name,
        "created_at": 1.0,
    }
    async with house.application.database.transaction() as transaction:
        made = (await transaction.execute(insert(podcast_channel).values(**channel))).inserted_primary_key
        assert made is not None
        if thing == "podcast_episode":
            values = {"channel_id": made[0], **episode}
            made = (await transaction.execute(insert(podcast_episode).values(**values))).inserted_primary_key
            assert made is not None
    return int(made[0])
