"""The background entry points of broadcasts."""

import msgspec

from antiphon.areas.broadcasts.api import Broadcasts
from antiphon.areas.broadcasts.data.podcasts import DOWNLOAD, REFRESH
from antiphon.kernel.jobs import JobContext, JobRegistry

SCHEDULE, WHEN = "refresh-podcasts", "hourly 17"
REFRESH_SECONDS, DOWNLOAD_SECONDS = 3600.0, 2 * 3600.0


class Refresh(msgspec.Struct, frozen=True):
    """Which channel's feed to read; None for all."""

    channel_id: int | None = None


class Download(msgspec.Struct, frozen=True):
    """Which episode to fetch."""

    episode_id: int


def serve(registry: JobRegistry, broadcasts: Broadcasts) -> None:
    """Make known the kinds of jobs of broadcasts, and that feeds are read every hour."""
    fetching = broadcasts.fetching

    async def refresh(context: JobContext, given: Refresh) -> dict[str, int]:
        return await fetching.refresh(context.progress, given.channel_id)

    async def download(context: JobContext, given: Download) -> dict[str, int]:
        return await fetching.download(context.progress, context.job_id, given.episode_id)

    registry.light(REFRESH, refresh, arguments=Refresh, deadline=REFRESH_SECONDS)
    registry.light(DOWNLOAD, download, arguments=Download, deadline=DOWNLOAD_SECONDS)
    registry.schedule(SCHEDULE, REFRESH, WHEN)
