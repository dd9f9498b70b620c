"""Whether what is stored is still what was brought: every file that a song or a cover needs, by size and by hash."""

import hashlib
from collections.abc import Callable

from antiphon.areas.library.api.uploads.tidying import Tidying
from antiphon.areas.library.api.uploads.tools import Desk
from antiphon.areas.library.data import Damage, DamagedFile, IntegrityReport
from antiphon.areas.library.internal.uploading import rows
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_signed_in
from antiphon.kernel.jobs import Job
from antiphon.kernel.principal import Principal

CHECK_FILES = "check-files"
"""The kind of job that compares stored files with what is known of them."""
READ_AT_ONCE = 500
MOST_TOLD = 200


class Integrity:
    """Comparing. Nothing is changed or removed by it."""

    def __init__(self, desk: Desk, tidying: Tidying) -> None:
        self._desk = desk
        self._tidying = tidying

    async def request(self, principal: Principal, *, contents: bool) -> Job:
        """Queue a comparison, with `contents` of every byte. While one waits or runs, it is given. Admins only."""
        if principal.is_anonymous:
            raise not_signed_in()
        if not principal.is_admin:
            raise forbidden("Only admins have files compared.")
        tools = self._desk.tools
        async with tools.database.transaction() as transaction:
            job_id = await tools.jobs.unfinished(transaction, CHECK_FILES)
            if job_id is None:
                job_id = await tools.jobs.add(
                    transaction,
                    CHECK_FILES,
                    {"contents": contents},
                    owner_id=principal.user_id or None,
                    subject="Comparison of the stored files",
                )
        job = await tools.jobs.find(job_id)
        assert job is not None
        return job

    async def run(self, progress: Callable[[float | None, str], None], *, contents: bool) -> IntegrityReport:
        """Compare here and now. Raises UNAVAILABLE where the storage does not answer."""
        reader = self._desk.tools.database.reader
        count = int((await reader.fetch(rows.KEPT_COUNT))[0][0])
        files = size = 0
        damaged: list[DamagedFile] = []
        after = ""
        while page := await reader.fetch_slow(rows.KEPT_FILES, after=after, limit=READ_AT_ONCE):
            for name, told_size, sha256, song_id, title in page:
                after = str(name)
                files += 1
                problem, found = await self._problem(after, told_size, str(sha256), contents)
                size += found
                if problem is not None:
                    damaged.append(DamagedFile(after, song_id, str(title), problem))
                progress(files / max(count, files), f"{files} of {count} files")
        unknown = await self._unknown()
        return IntegrityReport(files, size, len(damaged), tuple(damaged[:MOST_TOLD]), unknown)

    async def _problem(
        self, name: str, told_size: int | None, sha256: str, contents: bool
    ) -> tuple[Damage | None, int]:
        storage = self._desk.storage
        size = await storage.size(name)
        if size is None:
            return "missing", 0
        if told_size is not None and size != told_size:
            return "size", size
        if not contents or not sha256:
            return None, size
        digest = hashlib.sha256()
        try:
            async for chunk in storage.read(name, 0, size):
                digest.update(chunk)
        except AntiphonError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return "missing", 0
        return (None if digest.hexdigest() == sha256 else "content"), size

    async def _unknown(self) -> int:
        """How many files nothing knows; those of uploads that are just under way are known."""
        unknown, looked = 0, list[str]()
        async for name in self._desk.storage.names():
            looked.append(name)
            if len(looked) == READ_AT_ONCE:
                unknown += len(await self._tidying.unclaimed(looked))
                looked = []
        return unknown + len(await self._tidying.unclaimed(looked))
