"""What can go wrong, said once. The core raises a kind and a stable code; each dialect has one table that tells it."""

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """The kinds of failure. A dialect maps every one of them (a test proves it)."""

    NOT_SIGNED_IN = "not_signed_in"
    WRONG_CREDENTIALS = "wrong_credentials"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    UNREADABLE = "unreadable"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA = "unsupported_media"
    TOO_MANY_REQUESTS = "too_many_requests"
    SWITCHED_OFF = "switched_off"
    UNAVAILABLE = "unavailable"
    NO_SPACE = "no_space"


class AntiphonError(Exception):
    """Something happened that the caller should be told.

    `code` is stable and machine-readable (`wrong_credentials`, `title_taken`), `message` is a sentence for people that
    holds no inner detail, `fields` maps the names of bad fields to sentences, `retry_after` is in seconds.
    """

    def __init__(
        self,
        kind: Kind,
        code: str,
        message: str,
        *,
        fields: Mapping[str, list[str]] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.retry_after = retry_after


def not_found(what: str) -> AntiphonError:
    """The same answer for what is missing and for what the caller may not see."""
    return AntiphonError(Kind.NOT_FOUND, f"{what}_not_found", f"There is no such {what.replace('_', ' ')}.")


def forbidden(message: str, code: str = "forbidden") -> AntiphonError:
    """The caller may see the thing, but not do this with it."""
    return AntiphonError(Kind.FORBIDDEN, code, message)


def invalid(**fields: str) -> AntiphonError:
    """Bad values, a sentence for each field: `invalid(title="A title is needed.")`."""
    message = " ".join(f"{name}: {sentence}" for name, sentence in fields.items())
    return AntiphonError(Kind.INVALID, "invalid", message, fields={name: [text] for name, text in fields.items()})


def not_signed_in() -> AntiphonError:
    """Nobody is asking, or their token is unknown, expired or revoked."""
    return AntiphonError(Kind.NOT_SIGNED_IN, "not_signed_in", "Sign in first.")


def unavailable(code: str, message: str, retry_after: float = 5.0) -> AntiphonError:
    """A part of the server cannot answer just now; asking again later can help."""
    return AntiphonError(Kind.UNAVAILABLE, code, message, retry_after=retry_after)
