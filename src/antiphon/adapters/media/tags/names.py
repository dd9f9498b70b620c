"""Names of tags: what the formats call a thing, and what it is called here.

Inside, names are compact: lower case without blanks, "_", "-" and ":". So "MusicBrainz Album Id" (ID3, MP4, APE) and
"MUSICBRAINZ_ALBUMID" (Vorbis comments) are one name by themselves; the table holds what differs more.
"""

from __future__ import annotations

from functools import lru_cache

_ALIASES = {
    "author": "artist",
    "albumartistname": "albumartist",
    "albumtitle": "album",
    "track": "tracknumber",
    "tracknum": "tracknumber",
    "totaltracks": "tracktotal",
    "trackcount": "tracktotal",
    "disc": "discnumber",
    "disk": "discnumber",
    "disknumber": "discnumber",
    "totaldiscs": "disctotal",
    "disktotal": "disctotal",
    "disccount": "disctotal",
    "setsubtitle": "discsubtitle",
    "origyear": "originalyear",
    "originalreleasedate": "originaldate",
    "origdate": "originaldate",
    "releasetime": "releasedate",
    "publisher": "label",
    "organization": "label",
    "organisation": "label",
    "catalog": "catalognumber",
    "catalogno": "catalognumber",
    "labelno": "catalognumber",
    "catalog#": "catalognumber",
    "upc": "barcode",
    "ean": "barcode",
    "ean/upc": "barcode",
    "musicbrainzalbumtype": "releasetype",
    "musicbrainzalbumreleasecountry": "releasecountry",
    "musicbrainzalbumcomment": "albumversion",
    "musicbrainzrecordingid": "musicbrainztrackid",
    "unsyncedlyrics": "lyrics",
    "unsynchronisedlyrics": "lyrics",
    "lyric": "lyrics",
    "synchronisedlyrics": "syncedlyrics",
    "comments": "comment",
    "description": "comment",
    "key": "initialkey",
    "lang": "language",
    "contentgroup": "grouping",
    "tempo": "bpm",
    "itunesadvisory": "explicit",
    "itunescompilation": "compilation",
    "sourcemedia": "media",
    "mixartist": "remixer",
    "modifiedby": "remixer",
    "djmix": "djmixer",
    "mix": "mixer",
    "textwriter": "lyricist",
    "titlesortorder": "titlesort",
    "albumsortorder": "albumsort",
    "artistsortorder": "artistsort",
    "artistssort": "artistsort",
    "albumartistsortorder": "albumartistsort",
    "albumartistssort": "albumartistsort",
    "composersortorder": "composersort",
}
_IGNORED_MARKS = str.maketrans("", "", " _-:\x00\ufeff")

#: What a contributor did, by tag name.
ROLES = {
    "composer": "composer",
    "conductor": "conductor",
    "lyricist": "lyricist",
    "writer": "writer",
    "arranger": "arranger",
    "remixer": "remixer",
    "producer": "producer",
    "engineer": "engineer",
    "mixer": "mixer",
    "djmixer": "djmixer",
    "director": "director",
    "performer": "performer",
}

#: Text frames of ID3 2.3 and 2.4, and their three-letter forms of 2.2.
ID3_FRAMES = {
    "TIT2": "title", "TT2": "title",
    "TIT3": "subtitle", "TT3": "subtitle",
    "TIT1": "grouping", "TT1": "grouping",
    "GRP1": "grouping", "GP1": "grouping",
    "TPE1": "artist", "TP1": "artist",
    "TPE2": "albumartist", "TP2": "albumartist",
    "TPE3": "conductor", "TP3": "conductor",
    "TPE4": "remixer", "TP4": "remixer",
    "TCOM": "composer", "TCM": "composer",
    "TEXT": "lyricist", "TXT": "lyricist",
    "TALB": "album", "TAL": "album",
    "TRCK": "tracknumber", "TRK": "tracknumber",
    "TPOS": "discnumber", "TPA": "discnumber",
    "TSST": "discsubtitle",
    "TCON": "genre", "TCO": "genre",
    "TMOO": "mood",
    "TLAN": "language", "TLA": "language",
    "TDRC": "date", "TYER": "year", "TYE": "year", "TDAT": "dayandmonth", "TDA": "dayandmonth",
    "TDOR": "originaldate", "TORY": "originalyear", "TOR": "originalyear",
    "TDRL": "releasedate",
    "TCMP": "compilation", "TCP": "compilation",
    "TSRC": "isrc", "TRC": "isrc",
    "TPUB": "label", "TPB": "label",
    "TMED": "media", "TMT": "media",
    "TBPM": "bpm", "TBP": "bpm",
    "TKEY": "initialkey", "TKE": "initialkey",
    "TCOP": "copyright", "TCR": "copyright",
    "TSOT": "titlesort", "TST": "titlesort", "XSOT": "titlesort",
    "TSOA": "albumsort", "TSA": "albumsort", "XSOA": "albumsort",
    "TSOP": "artistsort", "TSP": "artistsort", "XSOP": "artistsort",
    "TSO2": "albumartistsort", "TS2": "albumartistsort",
    "TSOC": "composersort", "TSC": "composersort",
}  # fmt: skip
#: Frames of ID3 that hold pairs of a function or an instrument and a name.
ID3_PEOPLE = frozenset({"TIPL", "TMCL", "IPLS", "IPL"})

#: Atoms of MP4 that hold text; atoms of the "----" kind are named by themselves.
MP4_ATOMS = {
    "©nam": "title", "©alb": "album", "©ART": "artist", "aART": "albumartist", "©wrt": "composer", "©com": "composer",
    "©day": "date", "©cmt": "comment", "©gen": "genre", "©grp": "grouping", "©lyr": "lyrics", "cprt": "copyright",
    "©con": "conductor", "©dir": "director", "soal": "albumsort", "soar": "artistsort", "soaa": "albumartistsort",
    "sonm": "titlesort", "soco": "composersort", "©pub": "label",
}  # fmt: skip

#: Chunks of the INFO list of WAV files.
RIFF_INFO = {
    "INAM": "title", "TITL": "title", "IPRD": "album", "IART": "artist", "ICMT": "comment", "IMUS": "composer",
    "ICOP": "copyright", "ICRD": "date", "YEAR": "year", "IGNR": "genre", "ILNG": "language", "ISRC": "isrc",
    "IPRT": "tracknumber", "ITRK": "tracknumber", "TRCK": "tracknumber", "IWRI": "lyricist", "IMED": "media",
    "IPUB": "label", "IBPM": "bpm",
}  # fmt: skip


@lru_cache(maxsize=2048)
def compact_name(name: str) -> str:
    """The name of a tag as it is used here."""
    compact = name[:100].lower().translate(_IGNORED_MARKS)
    return _ALIASES.get(compact, compact)
