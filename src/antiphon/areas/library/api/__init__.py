"""The door of the library."""

from antiphon.areas.library.api.annotations import Annotations
from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.api.files import Files
from antiphon.areas.library.api.scans import Scans
from antiphon.areas.library.api.search import Search
from antiphon.areas.library.data import ArtworkMaker, ScanTools
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.jobs import JobQueue

__all__ = ["Annotations", "Browse", "Files", "Library", "Scans", "Search"]


class Library:
    """Music that people can `browse`, `search`, judge (`annotations`), hear and see (`files`), and that is scanned."""

    def __init__(
        self, *, database: Database, clock: Clock, jobs: JobQueue, artwork_maker: ArtworkMaker, scan_tools: ScanTools
    ) -> None:
        self.browse = Browse(database.reader)
        self.search = Search(database.reader, self.browse)
        self.annotations = Annotations(database=database, clock=clock)
        self.files = Files(reader=database.reader, artwork_maker=artwork_maker)
        self.scans = Scans(database=database, jobs=jobs, tools=scan_tools)
