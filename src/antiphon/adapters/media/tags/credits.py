"""Who made the music: names, roles, sort names and MusicBrainz ids, brought together."""

from __future__ import annotations

from functools import lru_cache

from antiphon.adapters.media.tags.fields import Fields, listed, set_apart
from antiphon.adapters.media.tags.names import ROLES
from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.text import LINE_LIMIT, clean_line
from antiphon.adapters.media.tags.values import VALUES_LIMIT, split_guests, split_list, unique
from antiphon.areas.library.data.tags import Credit

_CREDIT_ROLE = {"artist": "artist", "albumartist": "album_artist"}


def main_credits(fields: Fields, single: str, several: str) -> tuple[tuple[Credit, ...], str | None]:
    """The artists (or album artists) in order, and the text that names them all.

    The tag made for several names beats the one that is made for showing; otherwise the shown text is split at the
    separators of its format and at "feat.".
    """
    told = fields.told(single, several, f"{single}sort", f"musicbrainz{single}id")
    return _main_credits(_CREDIT_ROLE[single], fields.slash, *told)


# The songs of an album come one after the other and name mostly the same.
@lru_cache(maxsize=4)
def _main_credits(
    role: str, slash: bool, single: tuple[str, ...], several: tuple[str, ...], *others: tuple[str, ...]
) -> tuple[tuple[Credit, ...], str | None]:
    """The same from the values of the tags, `others` being the sort names and the identifiers."""
    shown = set_apart(single)
    names = listed(several, slash) or _split_shown(shown, slash)
    if not names:
        return (), None
    sort_names = _matching(others[0], slash, len(names))
    identifiers = listed(others[1], slash)
    if len(identifiers) != len(names):
        identifiers = ()
    made = tuple(
        Credit(
            name,
            role,
            sort_names[place] if sort_names else None,
            identifiers[place] if identifiers else None,
        )
        for place, name in enumerate(names)
    )
    return made, ", ".join(shown) or ", ".join(names)


def _split_shown(shown: tuple[str, ...], slash: bool) -> tuple[str, ...]:
    names: list[str] = []
    for text in shown:
        for part in split_list(text, slash):
            names += split_guests(part)
    return unique(names)


def _matching(values: tuple[str, ...], slash: bool, count: int) -> tuple[str, ...]:
    """The values of a tag when there are as many as names, so that each belongs to one of them."""
    whole = set_apart(values)
    if not whole or len(whole) == count:
        return whole
    several = listed(values, slash)
    return several if len(several) == count else ()


def contributors(raw: RawTags, fields: Fields) -> tuple[Credit, ...]:
    """Everyone else: composers, conductors, performers and so on, each once for a role."""
    if not raw.credits and ROLES.keys().isdisjoint(raw.values):
        return ()
    found: dict[tuple[str, str, str | None], Credit] = {}
    for tag, role in ROLES.items():
        if tag not in raw.values:
            continue
        names = fields.many(tag)
        sort_names = _matching(fields.told(f"{tag}sort")[0], fields.slash, len(names))
        for place, name in enumerate(names):
            found[role, name, None] = Credit(name, role, sort_names[place] if sort_names else None)
    for role, text, instrument in raw.credits[:VALUES_LIMIT]:
        played = clean_line(instrument) or None if instrument else None
        for name in split_list(text[:LINE_LIMIT], fields.slash):
            if clean := clean_line(name):
                found.setdefault((role, clean, played), Credit(clean, role, instrument=played))
    return tuple(found.values())[:VALUES_LIMIT]
