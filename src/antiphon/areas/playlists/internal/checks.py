"""What titles, descriptions, moods and tracks may be."""

import re
from collections.abc import Sequence

import msgspec

from antiphon.areas.playlists.data import Track
from antiphon.areas.playlists.internal import queries
from antiphon.areas.playlists.internal.queries import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.text import clean_line, clean_lines

MAXIMUM_TITLE = 300
MAXIMUM_DESCRIPTION = 10_000
MAXIMUM_TAGS, MAXIMUM_TAG = 20, 50
MAXIMUM_COLLABORATORS = 200
_SPOTIFY_TRACK = re.compile(r"spotify:track:[A-Za-z0-9]{22}")


def checked_title(title: str) -> str:
    """The title without blanks around it and characters that nobody sees. Raises INVALID."""
    trimmed = clean_line(title)
    if not trimmed or len(trimmed) > MAXIMUM_TITLE:
        raise invalid(title=f"A title is needed, of at most {MAXIMUM_TITLE} characters.")
    return trimmed


def checked_description(description: str) -> str:
    """The description without blanks around it and characters that nobody sees. Raises INVALID."""
    trimmed = clean_lines(description)
    if len(trimmed) > MAXIMUM_DESCRIPTION:
        raise invalid(description=f"A description has at most {MAXIMUM_DESCRIPTION} characters.")
    return trimmed


def checked_tags(tags: Sequence[str]) -> list[str]:
    """Mood tags, each once. Raises INVALID."""
    trimmed = list(dict.fromkeys(clean_line(tag) for tag in tags))
    if len(trimmed) > MAXIMUM_TAGS or any(not 0 < len(tag) <= MAXIMUM_TAG for tag in trimmed):
        raise invalid(mood_tags=f"At most {MAXIMUM_TAGS} tags of 1 to {MAXIMUM_TAG} characters.")
    return trimmed


async def check_tracks(transaction: Transaction, principal: Principal, tracks: Sequence[Track]) -> None:
    """Raise NOT_FOUND where the caller may not hear a song, INVALID for a name that names no track."""
    for track in tracks:
        if isinstance(track, str) and not _SPOTIFY_TRACK.fullmatch(track):
            raise invalid(tracks="A track is a song's id or spotify:track: with 22 letters and digits.")
    song_ids = {track for track in tracks if isinstance(track, int)}
    if not song_ids:
        return
    listed = msgspec.json.encode(sorted(song_ids)).decode()
    found = await transaction.fetch(queries.ACCESSIBLE_SONGS, ids=listed, **viewing(principal))
    if len(found) != len(song_ids):
        raise not_found("song")


async def check_people(transaction: Transaction, user_ids: Sequence[int], owner_id: int) -> list[int]:
    """Collaborators, each once, without the owner. Raises INVALID for somebody who does not exist."""
    wanted = sorted(set(user_ids) - {owner_id})
    if not wanted:
        return []
    if len(wanted) > MAXIMUM_COLLABORATORS:
        raise invalid(collaborators=f"At most {MAXIMUM_COLLABORATORS} people can share a playlist.")
    found = await transaction.fetch(queries.PEOPLE, ids=msgspec.json.encode(wanted).decode())
    if len(found) != len(wanted):
        raise invalid(collaborators="Somebody named here has no account.")
    return wanted
