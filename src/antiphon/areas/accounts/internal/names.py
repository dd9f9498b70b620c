"""What a user name and an address may look like, and when two of them are the same."""

import re
import unicodedata

from antiphon.kernel.errors import invalid

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Room for the number that makes it free.
LONGEST_MADE_NAME = 56
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\",;:\\()\[\]]{1,64}@[^@\s\x00-\x1f\x7f<>\",;:\\()\[\]]{1,190}")


def name_key(name: str) -> str:
    """Names with the same key are the same name: NFKC, then case-folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def check_username(username: str) -> str:
    """The name, trimmed. Raises INVALID `username`: letters a–z, digits, `.`, `_`, `-`, at most 64."""
    trimmed = username.strip()
    if not _USERNAME.fullmatch(trimmed):
        raise invalid(username="A user name has 1 to 64 letters (a–z), digits, dots, dashes or underscores.")
    return trimmed


def check_email(email: str) -> str:
    """The address, trimmed. Raises INVALID `email` where it cannot be one."""
    trimmed = email.strip()
    if not _EMAIL.fullmatch(trimmed) or ".." in trimmed or not trimmed.isprintable():
        raise invalid(email="This is not an e-mail address.")
    return trimmed


def name_from_address(address: str) -> str:
    """A user name made of what stands before the `@`, in letters that user names have; `user` where it has none."""
    local = unicodedata.normalize("NFKD", address.partition("@")[0])
    kept = "".join(c for c in local if c.isascii() and (c.isalnum() or c in "._-"))
    return kept.lstrip("._-")[:LONGEST_MADE_NAME] or "user"


def folded(text: str) -> str:
    """`text` as it is searched in: in small letters, without accents, on one line."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
