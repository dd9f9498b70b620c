"""The door of the library."""

from typing import Any

from antiphon.areas.accounts.api import People
from antiphon.areas.library.api.annotations import Annotations
from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.api.desk import DeskReading, Exports, ExportTools
from antiphon.areas.library.api.editing import Editing, Tools
from antiphon.areas.library.api.files import Files
from antiphon.areas.library.api.flags import Flags
from antiphon.areas.library.api.libraries import Libraries
from antiphon.areas.library.api.picks import Picks
from antiphon.areas.library.api.releases import Releases
from antiphon.areas.library.api.scans import Scans
from antiphon.areas.library.api.search import Search
from antiphon.areas.library.api.sounds import Sounds
from antiphon.areas.library.api.uploads import Uploads, UploadTools
from antiphon.areas.library.api.watching import Watching
from antiphon.areas.library.data import ArtworkMaker, ScanTools, SoundTools
from antiphon.areas.library.data.libraries import FolderRules
from antiphon.areas.library.data.watching import WatchTools
from antiphon.areas.library.internal import personal
from antiphon.areas.library.internal.uploading.copies import Copies
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.jobs import JobQueue

__all__ = [
    "Annotations",
    "Browse",
    "DeskReading",
    "Editing",
    "Exports",
    "Files",
    "Flags",
    "Libraries",
    "Library",
    "Picks",
    "Releases",
    "Scans",
    "Search",
    "Sounds",
    "UploadTools",
    "Uploads",
]


class Library:
    """Music that people can `browse`, `search`, judge (`annotations`), hear and see (`files`), and that is scanned."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        jobs: JobQueue,
        artwork_maker: ArtworkMaker,
        scan_tools: ScanTools,
        upload_tools: UploadTools,
        sound_tools: SoundTools,
        people: People,
        folder_rules: FolderRules,
        watch_tools: WatchTools,
    ) -> None:
        self._reader = database.reader
        self.browse = Browse(database)
        self.search = Search(database, self.browse)
        self.picks = Picks(reader=database.reader, browse=self.browse, clock=clock)
        self.annotations = Annotations(database=database, clock=clock)
        copies = Copies(upload_tools.storage, upload_tools.copies)
        self.sounds = Sounds(
            database=database, jobs=jobs, clock=clock, tools=sound_tools, copies=copies, artwork_maker=artwork_maker
        )
        self.files = Files(
            reader=database.reader,
            artwork_maker=artwork_maker,
            storage=upload_tools.storage,
            copies=copies,
        )
        tools = Tools(database, clock, jobs)
        self.editing = Editing(tools)
        self.flags = Flags(tools)
        self.uploads = Uploads(tools, self.editing, upload_tools)
        self.releases = Releases(tools)
        self.desk = DeskReading(database.reader)
        kept = ExportTools(upload_tools.storage, upload_tools.incoming, upload_tools.access, people)
        self.exports = Exports(tools, kept)
        self.scans = Scans(database=database, jobs=jobs, tools=scan_tools, rules=folder_rules)
        self.watching = Watching(database=database, scans=self.scans, jobs=jobs, tools=watch_tools)
        self.libraries = Libraries(database=database, browse=self.browse, scans=self.scans, rules=folder_rules)

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """What a person thinks of music and what they uploaded, by table, for the registry of personal data."""
        found = await personal.export(self._reader, user_id)
        found["export"] = await self.exports.export_personal(user_id)
        return found

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Remove what is personal. Songs they uploaded stay here, without their name."""
        await self.exports.erase_personal(transaction, user_id)
        await personal.erase(transaction, user_id)
