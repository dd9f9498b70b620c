"""Who made the music: names, roles, sort names and MusicBrainz ids, brought together."""

from __future__ import annotations

from antiphon.adapters.media.tags.fields import Fields
from antiphon.adapters.media.tags.names import ROLES
from antiphon.adapters.media.tags.raw import RawTags
from antiphon.adapters.media.tags.text import clean_line
from antiphon.adapters.media.tags.values import VALUES_LIMIT, split_guests, split_list, unique
from antiphon.areas.library.data.tags import Credit

_CREDIT_ROLE = {"artist": "artist", "albumartist": "album_artist"}


def main_credits(fields: Fields, single: str, several: str) -> tuple[tuple[Credit, ...], str | None]:
    """The artists (or album artists) in order, and the text that names them all.

    The tag made for several names beats the one that is made for showing; otherwise the shown text is split at the
    separators of its format and at "feat.".
    """
    shown = fields.whole(single)
    names = fields.many(several) or _split_shown(fields, shown)
    if not names:
        return (), None
    role = _CREDIT_ROLE[single]
    sort_names = _matching(fields, f"{single}sort", len(names))
    identifiers = fields.many(f"musicbrainz{single}id")
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


def _split_shown(fields: Fields, shown: tuple[str, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for text in shown:
        for part in split_list(text, fields.slash):
            names += split_guests(part)
    return unique(names)


def _matching(fields: Fields, name: str, count: int) -> tuple[str, ...]:
    """The values of a tag when there are as many as names, so that each belongs to one of them."""
    whole = fields.whole(name)
    if not whole or len(whole) == count:
        return whole
    listed = fields.many(name)
    return listed if len(listed) == count else ()


def contributors(raw: RawTags, fields: Fields) -> tuple[Credit, ...]:
    """Everyone else: composers, conductors, performers and so on, each once for a role."""
    found: dict[tuple[str, str, str | None], Credit] = {}
    for tag, role in ROLES.items():
        if tag not in raw.values:
            continue
        names = fields.many(tag)
        sort_names = _matching(fields, f"{tag}sort", len(names))
        for place, name in enumerate(names):
            found[role, name, None] = Credit(name, role, sort_names[place] if sort_names else None)
    for role, text, instrument in raw.credits[:VALUES_LIMIT]:
        played = clean_line(instrument) or None if instrument else None
        for name in split_list(text, fields.slash):
            if clean := clean_line(name):
                found.setdefault((role, clean, played), Credit(clean, role, instrument=played))
    return tuple(found.values())[:VALUES_LIMIT]
