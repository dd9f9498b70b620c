"""Every page of the player, with something on it where there is something to show."""

from tests.e2e.site import Site

OPEN_PAGES = ("sign-in", "register", "setup?token=none")
PLACES = (
    "",
    "search",
    "library",
    "albums",
    "artists",
    "songs",
    "genres",
    "starred",
    "playlists",
    "settings",
    "nowhere",
)


async def addresses(site: Site) -> list[str]:
    """The addresses of all pages behind the sign-in: the lists, and the first and last of each kind of thing."""
    found = list(PLACES)
    for kind in ("albums", "artists"):
        things = await site.read(f"/api/v1/{kind}?limit=500")
        found += [f"{kind}/{thing['id']}" for thing in (things[:1] + things[-1:] if len(things) > 1 else things)]
    genres = await site.read("/api/v1/genres?limit=1")
    found += [f"genres/{genre['name']}" for genre in genres]
    playlists = await site.read("/api/v1/playlists")
    found += [f"playlists/{playlist['id']}" for playlist in playlists[:1]]
    return found
