"""A whole list that somebody sends who sees a part of the playlist: what they do not see stays where it belongs."""

from collections import Counter
from collections.abc import Collection, Sequence

from antiphon.areas.playlists.data import Track
from antiphon.areas.playlists.internal.editing import Editor, Entry


async def replace(editor: Editor, tracks: Sequence[Track], shown: Collection[int]) -> None:
    """Make the items of which the ids are in `shown` consist of these tracks. The others stay, each behind the shown
    one that it followed: behind the one before where that goes, at the beginning where none is left.

    What stays at the beginning and at the end keeps its items: an app that sends the whole list for one edit makes one
    edit.
    """
    entries = await editor.entries()
    seen = _seen(entries, tracks, shown)
    old = [entries[position].track for position in seen]
    shorter = min(len(old), len(tracks))
    head = next((index for index in range(shorter) if old[index] != tracks[index]), shorter)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != tracks[-1 - index]), shorter - head)
    start, end = ([*seen, len(entries)][index] for index in (head, len(seen) - tail))
    new = tracks[head : len(tracks) - tail]
    gone = {entries[position].item_id for position in seen[head : len(seen) - tail]}
    before, behind = _hidden(entries[start:end], gone, new)
    start += len(before)
    await editor.remove(gone)
    added = await editor.add(new, start)
    if behind:
        followers = [item_id for index, one in enumerate(added) for item_id in (one, *behind.get(index, ()))]
        await editor.arrange(start, followers)


def _seen(entries: Sequence[Entry], tracks: Sequence[Track], shown: Collection[int]) -> list[int]:
    """The positions of what is shown, and of what is named all the same: an app may have kept the list from when it
    was."""
    named = Counter(tracks)
    found: list[int] = []
    for position, entry in enumerate(entries):
        if entry.item_id not in shown:
            if not named[entry.track]:
                continue
            named[entry.track] -= 1
        found.append(position)
    return found


def _hidden(
    entries: Sequence[Entry], gone: Collection[int], new: Sequence[Track]
) -> tuple[list[int], dict[int, list[int]]]:
    """The items that do not go: those that stand before all that is new, and by its index those behind a new track. Of
    a track that stands there several times, the second stands for the second."""
    count = Counter[Track]()
    places: dict[tuple[Track, int], int] = {}
    for index, track in enumerate(new):
        places[track, count[track]] = index
        count[track] += 1
    count.clear()
    before: list[int] = []
    behind: dict[int, list[int]] = {}
    run = before
    for entry in entries:
        if entry.item_id not in gone:
            run.append(entry.item_id)
            continue
        index = places.get((entry.track, count[entry.track]), -1)
        count[entry.track] += 1
        if index >= 0:
            run = behind.setdefault(index, [])
    return before, {index: item_ids for index, item_ids in behind.items() if item_ids}
