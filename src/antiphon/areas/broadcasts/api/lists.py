"""Lists of podcasts, as people take them from one app to the other."""

from antiphon.areas.broadcasts.data.podcasts import REFRESH, FeedReader, ListReport
from antiphon.areas.broadcasts.internal import podcasts
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class PodcastLists:
    """Lists that are brought here."""

    def __init__(self, *, database: Database, clock: Clock, jobs: JobQueue, feeds: FeedReader) -> None:
        self._database = database
        self._clock = clock
        self._jobs = jobs
        self._feeds = feeds

    async def add(self, principal: Principal, content: bytes) -> ListReport:
        """Add all channels that an OPML list names; a job then reads their feeds.

        Raises FORBIDDEN for all but admins, UNREADABLE for what is no list, INVALID where it names none, or more than
        there is room for.
        """
        if not principal.is_admin:
            raise forbidden("Only admins may change podcasts.", "admins_only")
        addresses, refused = self._checked(self._feeds.addresses_in(content))
        if not addresses:
            raise invalid(file="There is no address of a podcast in this list.")
        added = 0
        async with self._database.transaction() as transaction:
            if await podcasts.count_channels(transaction) + len(addresses) > podcasts.MOST_CHANNELS:
                raise invalid(file=f"There is room for {podcasts.MOST_CHANNELS} podcasts at most.")
            for address in addresses:
                channel_id = await podcasts.insert_channel(transaction, address, self._clock())
                if channel_id is not None:
                    added += 1
                    entry = recorded(principal, "podcast.added", "podcast", channel_id, address[:200])
                    await transaction.publish(entry)
            if added:
                await self._jobs.add(
                    transaction, REFRESH, {}, owner_id=principal.user_id or None, subject="Podcasts of a list"
                )
        return ListReport(added=added, known=len(addresses) - added, refused=refused)

    def _checked(self, given: list[str]) -> tuple[list[str], int]:
        """The addresses as they are kept, each once, and how many can be none."""
        found: dict[str, None] = {}
        refused = 0
        for address in given:
            try:
                found[self._feeds.check(address)] = None
            except AntiphonError as error:
                if error.kind is not Kind.INVALID:
                    raise
                refused += 1
        return list(found), refused
