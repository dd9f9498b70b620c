"""Names of made-up people, albums and songs, as a collection of music has them: some artists have much, most little."""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

ALBUM_SONGS = (6, 8, 10, 11, 12, 12, 13, 14, 16, 23)  # 12.5 on average
GENRES = (
    "Rock", "Pop", "Jazz", "Electronic", "Classical", "Hip-Hop", "Folk", "Metal", "Ambient", "Soul", "Blues",
    "Reggae", "House", "Techno", "Punk", "Indie Rock", "Country", "Latin", "Soundtrack", "Funk", "Drum & Bass",
    "Singer-Songwriter", "Post-Rock", "Trip-Hop", "Bossa Nova", "Chanson", "Afrobeat", "Synthpop", "Gospel", "Disco",
)  # fmt: skip
_CONSONANTS = "bcdfghjklmnprstvwz"
_VOWELS = "aeiou"
_ACCENTED = {"a": "á", "e": "é", "o": "ö", "u": "ü", "n": "ñ", "c": "ç"}
_SMALL = ("the", "of", "in", "and", "to", "my", "a", "for", "with", "on")


@dataclass
class MadeSong:
    """A song of a made-up album."""

    title: str
    track: int
    disc: int
    artists: list[int]
    genres: list[str]
    composer: int | None


@dataclass
class MadeAlbum:
    """An album. Artists are numbers below `Collection.artist_count`."""

    number: int
    title: str
    artists: list[int]
    compilation: bool
    year: int
    songs: list[MadeSong] = field(default_factory=list)


class Collection:
    """Albums with `songs` songs in all, the same for the same seed."""

    def __init__(self, songs: int, seed: int = 7) -> None:
        self.songs = songs
        self.seed = seed
        chance = random.Random(f"words {seed}")
        self.artist_count = max(3, round(songs / 31))
        self._words = [*_SMALL, *dict.fromkeys(_word(chance) for _ in range(20_000))]
        # Word and artist number n turn up about 1/n as often as the first: so do real ones.
        self._word_shares = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))
        self._artist_shares = list(accumulate(1 / (rank + 20) ** 0.8 for rank in range(self.artist_count)))
        names = random.Random(f"artists {seed}")
        self.artists = list(_distinct(self.artist_count, lambda: self._artist_name(names)))

    def albums(self) -> Iterator[MadeAlbum]:
        """The albums, the last one cut so that the number of songs fits."""
        left, number = self.songs, 0
        while left > 0:
            album = self._album(number)
            del album.songs[left:]
            yield album
            left -= len(album.songs)
            number += 1

    def common_words(self, wanted: int) -> list[str]:
        """Words that titles have, the common ones more often than the rare."""
        chance = random.Random(f"searches {self.seed}")
        return [self._some_word(chance) for _ in range(wanted)]

    def _album(self, number: int) -> MadeAlbum:
        chance = random.Random(f"album {number} {self.seed}")
        compilation = chance.random() < 0.05
        by = [self._artist(chance)]
        if chance.random() < 0.05:
            by.append(self._artist(chance))
        album = MadeAlbum(
            number, self._title(chance), [] if compilation else by, compilation, chance.randint(1960, 2025)
        )
        genres = chance.sample(GENRES, chance.choice((1, 1, 1, 2, 2, 3)))
        count = chance.choice(ALBUM_SONGS)
        for index in range(count):
            artists = [self._artist(chance)] if compilation else list(by)
            if chance.random() < 0.1:
                artists.append(self._artist(chance))
            disc, track = divmod(index, 16)
            album.songs.append(
                MadeSong(
                    title=self._title(chance),
                    track=track + 1,
                    disc=disc + 1,
                    artists=list(dict.fromkeys(artists)),
                    genres=genres if chance.random() < 0.9 else genres[:1],
                    composer=self._artist(chance) if chance.random() < 0.2 else None,
                )
            )
        return album

    def _artist(self, chance: random.Random) -> int:
        return bisect(self._artist_shares, chance.random() * self._artist_shares[-1])

    def _some_word(self, chance: random.Random) -> str:
        return self._words[bisect(self._word_shares, chance.random() * self._word_shares[-1])]

    def _title(self, chance: random.Random) -> str:
        words = " ".join(self._some_word(chance) for _ in range(chance.choice((1, 2, 2, 3, 3, 4, 5))))
        return words.capitalize() if chance.random() < 0.3 else words.title()

    def _artist_name(self, chance: random.Random) -> str:
        name = " ".join(chance.choice(self._words[10:]).title() for _ in range(chance.choice((1, 2, 2, 2, 3))))
        return f"The {name}" if chance.random() < 0.12 else name


def _word(chance: random.Random) -> str:
    word = "".join(
        chance.choice(_CONSONANTS) + chance.choice(_VOWELS) + (chance.choice("nrslt") if chance.random() < 0.3 else "")
        for _ in range(chance.choice((1, 2, 2, 2, 3, 3)))
    )
    if chance.random() < 0.04:
        letter = chance.choice(list(_ACCENTED))
        word = word.replace(letter, _ACCENTED[letter])
    return word


def _distinct(wanted: int, make: Callable[[], str]) -> Iterator[str]:
    seen: set[str] = set()
    while len(seen) < wanted:
        name = make()
        if name.lower() not in seen:
            seen.add(name.lower())
            yield name
