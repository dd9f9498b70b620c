"""What crosses the door of the library: rows as they are read, filters and orders, events, and what it needs."""

from antiphon.areas.library.data.edits import (
    AlbumEdit,
    ArtistEdit,
    ChangeRow,
    CreditEdit,
    EditedThing,
    SongEdit,
)
from antiphon.areas.library.data.events import (
    AlbumFlagged,
    AnnotationChanged,
    LibraryChanged,
    ScanFinished,
    SongFlagged,
    SongsRemoved,
)
from antiphon.areas.library.data.filters import AlbumFilter, AlbumSort, ArtistFilter, ArtistSort, SongFilter, SongSort
from antiphon.areas.library.data.ports import ArtworkMaker, LyricsReader, Picture, ScanTools, TagReader
from antiphon.areas.library.data.rows import (
    AlbumRow,
    ArtistRow,
    CreditValue,
    GenreRow,
    LibraryRow,
    Lyrics,
    SearchHits,
    SongFile,
    SongRow,
)
from antiphon.areas.library.data.scans import BrokenFileRow, ScanReport
from antiphon.areas.library.data.storage import Storage
from antiphon.areas.library.data.uploads import (
    AlreadyUploaded,
    CheckedSound,
    CoverMaker,
    NewSong,
    SoundCheck,
    UploadRow,
    UploadState,
)

__all__ = [
    "AlbumEdit",
    "AlbumFilter",
    "AlbumFlagged",
    "AlbumRow",
    "AlbumSort",
    "AlreadyUploaded",
    "AnnotationChanged",
    "ArtistEdit",
    "ArtistFilter",
    "ArtistRow",
    "ArtistSort",
    "ArtworkMaker",
    "BrokenFileRow",
    "ChangeRow",
    "CheckedSound",
    "CoverMaker",
    "CreditEdit",
    "CreditValue",
    "EditedThing",
    "GenreRow",
    "LibraryChanged",
    "LibraryRow",
    "Lyrics",
    "LyricsReader",
    "NewSong",
    "Picture",
    "ScanFinished",
    "ScanReport",
    "ScanTools",
    "SearchHits",
    "SongEdit",
    "SongFile",
    "SongFilter",
    "SongFlagged",
    "SongRow",
    "SongSort",
    "SongsRemoved",
    "SoundCheck",
    "Storage",
    "TagReader",
    "UploadRow",
    "UploadState",
]
