"""Names for seeded music: invented, in an order that the seed decides, and never the same one twice."""

from __future__ import annotations

import random
from collections.abc import Sequence

GENRES = (
    *("Jazz", "Indie Folk", "Synthwave", "Ambient", "Bossa Nova", "Funk", "Lo-Fi", "Rock", "Downtempo", "Waltz"),
    *("Soul", "Disco", "Techno", "Blues", "Chamber Pop", "Reggae", "Country", "House", "Swing", "Drone"),
)
_VARIETIES = (
    *("Nordic", "Urban", "Desert", "Coastal", "Modern", "Vintage", "Midnight", "Garden", "Analogue", "Northern"),
    *("Tropical", "Winter", "Slow", "Bright", "Velvet", "Electric", "Acoustic", "Lunar", "Harbour", "Mountain"),
)
_FIRST = (
    *("Amber", "Bramble", "Cobalt", "Dapper", "Ember", "Feather", "Gentle", "Hollow", "Indigo", "Juniper"),
    *("Kindred", "Lantern", "Maple", "Nimble", "Opal", "Paper", "Quiet", "Russet", "Saffron", "Tidal"),
    *("Umber", "Violet", "Willow", "Yonder", "Zephyr", "Copper", "Hazel", "Linen", "Marble", "Pebble"),
)
_SECOND = (
    *("Almanac", "Birds", "Carousel", "Dialect", "Engines", "Foxes", "Gardens", "Harbour", "Islands", "Jackdaws"),
    *("Kites", "Letters", "Meridian", "Notebooks", "Orchard", "Parade", "Quarry", "Rivers", "Sparrows", "Telegraph"),
    *("Umbrellas", "Valley", "Weather", "Yachts", "Atlas", "Bakery", "Compass", "Fountain", "Mirrors", "Post"),
)
_OPENINGS = (
    *("After", "Before", "Beyond", "Counting", "Drawing", "Finding", "Following", "Growing", "Keeping", "Leaving"),
    *("Lending", "Mending", "Missing", "Naming", "Near", "Painting", "Passing", "Reading", "Saving", "Selling"),
    *("Sending", "Under", "Waking", "Watching", "Without", "Borrowing", "Folding", "Hiding", "Learning", "Turning"),
)
_THINGS = (
    *("the Rain", "a Lighthouse", "the Clocks", "Small Hours", "the Ferry", "Old Maps", "the Orchard", "Paper Boats"),
    *("a Lullaby", "the Stairs", "Summer Light", "the Station", "a Window", "Blue Doors", "the Moon", "Salt Roads"),
    *("the Echo", "New Snow", "a Postcard", "the Garden", "Low Tide", "the Choir", "a Compass", "Morning Bread"),
    *("the Wind", "Green Glass", "a Whistle", "the Attic", "Loose Change", "the Season"),
)
_WHERE = ("", "in March", "at Noon", "by the Sea", "on Sunday", "in Colour", "for Two", "at Home", "again", "in Green")


class Names:
    """The names of one kind, by number. The same seed gives the same names."""

    def __init__(self, kind: str, seed: int, *parts: Sequence[str], first: Sequence[str] = ()) -> None:
        self._first = first
        self._parts = parts
        self._count = 1
        for part in parts:
            self._count *= len(part)
        self._order = random.Random(f"{kind} {seed}").sample(range(self._count), self._count)

    def __getitem__(self, number: int) -> str:
        if number < len(self._first):
            return self._first[number]
        round_, place = divmod(number - len(self._first), self._count)
        chosen, words = self._order[place], []
        for part in reversed(self._parts):
            chosen, index = divmod(chosen, len(part))
            words.append(part[index])
        name = " ".join(word for word in reversed(words) if word)
        return f"{name} {round_ + 1}" if round_ else name


def genre_names(seed: int) -> Names:
    """Genres: those that everybody knows first."""
    return Names("genre", seed, _VARIETIES, GENRES, first=GENRES)


def artist_names(seed: int) -> Names:
    """Bands and singers."""
    return Names("artist", seed, _FIRST, _SECOND)


def album_titles(seed: int) -> Names:
    """Titles of albums."""
    return Names("album", seed, _OPENINGS, _THINGS)


def song_titles(seed: int) -> Names:
    """Titles of songs."""
    return Names("song", seed, _OPENINGS, _THINGS, _WHERE)
