"""Every page of the player, with something on it where there is something to show."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.e2e.site import Site
from tests.feeds import PodcastServer, item, rss

ROUTER = Path(__file__).parents[2] / "web" / "src" / "router.ts"

OPEN_PAGES = (
    "sign-in",
    "sign-in?error=provider_denied",
    "sign-in?step=code#ticket=none",
    "register",
    "join?token=none",
    "forgot",
    "reset?token=none",
    "verify?token=none",
    "setup?token=none",
)
# What is on these hangs on the collection: nothing at all, one song, thousands.
COLLECTION_PLACES = ("", "search", "library", "albums", "artists", "songs", "genres", "starred", "playlists")
OTHER_PLACES = (
    "podcasts",
    "radio",
    "notices",
    "desk",
    "desk/albums",
    "desk/drafts",
    "settings",
    "settings/playback",
    "settings/profile",
    "settings/security",
    "settings/apps",
    "settings/reports",
    "settings/listening",
    "settings/shares",
    "nowhere",
)
ADMIN_PLACES = (
    "settings/library",
    "settings/members",
    "settings/invitations",
    "settings/moderation",
    "settings/streaming",
    "settings/record",
    "jukebox",
    "upload",
)


async def admin_addresses(site: Site) -> list[str]:
    """The addresses of all pages for admins: with the first member, the latest case and the desk of a song."""
    members = await site.read("/api/v1/users?limit=1")
    cases = await site.read("/api/v1/moderation/cases?limit=1")
    songs = await site.read("/api/v1/songs?limit=1")
    return [
        *ADMIN_PLACES,
        *(f"settings/members/{member['id']}" for member in members),
        *(f"settings/moderation/{case['id']}" for case in cases),
        *(f"desk/songs/{song['id']}" for song in songs),
    ]


async def addresses(site: Site) -> list[str]:
    """The addresses of all pages behind the sign-in."""
    podcasts = await site.read("/api/v1/podcasts?limit=1")
    return [
        *await collection_addresses(site),
        *OTHER_PLACES,
        *(f"podcasts/{podcast['id']}" for podcast in podcasts),
    ]


async def collection_addresses(site: Site) -> list[str]:
    """The addresses of the pages of the collection: the lists, and the first and last of each kind of thing."""
    found = list(COLLECTION_PLACES)
    for kind in ("albums", "artists"):
        things = await site.read(f"/api/v1/{kind}?limit=500")
        found += [f"{kind}/{thing['id']}" for thing in (things[:1] + things[-1:] if len(things) > 1 else things)]
    genres = await site.read("/api/v1/genres?limit=1")
    found += [f"genres/{genre['name']}" for genre in genres]
    playlists = await site.read("/api/v1/playlists")
    found += [f"playlists/{playlist['id']}" for playlist in playlists[:1]]
    return found


@asynccontextmanager
async def furnished(site: Site, title: str = "The long listen") -> AsyncIterator[None]:
    """Have there be a podcast, a playlist and a case, decided already, about the first artist."""
    feeds = PodcastServer()
    feeds.files["/feed"] = rss(item(title, published="1 Jan 2026 00:00:00 GMT"), title=title).encode()
    podcast = await site.ask("POST", "/api/v1/podcasts", json={"url": f"{feeds.address}/feed"})
    playlist = await site.ask("POST", "/api/v1/playlists", json={"title": title[:200], "tracks": []})
    await decide_on_artist(site)
    try:
        yield
    finally:
        await site.ask("DELETE", f"/api/v1/playlists/{playlist['id']}")
        await site.ask("DELETE", f"/api/v1/podcasts/{podcast['id']}")
        feeds.close()


async def decide_on_artist(site: Site) -> None:
    """Report the first artist, and see nothing wrong in it: the page of the case stays."""
    (artist,) = await site.read("/api/v1/artists?limit=1")
    subject = {"subject": "artist", "subject_id": artist["id"]}
    await site.ask("POST", "/api/v1/reports", json={**subject, "reason": "other", "text": "A word " * 60})
    (case,) = await site.read("/api/v1/moderation/cases?limit=1&state=open")
    verdict = {"revision": case["revision"], "decision": "dismiss"}
    await site.ask("POST", f"/api/v1/moderation/cases/{case['id']}/decision", json=verdict)


def forgotten(seen: Iterable[str]) -> list[str]:
    """The routes of the player's router that none of these addresses leads to."""
    routes = re.findall(r"path: '([^']+)'", ROUTER.read_text("utf-8"))
    patterns = {route: re.compile(_expression(route)) for route in routes}
    paths = [unquote(urlsplit(f"/{address}").path) for address in seen]
    led_to = {next(route for route, pattern in patterns.items() if pattern.fullmatch(path)) for path in paths}
    return [route for route in routes if route not in led_to]


def _expression(route: str) -> str:
    """What the router understands a route's path as, as a regular expression."""
    if route.startswith("/:rest"):
        return ".*"
    path = re.sub(r"/:\w+\(([^)]+)\)\?", r"(/(\1))?", route.replace("\\\\", "\\"))
    return re.sub(r":\w+(?:\(([^)]+)\))?", lambda found: found[1] or "[^/]+", path)
