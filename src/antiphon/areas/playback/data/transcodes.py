"""What crosses the door of playback when a song is handed out in another form than its own."""

from pathlib import Path
from typing import Literal, Protocol

import msgspec

from antiphon.areas.library.data import SongFile, SongRow

Codec = Literal["mp3", "opus", "aac", "m4a", "flac", "segment", "packed", "fragment", "flac_fragment"]
"""Forms that sound is put into: `aac` is a bare stream of frames, `m4a` a fragmented MP4, `segment` a piece of MPEG-TS
with AAC inside. In `packed` (bare frames) and `fragment` (a piece of MP4) the original's own packets come as they are,
in `flac_fragment` its samples."""

Gain = Literal["", "track", "album"]

AAC_FRAME, FLAC_FRAME = 1024, 4096


class Form(msgspec.Struct, frozen=True):
    """A form of sound as clients know it. `bitrate` (kbit/s) is what is made where nobody says; 0 where it is lossless.

    `bitrates` are the allowed ones: the lowest and the highest, or all there are.
    """

    codec: Codec
    content_type: str
    suffix: str
    bitrate: int
    bitrates: tuple[int, ...]
    rates: tuple[int, ...]
    channels: int


class Piece(msgspec.Struct, frozen=True):
    """A piece of a song that is played in pieces: `frames` frames of `frame` samples from the frame `first` on; none
    means all to the song's end."""

    first: int
    frames: int
    frame: int = AAC_FRAME


class Pieces(msgspec.Struct, frozen=True):
    """How a song is cut: into `count` pieces of `frames` frames of `frame` samples, the last of them to its end, which
    makes `samples` in all."""

    sample_rate: int
    frames: int
    count: int
    samples: int
    frame: int = AAC_FRAME

    def seconds(self, number: int) -> float:
        """How long one of them plays."""
        whole = self.frames * self.frame
        last = self.samples - (self.count - 1) * whole
        return (last if number == self.count - 1 else whole) / self.sample_rate


class OriginalPieces(msgspec.Struct, frozen=True):
    """A song's own sound piece by piece, nothing of it lost: what a piece is, how many there are, the name of the codec
    as players know it (RFC 6381), the most bits in a second and, where that is known, how many on average."""

    form: Form
    pieces: Pieces
    codecs: str
    peak: int
    average: int = 0

    @property
    def has_beginning(self) -> bool:
        """True where players need what stands before the pieces."""
        return self.form.codec != "packed"


class Recipe(msgspec.Struct, frozen=True):
    """How to make a form of a song: everything that decides about the bytes that come out.

    `path` is the original's, with `size` and `modified_ns` to tell it from a later one; `bitrate` in kbit/s (0: as it
    comes), `bits` a sample where it is lossless, `offset` and `duration` (of what comes out) in seconds, `gain` in dB.
    A fragment without a `piece` is what stands before all of them.
    """

    song_id: int
    path: bytes
    size: int
    modified_ns: int
    codec: Codec
    bitrate: int
    sample_rate: int
    channels: int
    bits: int
    duration: float
    offset: float = 0.0
    gain: float = 0.0
    piece: Piece | None = None
    tags: tuple[tuple[str, str], ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks for. `format` is a form's name, `raw` for the original, or empty; `bitrate` the most in kbit/s
    (0: any); `offset` in seconds; `client` the app's name and `address` the listener's, as rules may look at them; 0
    channels or rate: the song's own."""

    format: str = ""
    bitrate: int = 0
    offset: float = 0.0
    gain: Gain = ""
    client: str = ""
    address: str = ""
    channels: int = 0
    sample_rate: int = 0


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A sound that is no song of the library, such as an episode, with what a transcode must know of it: `format`,
    `suffix`, kbit/s, Hz and the rest as songs have them. What songs alone have is never there."""

    id: int
    title: str
    artist: str
    album: str
    date: str
    duration: float
    format: str
    suffix: str
    bitrate: int
    sample_rate: int
    channels: int
    bit_depth: int = 0
    album_artist: None = None
    track: None = None
    disc: None = None
    year: None = None
    track_gain: None = None
    track_peak: None = None
    album_gain: None = None
    album_peak: None = None


Sounding = SongRow | Recording


class Decision(msgspec.Struct, frozen=True):
    """What a client gets: the original `file` where there is no recipe. `length` is what a transcode surely fits in, in
    bytes; None where nobody can tell."""

    song: Sounding
    file: SongFile
    form: Form | None = None
    recipe: Recipe | None = None

    @property
    def content_type(self) -> str:
        """The media type of what is handed out."""
        return self.file.content_type if self.form is None else self.form.content_type

    @property
    def duration(self) -> float:
        """Seconds of what is handed out."""
        return self.song.duration if self.recipe is None else self.recipe.duration


class Sound(Protocol):
    """A transcode that is being made. It must be closed, also after its end."""

    async def read(self) -> bytes:
        """The next bytes; none at the end. Raises UNAVAILABLE or UNSUPPORTED_MEDIA where it cannot be made."""
        ...

    async def close(self) -> None:
        """End it: who listened has left, or has everything."""
        ...


class Transcoder(Protocol):
    """Makes sound of recipes, and keeps what was made."""

    async def kept(self, recipe: Recipe) -> Path | None:
        """The whole of it where it was made before."""
        ...

    def resize(self, most: int | None) -> None:
        """Keep at most so many bytes of what was made; None: as many as at the start."""
        ...

    async def start(self, recipe: Recipe) -> Sound:
        """Begin to make it. Raises UNAVAILABLE where that cannot be done now."""
        ...
