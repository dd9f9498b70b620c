"""Ids on the wire: opaque texts that say what they name (`so-7`, `al-3`), so that any call can be given any of them."""

from typing import Literal, NamedTuple

from antiphon.kernel.ids import parse_id

Kind = Literal["song", "album", "artist", "playlist"]

_KINDS: dict[str, Kind] = {"so": "song", "al": "album", "ar": "artist", "pl": "playlist"}


class Named(NamedTuple):
    """What an id names."""

    kind: Kind
    id: int


def read_id(text: str, bare: Kind | None = None) -> Named | None:
    """What `text` names, or None. A number alone is of the kind `bare`, where only one can be meant."""
    prefix, dash, number = text.partition("-")
    if not dash:
        plain = parse_id(text) if bare else None
        return Named(bare, plain) if bare and plain else None
    kind = _KINDS.get(prefix)
    found = parse_id(number)
    return Named(kind, found) if kind and found else None


def read_number(text: str, kind: Kind) -> int | None:
    """The number of the thing of this kind that `text` names, or None. It may be the number alone."""
    prefix, dash, number = text.partition("-")
    if not dash:
        return parse_id(text)
    return parse_id(number) if _KINDS.get(prefix) == kind else None


class NamedCover(NamedTuple):
    """What a cover belongs to, and which picture of it is meant, where the id says that."""

    kind: Kind
    id: int
    picture: int | None


def read_cover_id(text: str) -> NamedCover | None:
    """What the cover with this id belongs to: a `coverArt` as it was given out, or any other id of the thing. Some apps
    put a `pl-` of their own before a playlist's id. Songs without an album show their artist's."""
    name, _, picture = text.partition("_")
    artist = read_loose_id(name)
    if artist is not None:
        return NamedCover("artist", artist, None)
    named = read_id(name.removeprefix("pl-") if name.startswith("pl-pl-") else name)
    return named and NamedCover(named.kind, named.id, parse_id(picture))


def song_id(number: int) -> str:
    """A song's id."""
    return f"so-{number}"


def album_id(number: int) -> str:
    """An album's id."""
    return f"al-{number}"


def artist_id(number: int) -> str:
    """An artist's id."""
    return f"ar-{number}"


def playlist_id(number: int) -> str:
    """A playlist's id."""
    return f"pl-{number}"


_LOOSE = "lo-"


def read_loose_id(text: str) -> int | None:
    """The artist whose songs without an album `text` names, or None. No album has such an id, so no call that changes
    one takes it by mistake."""
    return parse_id(text.removeprefix(_LOOSE)) if text.startswith(_LOOSE) else None


def loose_id(artist_number: int | str) -> str:
    """The id of what stands for an album where songs of an artist have none."""
    return f"{_LOOSE}{artist_number}"


PodcastKind = Literal["podcast", "episode"]

_PODCAST_KINDS: dict[str, PodcastKind] = {"pc": "podcast", "pe": "episode"}


class NamedPodcast(NamedTuple):
    """What an id of podcasts names: no music, so no call for music takes it by mistake."""

    kind: PodcastKind
    id: int


def read_podcast_id(text: str) -> NamedPodcast | None:
    """What `text` names among podcasts, or None; what follows a `_` says which picture."""
    prefix, _, number = text.partition("_")[0].partition("-")
    kind, found = _PODCAST_KINDS.get(prefix), parse_id(number)
    return NamedPodcast(kind, found) if kind and found else None


def podcast_id(number: int) -> str:
    """A podcast channel's id."""
    return f"pc-{number}"


def episode_id(number: int) -> str:
    """A podcast episode's id."""
    return f"pe-{number}"
