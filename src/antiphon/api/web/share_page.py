"""The page of a share, made by the server: it plays without any script, and looks well where its address is pasted."""

import base64
import hashlib
from html import escape

from antiphon.api.http.asgi import Header
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data import ShareRow

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in oklab, currentColor 14%, transparent);
  --quiet: color-mix(in oklab, currentColor 62%, transparent) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 44rem; padding: 2.5rem 1.25rem 4rem; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#faf9f7, #131316); color: light-dark(#1b1a1e, #f1eff3) }
header { display: flex; gap: 1.5rem; align-items: flex-end; flex-wrap: wrap; margin-bottom: 2rem }
header > div { flex: 1 1 16rem; min-width: 0 }
header img { width: min(13rem, 60vw); aspect-ratio: 1; border-radius: 14px; object-fit: cover }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; margin: 0 0 .4rem; overflow-wrap: anywhere }
p { margin: 0 0 .3rem; color: var(--quiet); overflow-wrap: anywhere; white-space: pre-line }
ol { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr) auto; gap: .1rem .9rem; align-items: center;
  padding: .8rem 0; border-top: 1px solid var(--line) }
li img { width: 3.25rem; aspect-ratio: 1; border-radius: 7px; object-fit: cover }
li strong { display: block; font-weight: 600; overflow-wrap: anywhere }
li span { color: var(--quiet); overflow-wrap: anywhere }
li time { color: var(--quiet); font-variant-numeric: tabular-nums }
audio { grid-column: 1 / -1; width: 100%; margin-top: .55rem; height: 2.5rem }
footer { margin-top: 2.5rem; color: var(--quiet); font-size: .9rem }
"""


def share_policy() -> Header:
    """What the page may load: its own style, known by its hash, and pictures and sound of this server."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; media-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return b"content-security-policy", policy.encode()


def render_share(share: ShareRow, base_url: str) -> str:
    """The page of a share; `base_url` is where this server is reached, for those who show a preview of the page."""
    title, told = _title(share), _told(share)
    path = f"/share/{share.token}"
    picture = f"{path}/songs/{share.songs[0].id}/image" if share.songs else ""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        _preview("og:title", title),
        _preview("og:description", told),
        _preview("og:type", "music.playlist"),
        _preview("og:url", base_url + path),
        _preview("og:image", base_url + picture) if picture else "",
        "</head><body><header>",
        f'<img src="{picture}" alt="">' if picture else "",
        f"<div><h1>{escape(title)}</h1><p>{escape(told)}</p></div></header>",
        f"<p>{escape(share.description)}</p>" if share.description and share.description != title else "",
        "<ol>",
        *(_song(path, song) for song in share.songs),
        "</ol>",
        "" if share.songs else "<p>There is nothing to hear here at the moment.</p>",
        "<footer>Shared with Antiphon</footer></body></html>",
    ]
    return "\n".join(part for part in parts if part)


def render_gone() -> str:
    """The page where no share is (any more)."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Nothing is shared here</title><style>{STYLE}</style></head><body>"
        "<h1>Nothing is shared here</h1><p>The address is wrong, or the share has ended.</p></body></html>"
    )


def _title(share: ShareRow) -> str:
    albums = {song.album for song in share.songs if song.album}
    if len(share.songs) == 1:
        return share.songs[0].title
    if len(albums) == 1:
        return albums.pop()
    return share.description.partition("\n")[0][:100] or "Shared music"


def _told(share: ShareRow) -> str:
    artists = list(dict.fromkeys(song.artist for song in share.songs if song.artist))
    named = ", ".join(artists[:3]) + (" and others" if len(artists) > 3 else "")
    count = f"{len(share.songs)} {'song' if len(share.songs) == 1 else 'songs'}"
    return f"{named} · {count}" if named else count


def _preview(name: str, text: str) -> str:
    return f'<meta property="{name}" content="{escape(text)}">'


def _song(path: str, song: SongRow) -> str:
    own = f"{path}/songs/{song.id}"
    minutes, seconds = divmod(round(song.duration), 60)
    return (
        f'<li><img src="{own}/image" alt="" loading="lazy"><div><strong>{escape(song.title)}</strong>'
        f"<span>{escape(song.artist)}</span></div><time>{minutes}:{seconds:02d}</time>"
        f'<audio controls preload="none" src="{own}/stream" aria-label="{escape(song.title)}"></audio></li>'
    )
