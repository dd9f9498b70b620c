"""Answers that hold the words of songs."""

from antiphon.api.opensubsonic.values import Value


class Lyrics(Value, kw_only=True):
    """A song's words as one text."""

    artist: str | None = None
    title: str | None = None
    value: str


class Line(Value, kw_only=True):
    """One line; `start` in milliseconds where it is known."""

    start: int | None = None
    value: str


class Cue(Value, kw_only=True):
    """A word or syllable; times in milliseconds, bytes counted in its line's UTF-8 from 0 to the last one included."""

    start: int
    end: int | None = None
    byte_start: int
    byte_end: int
    value: str


class CueLine(Value, kw_only=True):
    """The words of the line at `index`, whose text is `value`."""

    TEXT = ""
    index: int
    start: int
    end: int | None = None
    value: str
    agent_id: str | None = None
    cue: tuple[Cue, ...]


class Agent(Value):
    """Who sings; `role` is main, voice, bg or group."""

    id: str
    role: str
    name: str | None = None


class StructuredLyrics(Value):
    """A song's words, line by line; `kind`, who sings and the lines' single words only where they are asked
    for."""

    lang: str
    synced: bool
    display_artist: str
    display_title: str
    line: tuple[Line, ...]
    kind: str | None = None
    agents: tuple[Agent, ...] = ()
    cue_line: tuple[CueLine, ...] = ()


class LyricsList(Value):
    """All there is of a song's words."""

    structured_lyrics: tuple[StructuredLyrics, ...]
