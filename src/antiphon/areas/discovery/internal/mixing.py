"""Putting lists together so that they are good to listen to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from antiphon.areas.discovery.data import Near, SimilarSong
from antiphon.areas.library.data import SongRow

ARTIST_SHARE = 0.15
LEAST_OF_ARTIST = 2
LEAST_SIMILARITY = 0.55
"""Below this two songs have no more in common than any two: nobody is told that they sound alike."""


def similarity(nearness: float) -> float:
    """Nearness as people are told it: from 0 to 1."""
    return round(min(max((nearness + 1.0) / 2.0, 0.0), 1.0), 4)


def with_songs(near: Iterable[Near], songs: Iterable[SongRow]) -> list[SimilarSong]:
    """Those of the found songs that the caller may see, in the order they were found in."""
    by_id = {song.id: song for song in songs}
    return [SimilarSong(by_id[one.song_id], similarity(one.nearness)) for one in near if one.song_id in by_id]


def mixed(found: Sequence[SimilarSong], limit: int) -> list[SimilarSong]:
    """At most `limit` of them, no artist with more than a few: the nearest songs are often those of one album. Where
    that leaves too little, the others follow."""
    most = max(LEAST_OF_ARTIST, ceil(limit * ARTIST_SHARE))
    of_artist: Counter[str] = Counter()
    chosen: list[SimilarSong] = []
    others: list[SimilarSong] = []
    for one in found:
        if one.similarity < LEAST_SIMILARITY:
            continue
        of_artist[one.song.artist] += 1
        (chosen if of_artist[one.song.artist] <= most else others).append(one)
    return (chosen + others)[:limit]


def without_doubles(found: Iterable[SimilarSong], named: Iterable[SongRow]) -> list[SimilarSong]:
    """One of each title by the same artist, and none of those in `named`: a song is no discovery on a best-of."""
    known = {_name(song) for song in named}
    kept = []
    for one in found:
        name = _name(one.song)
        if name not in known:
            known.add(name)
            kept.append(one)
    return kept


def _name(song: SongRow) -> tuple[str, str]:
    return song.artist.casefold(), song.title.casefold()
