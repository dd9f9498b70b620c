"""The demo library: who plays, what the albums and songs are called, and what is sung. All of it invented here."""

from __future__ import annotations

from typing import NamedTuple

from antiphon.adapters.demo_music.covers import Palette
from antiphon.adapters.demo_music.words import WORDS


class DemoSong(NamedTuple):
    """One song of an album."""

    title: str
    style: str
    genres: tuple[str, ...]
    mood: str
    suffix: str
    seconds: float
    guest: str = ""
    disc: int = 1
    synced: bool = False  # whether its words have times

    @property
    def words(self) -> tuple[str, ...]:
        """The lines that are sung; most songs have none."""
        return WORDS.get(self.title, ())


class DemoAlbum(NamedTuple):
    """One album with its cover."""

    artist: str
    title: str
    date: str
    cover: str
    palette: Palette
    embedded: bool  # whether the cover lies in the files, else beside them as cover.jpg
    songs: tuple[DemoSong, ...]
    discs: tuple[str, ...] = ()  # subtitles, where there are several


MARLA, KETTLE, HERON = "Marla Quill", "The Velvet Kettle", "Neon Heron"
SORT_NAMES = {MARLA: "Quill, Marla", KETTLE: "Velvet Kettle, The", HERON: HERON}
_BOSSA, _FUNK = ("Bossa Nova",), ("Funk", "Electronic")
_FOLK, _LOFI, _SYNTH, _AMBIENT = ("Indie Folk",), ("Lo-Fi", "Jazz"), ("Synthwave", "Electronic"), ("Ambient",)

ALBUMS = (
    DemoAlbum(
        MARLA, "Letters to the Lighthouse", "2021-03-19", "waves",
        (
            (24, 38, 74), (236, 170, 130), (255, 232, 190),
            (70, 100, 140), (48, 78, 120), (34, 58, 98), (22, 40, 74), (12, 24, 50),
        ),
        True,
        (
            DemoSong("The Keeper's Breakfast", "folk", _FOLK, "happy", ".flac", 30),
            DemoSong("Salt on the Envelope", "folk", _FOLK, "romantic", ".flac", 34, synced=True),
            DemoSong("Driftwood Alphabet", "waltz", (*_FOLK, "Chamber Pop"), "calm", ".flac", 28),
            DemoSong("Porridge for the Gulls", "folk", _FOLK, "happy", ".flac", 26),
            DemoSong("Forty-One Steps", "folk", _FOLK, "anxious", ".flac", 30),
            DemoSong("Goodnight, Harbour", "waltz", (*_FOLK, "Lullaby"), "sad", ".flac", 32),
        ),
    ),
    DemoAlbum(
        KETTLE, "Steam & Sugar", "2019-11-08", "steam",
        (
            (246, 234, 214), (152, 66, 48), (222, 176, 132),
            (190, 104, 74), (226, 150, 100), (120, 84, 76), (236, 190, 140),
        ),
        False,
        (
            DemoSong("First Pour", "lofi", _LOFI, "calm", ".mp3", 27),
            DemoSong("Cardigan Weather", "lofi", _LOFI, "neutral", ".mp3", 29),
            DemoSong("The Cat Approves", "swing", ("Jazz",), "happy", ".mp3", 26),
            DemoSong("Two Spoons", "lofi", _LOFI, "romantic", ".mp3", 30),
            DemoSong("Slow Tram Home", "lofi", _LOFI, "sad", ".mp3", 31),
            DemoSong("Crumbs", "swing", ("Jazz",), "happy", ".mp3", 22),
        ),
    ),
    DemoAlbum(
        HERON, "Night Ferry", "2023-06-02", "night",
        ((14, 8, 40), (88, 30, 120), (232, 70, 140), (255, 196, 96), (190, 220, 255)),
        True,
        (
            DemoSong("Departure Gate Lagoon", "synthwave", _SYNTH, "calm", ".m4a", 30),
            DemoSong("Chrome Reeds", "drive", _SYNTH, "energetic", ".m4a", 26),
            DemoSong("Wake Lights", "synthwave", _SYNTH, "romantic", ".m4a", 31),
            DemoSong("Passport to Nowhere", "synthwave", _SYNTH, "anxious", ".m4a", 33, synced=True),
            DemoSong("Engine Room Disco", "drive", (*_SYNTH, "Disco"), "energetic", ".m4a", 28),
            DemoSong("Starboard", "drive", _SYNTH, "angry", ".m4a", 24),
            DemoSong("Last Pier Before Morning", "synthwave", _SYNTH, "sad", ".m4a", 32),
        ),
    ),
    DemoAlbum(
        HERON, "Moss Computer", "2024-10-11", "moss",
        ((22, 42, 36), (214, 232, 190), (150, 196, 130), (92, 152, 104), (52, 108, 84), (32, 74, 64)),
        False,
        (
            DemoSong("Boot Sequence, with Ferns", "ambient", _AMBIENT, "calm", ".opus", 34),
            DemoSong("Lichen Cache", "pulse", (*_AMBIENT, "Downtempo"), "neutral", ".opus", 28),
            DemoSong("Soft Reset", "ambient", _AMBIENT, "calm", ".opus", 33),
            DemoSong("Rain Protocol", "pulse", (*_AMBIENT, "Downtempo"), "sad", ".opus", 29),
            DemoSong("Sleep Mode", "ambient", _AMBIENT, "calm", ".opus", 33),
        ),
    ),
    DemoAlbum(
        KETTLE, "Rooftop Radio", "2025-05-23", "roofs",
        (
            (250, 214, 150), (238, 120, 92), (74, 44, 62), (52, 30, 48),
            (250, 170, 80), (226, 84, 84), (96, 150, 150), (255, 226, 170), (150, 80, 110),
        ),
        True,
        (
            DemoSong("Antenna Samba", "bossa", ("Bossa Nova", "Latin"), "happy", ".flac", 28),
            DemoSong("Pigeon Parliament", "funk", ("Funk",), "energetic", ".m4a", 27),
            DemoSong("Borrowed Sunglasses", "bossa", _BOSSA, "romantic", ".opus", 32, guest=MARLA, synced=True),
            DemoSong("Laundry in the Wind", "bossa", _BOSSA, "calm", ".flac", 26, disc=2),
            DemoSong("Midnight on the Tin", "funk", _FUNK, "energetic", ".m4a", 29, guest=HERON, disc=2),
            DemoSong("Encore for the Neighbours", "funk", ("Funk", "Soul"), "happy", ".opus", 25, disc=2),
        ),
        ("Sunset", "After Dark"),
    ),
)  # fmt: skip
