"""What the frames of ID3 mean, whichever reader found them."""

from __future__ import annotations

import re
from functools import lru_cache

from antiphon.adapters.media.tags.names import ID3_FRAMES, ID3_PEOPLE, ROLES, compact_name
from antiphon.adapters.media.tags.raw import RawTags
from antiphon.areas.library.data.lyrics import mark

_MUSICBRAINZ = ("http://musicbrainz.org", "https://musicbrainz.org")
_NUMBERED_GENRE = re.compile(r"\((\d{1,3}|RX|CR)\)")
_MILLISECONDS = 2
_SUNG = (0, 1, 2)  # other, lyrics, transcription
# Descriptions under which players keep their own figures in comments.
_FOREIGN_COMMENTS = ("itun", "songs-db", "musicmatch", "catraxx", "amg ")


def add_text_frame(raw: RawTags, frame: str, texts: list[str]) -> None:
    """Note a text frame (`TPE1`); frames that say nothing of use are left out."""
    if frame in ID3_PEOPLE:
        add_people(raw, texts)
        return
    name = ID3_FRAMES.get(frame)
    if name is None:
        return
    for text in texts:
        if name == "genre":
            for genre in split_numbered_genres(text):
                raw.add("genre", genre)
        else:
            raw.add(name, text)


def add_described_text(raw: RawTags, description: str, texts: list[str]) -> None:
    """Note a frame of the user's own (`TXXX`)."""
    raw.add_all(compact_name(description), texts)


def add_comment(raw: RawTags, description: str, text: str) -> None:
    """Note a comment; the one without a description counts before all others."""
    if not description.strip("\ufeff \x00"):
        raw.values.setdefault("comment", []).insert(0, text)
    elif not description.lower().startswith(_FOREIGN_COMMENTS):
        raw.add("comment", text)


def add_identifier(raw: RawTags, owner: str, identifier: bytes) -> None:
    """Note an identifier of a data base (`UFID`); only MusicBrainz is known."""
    if owner in _MUSICBRAINZ:
        raw.add("musicbrainztrackid", identifier.decode("ascii", "replace"))


def add_people(raw: RawTags, texts: list[str]) -> None:
    """Note pairs of a function or an instrument and a name."""
    for function, name in zip(texts[::2], texts[1::2], strict=False):
        role = ROLES.get(compact_name(function))
        if role is None:
            raw.credits.append(("performer", name, function))
        else:
            raw.credits.append((role, name, None))


def add_volume(raw: RawTags, identification: str, gain: float, peak: float) -> None:
    """Note an adjustment of the volume (`RVA2`), in dB and as a part of full scale."""
    kind = identification.lower()
    if kind not in ("track", "album"):
        return
    raw.add(f"replaygain{kind}gain", f"{gain:.2f}")
    if peak > 0:
        raw.add(f"replaygain{kind}peak", f"{peak:.6f}")


def add_synced_lyrics(raw: RawTags, unit: int, kind: int, lines: list[tuple[int, str]]) -> None:
    """Note lyrics with times (`SYLT`), when the times are milliseconds and the text is not chords or events.

    Where line breaks stand inside the texts, each text is a syllable or word, and the pieces of a line are joined, with
    their times between them.
    """
    if unit != _MILLISECONDS or kind not in _SUNG:
        return
    if not any("\n" in text for _, text in lines):
        raw.synced += lines
        return
    for time, text in lines:
        first, *others = text.split("\n")
        if raw.synced and first:
            start, words = raw.synced[-1]
            raw.synced[-1] = (start, f"{words}{mark(time)}{first}")
        elif first:
            raw.synced.append((time, first))
        raw.synced += [(time, words) for words in others]


def split_numbered_genres(text: str) -> list[str]:
    """Genres told by number: "17" is Rock, "(51)(39)" two of them, "(4)Eurodisco" the words after the number."""
    text = text.strip("\ufeff\x00 ")
    if text.isascii() and text.isdigit():
        name = _genre_name(text)
        return [name] if name else []
    if not text.startswith("("):
        return [text]
    genres = []
    position = 0
    while found := _NUMBERED_GENRE.match(text, position):
        genres.append(_genre_name(found[1]))
        position = found.end()
    refinement = text[position:].replace("((", "(", 1) if position == 0 or text[position:].startswith("((") else ""
    words = refinement or text[position:].strip()
    if words and words not in genres:
        genres = [*genres, words] if len(genres) > 1 or not genres else [words]
    return [genre for genre in genres if genre]


@lru_cache(maxsize=1)
def _genre_names() -> list[str]:
    from mutagen.id3 import TCON

    return list(TCON.GENRES)


def _genre_name(number: str) -> str:
    if number in ("RX", "CR"):
        return {"RX": "Remix", "CR": "Cover"}[number]
    names = _genre_names()
    return names[int(number)] if int(number) < len(names) else ""


def genre_by_number(number: int) -> str:
    """The genre with this number in the list of ID3v1; empty where there is none."""
    return _genre_name(str(number)) if number >= 0 else ""
