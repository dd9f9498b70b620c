"""Addresses that hold all that a Subsonic app has to know."""

from urllib.parse import quote, urlsplit


def app_link(server: str, username: str, password: str) -> str:
    """`subsonic://name:password@host:port/path?tls=true`, from the server's address; `tls` tells https from http."""
    parts = urlsplit(server)
    is_secure = parts.scheme == "https"
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = parts.port or (443 if is_secure else 80)
    name, secret = quote(username, safe=""), quote(password, safe="")
    tls = "true" if is_secure else "false"
    return f"subsonic://{name}:{secret}@{shown}:{port}{parts.path.rstrip('/')}?tls={tls}"
