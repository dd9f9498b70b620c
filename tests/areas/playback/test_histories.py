"""Histories from elsewhere are matched with the songs here, and count once."""

import json

import pytest

from antiphon.areas.playback.data import Play
from antiphon.areas.playback.data.histories import HistoryEntry, HistoryReport
from antiphon.areas.playback.internal.history_formats import entries_in
from antiphon.kernel.errors import Kind
from antiphon.kernel.jobs import Job
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from tests.areas.accounts.conftest import refusal
from tests.areas.playback.test_scrobbling import Listening
from tests.areas.playback.test_scrobbling import listening as listening
from tests.services.lastfm_stand_in import LastFmStandIn
from tests.services.listenbrainz_stand_in import TOKEN, ListenBrainzStandIn
from tests.services.mail import do_what_waits
from tests.stage import Stage


def listen(artist: str, title: str, at: int, album: str = "") -> bytes:
    told = {"artist_name": artist, "track_name": title, "release_name": album}
    return json.dumps({"listened_at": at, "track_metadata": told}).encode() + b"\n"


async def ended(stage: Stage, principal: Principal, job: Job) -> HistoryReport:
    await do_what_waits(stage.application)
    found = await stage.areas.jobs.get(principal, job.id)
    assert found.state == "completed", found.error
    return HistoryReport(**found.decoded_result())


async def test_an_export_of_listenbrainz_counts_once(stage: Stage) -> None:
    anna = await stage.person("anna")
    dawn = (await stage.songs(anna))["Dawn"]
    playback = stage.areas.playback
    await playback.record_plays(anna, [Play(dawn.id, 1_500_000_000.4)])
    content = b"".join(
        [
            listen("AURORA", "dawn", 1_500_000_000),
            listen("Aurora", "Dawn ", 1_500_001_000, "First Light"),
            listen("Aurora", "Uberfluss", 1_500_002_000),
            listen("Борис", "Überfluß", 1_500_003_000),
            listen("Nobody", "Nothing", 1_500_004_000),
            b"no json\n",
            b'{"listened_at": null}\n',
        ]
    )
    report = await ended(stage, anna, await playback.histories.request(anna, "listenbrainz", content))
    assert report == HistoryReport(matched=4, unmatched=1, added=3)
    again = await ended(stage, anna, await playback.histories.request(anna, "listenbrainz", content * 2))
    assert again == HistoryReport(matched=8, unmatched=2, added=0)
    plays = (await playback.plays(anna, Page())).rows
    assert sorted((row.song.title, int(row.played_at), row.client) for row in plays) == [
        ("Dawn", 1_500_000_000, ""),
        ("Dawn", 1_500_001_000, "import:listenbrainz"),
        ("Überfluß", 1_500_002_000, "import:listenbrainz"),
        ("Überfluß", 1_500_003_000, "import:listenbrainz"),
    ]
    await refusal(playback.histories.request(anna, "listenbrainz", b"[]"), Kind.INVALID)


@pytest.mark.parametrize(
    "content",
    [
        b"Aurora,First Light,Dawn,28 Jan 2020 12:00\nAurora,First Light,Dusk,\n",
        b"uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
        b'"1580212800","28 Jan 2020, 12:00","Aurora","","First Light","","Dawn",""\n',
        json.dumps(
            [
                {
                    "track": [
                        {
                            "artist": {"#text": "Aurora"},
                            "name": "Dawn",
                            "album": {"#text": "First Light"},
                            "date": {"uts": "1580212800", "#text": "28 Jan 2020, 12:00"},
                        },
                        {"artist": {"#text": "Aurora"}, "name": "Dusk", "@attr": {"nowplaying": "true"}},
                    ]
                }
            ]
        ).encode(),
    ],
)
def test_exports_of_last_fm(content: bytes) -> None:
    assert list(entries_in("lastfm", content)) == [HistoryEntry("Aurora", "Dawn", 1_580_212_800.0, "First Light")]


async def test_what_is_brought_along_is_told_nowhere(listening: Listening, listenbrainz: ListenBrainzStandIn) -> None:
    await listening.scrobbling.connect(listening.anna, "listenbrainz", TOKEN)
    entries = [HistoryEntry("Aurora", "Dawn", 1_500_000_000.0, completion=0.5)]
    report = await listening.areas.playback.histories.add(listening.anna, "lastfm", entries)
    assert report == HistoryReport(1, 0, 1)
    await listening.work()
    assert listenbrainz.listens == {}
    (play,) = (await listening.areas.playback.plays(listening.anna, Page())).rows
    assert (play.completion, play.client) == (0.5, "import:lastfm")


async def test_loves_come_over_and_are_not_sent_back(listening: Listening, lastfm: LastFmStandIn) -> None:
    await listening.connect_lastfm(lastfm)
    anna, histories = listening.anna, listening.areas.playback.histories
    await listening.work()
    lastfm.loved = [{"name": title, "artist": {"name": "Aurora"}} for title in ("Dawn", "Nowhere", "Dusk")]
    report = await ended(listening, anna, await histories.request_loves(anna, "lastfm"))
    assert report == HistoryReport(matched=2, unmatched=1, added=2)
    songs = await listening.songs(anna)
    assert {title for title, song in songs.items() if song.starred_at is not None} == {"Dawn", "Dusk"}
    await listening.work()
    assert lastfm.loves == []
    assert await ended(listening, anna, await histories.request_loves(anna, "lastfm")) == HistoryReport(2, 1, 0)
    await refusal(histories.request_loves(anna, "listenbrainz"), Kind.NOT_FOUND)
