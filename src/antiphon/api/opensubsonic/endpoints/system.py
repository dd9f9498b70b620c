"""What the server is, and reading its music anew."""

from antiphon.api.opensubsonic.answers import Extension, License, ScanStatus
from antiphon.api.opensubsonic.calls import Call
from antiphon.kernel.jobs import Job

EXTENSIONS = (
    Extension(name="apiKeyAuthentication", versions=(1,)),
    Extension(name="formPost", versions=(1,)),
    Extension(name="getPodcastEpisode", versions=(1,)),
    Extension(name="indexBasedQueue", versions=(1,)),
    Extension(name="playbackReport", versions=(1,)),
    Extension(name="songLyrics", versions=(1, 2)),
    Extension(name="topSongsByArtistId", versions=(1,)),
    Extension(name="transcodeOffset", versions=(1,)),
    Extension(name="transcoding", versions=(1,)),
)
SONIC = Extension(name="sonicSimilarity", versions=(1,))
_VALID = License(valid=True)


async def ping(_call: Call) -> None:
    """Nothing but that the sign-in is right."""


async def get_license(_call: Call) -> License:
    """The server is free."""
    return _VALID


async def get_extensions(call: Call) -> tuple[Extension, ...]:
    """What of OpenSubsonic is supported; asked before any sign-in. Similarity by sound, once there is something to find
    songs by."""
    return (*EXTENSIONS, SONIC) if await call.areas.discovery.similar.is_ready() else EXTENSIONS


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
