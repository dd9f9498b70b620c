"""The pages of shares, made by the server: they play without any script, and look well where an address is pasted."""

from html import escape

from antiphon.api.web.share_style import STYLE
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data import ShareRow

SCRIPT_PATH = "/share/page.js"
LOCKED_TITLE, LOCKED_WORDS = "Shared music", "This page opens with a password."


def render_share(share: ShareRow, base_url: str) -> str:
    """The page of a share; `base_url` is where this server is reached, for those who show a preview of the page."""
    title, told = _title(share), _told(share)
    path = f"/share/{share.token}"
    picture = f"{path}/songs/{share.songs[0].id}/image" if share.songs else ""
    head = [
        _preview("og:title", title),
        _preview("og:description", told),
        _preview("og:type", "music.playlist"),
        _preview("og:site_name", "Antiphon"),
        _preview("og:url", base_url + path),
        _preview("og:image", base_url + picture) if picture else "",
    ]
    body = [
        "<main><header>",
        f'<img src="{picture}" alt="">' if picture else "",
        f"<div><h1>{escape(title)}</h1><p>{escape(told)}</p></div></header>",
        f'<p class="words">{escape(share.description)}</p>' if share.description not in ("", title) else "",
        "<ol>",
        *(_song(path, song, share.may_download) for song in share.songs),
        "</ol>",
        "" if share.songs else "<p>There is nothing to hear here at the moment.</p>",
        "</main>",
        f'<script src="{SCRIPT_PATH}" defer></script>' if share.songs else "",
    ]
    return _page(title, head, body)


def render_locked(path: str, base_url: str, problem: str = "") -> str:
    """The page that asks for the password of a share, and says nothing of what is shared. `problem` tells what was
    wrong with the last try."""
    wrong = f'<p class="wrong" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    marks = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    head = [
        _preview("og:title", LOCKED_TITLE),
        _preview("og:description", LOCKED_WORDS),
        _preview("og:site_name", "Antiphon"),
        _preview("og:url", base_url + path),
    ]
    body = [
        f'<main class="alone"><div><h1>{LOCKED_TITLE}</h1><p>{LOCKED_WORDS}</p>',
        f'<form method="post" action="{escape(path)}"><label for="password">Password</label>',
        f'<input id="password" name="password" type="password" required maxlength="1024" autofocus{marks}>',
        f'{wrong}<button type="submit">Open</button></form></div></main>',
    ]
    return _page(LOCKED_TITLE, head, body)


def render_message(title: str, text: str) -> str:
    """A page that only says something."""
    return _page(title, [], [f'<main class="alone"><div><h1>{escape(title)}</h1><p>{escape(text)}</p></div></main>'])


def _page(title: str, head: list[str], body: list[str]) -> str:
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        *head,
        "</head><body>",
        *body,
        "<footer>Shared with Antiphon</footer></body></html>",
    ]
    return "\n".join(part for part in parts if part)


def _title(share: ShareRow) -> str:
    albums = {song.album for song in share.songs if song.album}
    if len(share.songs) == 1:
        return share.songs[0].title
    if len(albums) == 1:
        return albums.pop()
    return share.description.partition("\n")[0][:100] or "Shared music"


def _told(share: ShareRow) -> str:
    # Of one album it is the album's artist who made it, whoever is a guest on each song.
    is_album = len(share.songs) > 1 and len({song.album_id for song in share.songs}) == 1
    made_by = (song.album_artist if is_album and song.album_artist else song.artist for song in share.songs)
    artists = list(dict.fromkeys(artist for artist in made_by if artist))
    named = ", ".join(artists[:3]) + (" and others" if len(artists) > 3 else "")
    count = f"{len(share.songs)} {'song' if len(share.songs) == 1 else 'songs'}"
    return f"{named} · {count}" if named else count


def _preview(name: str, text: str) -> str:
    return f'<meta property="{name}" content="{escape(text)}">'


def _song(path: str, song: SongRow, may_download: bool) -> str:
    own = f"{path}/songs/{song.id}"
    title = escape(song.title)
    minutes, seconds = divmod(round(song.duration), 60)
    keep = f'<br><a href="{own}/download" aria-label="Download {title}">Download</a>' if may_download else ""
    return (
        f'<li><img src="{own}/image" alt="" loading="lazy"><div><strong>{title}</strong>'
        f'<span>{escape(song.artist)}</span></div><div class="end"><time>{minutes}:{seconds:02d}</time>{keep}</div>'
        f'<audio controls preload="none" src="{own}/stream" data-seconds="{song.duration:.3f}"'
        f' aria-label="{title}"></audio>'
        '<p class="wrong" role="status"></p></li>'
    )
