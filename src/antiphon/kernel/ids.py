"""Ids: integers for things people name, opaque strings for things that only a machine passes on."""

import secrets

# So many digits fit the integers of every database.
LONGEST_ID = 18


def parse_id(text: str) -> int | None:
    """The integer id that `text` spells, or None where it spells none (leading zeros, signs, other scripts' digits)."""
    if text.isdecimal() and text.isascii() and len(text) <= LONGEST_ID and text[0] != "0":
        return int(text)
    return None


def new_opaque_id(prefix: str) -> str:
    """A new unguessable id of 128 random bits, for example `job_k3…`; `prefix` tells people what it names."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


def new_object_name(suffix: str) -> str:
    """A new name for a file of ours: two levels of folders, 128 random bits, the ending that fits the content."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name}.{suffix}"
