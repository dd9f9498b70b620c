"""The single words of synced lyrics with their times and their places in the line."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from antiphon.api.opensubsonic.lyrics_answers import Agent, Cue, CueLine
from antiphon.areas.library.data import Singer, SungWord, SyncedLine


def cue_lines(lines: Sequence[SyncedLine], singers: Sequence[Singer] = ()) -> tuple[CueLine, ...]:
    """The lines of which the words' times are known, each with its place among all lines. Where it is known who sings,
    all lines, with one cue for the whole of those whose words have no times."""
    following = [line.start for line in lines[1:]]
    leading = next((one.id for one in singers if one.role == "main"), None)
    return tuple(
        _cue_line(
            index, line if line.words else _whole(line), next_start, (line.singer or leading) if leading else None
        )
        for index, (line, next_start) in enumerate(zip(lines, [*following, None], strict=True))
        if line.words or (leading and line.text)
    )


def agents(lines: Sequence[SyncedLine], singers: Sequence[Singer]) -> tuple[Agent, ...]:
    """Who sings, as apps know it; nobody where there is no line to attribute."""
    if not any(line.text for line in lines):
        return ()
    return tuple(Agent(one.id, one.role, one.name or None) for one in singers)


def _whole(line: SyncedLine) -> SyncedLine:
    return line._replace(words=(SungWord(line.start, line.text),))


def _cue_line(index: int, line: SyncedLine, next_start: int | None, singer: str | None) -> CueLine:
    sizes = [len(word.text.encode()) for word in line.words]
    places = pairwise(accumulate(sizes, initial=0))
    ends = _ends(line, next_start)
    return CueLine(
        index=index,
        start=line.words[0].start,
        end=ends[-1],
        value=line.text,
        agent_id=singer,
        cue=tuple(
            Cue(start=word.start, end=end, byte_start=first, byte_end=past - 1, value=word.text)
            for word, end, (first, past) in zip(line.words, ends, places, strict=True)
        ),
    )


def _ends(line: SyncedLine, next_start: int | None) -> list[int | None]:
    """When each word ends: clients are told it of all words of a line or of none, so that the next word, or the next
    line, ends those of which it is not known."""
    nothing: list[int | None] = [None] * len(line.words)
    if all(word.end is None for word in line.words):
        return nothing
    last = line.words[-1]
    if last.end is None and (next_start is None or next_start < last.start):
        return nothing
    followers = [*(word.start for word in line.words[1:]), next_start]
    return [
        word.end if word.end is not None else follower for word, follower in zip(line.words, followers, strict=True)
    ]
