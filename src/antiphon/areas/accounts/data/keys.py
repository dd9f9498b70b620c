"""What people give to their apps."""

import msgspec


class AppPassword(msgspec.Struct, frozen=True):
    """A secret for one app at `/rest`; the secret itself is shown only when it is made."""

    id: int
    name: str
    created_at: float
    last_used_at: float | None


class NewAppPassword(msgspec.Struct, frozen=True, kw_only=True):
    """An app password at the one moment when it is shown, with the server's address as apps ask for it; `uri` holds all
    of it, `qr` is that as a QR code in SVG."""

    id: int
    name: str
    username: str
    password: str
    server: str
    uri: str
    qr: str


class ApiKey(msgspec.Struct, frozen=True):
    """A key that stands for its owner within `scopes`."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: float
    last_used_at: float | None


class NewApiKey(msgspec.Struct, frozen=True):
    """An API key at the one moment when it is shown."""

    id: int
    name: str
    key: str
    scopes: tuple[str, ...]


SCOPES = ("read", "write", "upload", "admin")
