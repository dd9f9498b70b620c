"""What the server is, and whose call it is."""

from antiphon.api.opensubsonic.answers import Extension, License, ScanStatus, TokenInfo, User, Users
from antiphon.api.opensubsonic.calls import Call
from antiphon.kernel.errors import forbidden
from antiphon.kernel.jobs import Job
from antiphon.kernel.principal import ARTIST

EXTENSIONS = (
    Extension(name="apiKeyAuthentication", versions=(1,)),
    Extension(name="formPost", versions=(1,)),
    Extension(name="songLyrics", versions=(1,)),
    Extension(name="topSongsByArtistId", versions=(1,)),
)
_VALID = License(valid=True)


async def ping(_call: Call) -> None:
    """Nothing but that the sign-in is right."""


async def get_license(_call: Call) -> License:
    """The server is free."""
    return _VALID


async def get_extensions(_call: Call) -> tuple[Extension, ...]:
    """What of OpenSubsonic is supported; asked before any sign-in."""
    return EXTENSIONS


async def token_info(call: Call) -> TokenInfo:
    """Whose key it is."""
    return TokenInfo(username=call.principal.username)


async def get_user(call: Call) -> User:
    """The caller's own account."""
    wanted = call.parameters.needed("username")
    if wanted.casefold() != call.principal.username.casefold():
        raise forbidden("Only your own account is shown here.")
    return await _own_account(call)


async def get_users(call: Call) -> Users:
    """The accounts that the caller may see here: their own."""
    return Users(user=(await _own_account(call),))


async def get_scan_status(call: Call) -> ScanStatus:
    """Whether a scan waits or runs."""
    return await _status(call, await call.areas.library.scans.latest())


async def start_scan(call: Call) -> ScanStatus:
    """Queue a scan, for admins; `fullScan` reads every file again."""
    full = call.parameters.flag("fullScan", False)
    return await _status(call, await call.areas.library.scans.request(call.principal, full=full))


async def _status(call: Call, job: Job | None) -> ScanStatus:
    count = await call.areas.library.scans.song_count()
    return ScanStatus(scanning=job is not None and job.shown_state in ("queued", "running"), count=count)


async def _own_account(call: Call) -> User:
    principal = call.principal
    account = await call.areas.accounts.access.me(principal)
    folders = await call.areas.library.browse.libraries(principal)
    may_write = principal.scopes is None or "write" in principal.scopes
    return User(
        username=account.username,
        email=account.email,
        scrobbling_enabled=may_write,
        admin_role=principal.is_admin,
        settings_role=True,
        download_role=True,
        upload_role=ARTIST in principal.roles or principal.is_admin,
        playlist_role=may_write,
        cover_art_role=False,
        comment_role=may_write,
        podcast_role=False,
        stream_role=True,
        jukebox_role=False,
        share_role=False,
        video_conversion_role=False,
        folder=tuple(library.id for library in folders),
    )
