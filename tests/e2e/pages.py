"""Every page of the player, with something on it where there is something to show."""

from tests.e2e.site import Site

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
    """The addresses of all pages for admins, with the first member's among them."""
    members = await site.read("/api/v1/users?limit=1")
    return [*ADMIN_PLACES, *(f"settings/members/{member['id']}" for member in members)]


async def addresses(site: Site) -> list[str]:
    """The addresses of all pages behind the sign-in."""
    return [*await collection_addresses(site), *OTHER_PLACES]


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
