"""What crosses the door of the library: rows as they are read, filters and orders, events, and what it needs."""

from antiphon.areas.library.data.events import AnnotationChanged, LibraryChanged, ScanFinished, SongsRemoved
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

__all__ = [
    "AlbumFilter",
    "AlbumRow",
    "AlbumSort",
    "AnnotationChanged",
    "ArtistFilter",
    "ArtistRow",
    "ArtistSort",
    "ArtworkMaker",
    "BrokenFileRow",
    "CreditValue",
    "GenreRow",
    "LibraryChanged",
    "LibraryRow",
    "Lyrics",
    "LyricsReader",
    "Picture",
    "ScanFinished",
    "ScanReport",
    "ScanTools",
    "SearchHits",
    "SongFile",
    "SongFilter",
    "SongRow",
    "SongSort",
    "SongsRemoved",
    "TagReader",
]
