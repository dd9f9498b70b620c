"""Answers about what sounds alike."""

from antiphon.api.opensubsonic.answers import Information
from antiphon.api.opensubsonic.values import Artist, Song, Value


class SonicMatch(Value):
    """A song, and how much it sounds like the one that was asked about: from 0 to 1."""

    entry: Song
    similarity: float


class ArtistInformation(Information):
    """What is known about an artist beside the music, and who sounds alike."""

    ELEMENTS = True
    similar_artist: tuple[Artist, ...] = ()
