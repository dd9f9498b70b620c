"""The characters of the music: tempo, harmony, instruments and patterns of each style."""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """How a kind of music is played. Patterns have one letter for each sixteenth of a bar, "." is a rest."""

    tempi: tuple[int, int]  # beats a minute, slowest and fastest
    scales: tuple[str, ...]
    verses: tuple[tuple[int, ...], ...]  # progressions: steps of the scale, one a bar
    choruses: tuple[tuple[int, ...], ...]
    lead: str
    chords: str  # the instrument of the chords
    comping: str  # how chords are played: "picked", "held", "bells", or a pattern
    bass: str
    bass_line: str  # R root, 5 fifth, 8 octave, a one step below the next root
    drums: dict[str, str]
    pad: str = ""
    melody: str = "flowing"  # or "sparse", "busy"
    chord_size: int = 3
    beats: int = 4
    swing: float = 0.0  # part of an eighth by which every second eighth is late
    pump: float = 0.0  # how far the kick pushes pad and bass down
    echo: float = 0.0  # loudness of the lead's echoes
    hall: float = 1.4  # seconds of reverberation
    wet: float = 0.2  # loudness of the reverberation
    dust: float = 0.0  # loudness of the crackle of an old record
    loud: float = -14.5  # LUFS


STYLES = {
    "folk": Style(
        (84, 104), ("ionian", "mixolydian"),
        ((0, 4, 5, 3), (0, 3, 0, 4), (0, 5, 3, 4)), ((3, 4, 0, 5), (5, 3, 0, 4)),
        "hum", "nylon", "picked", "upright", "R.......5.......",
        {"kick": "x.........x.....", "shaker": "o.x.o.x.o.x.o.x.", "rim": "....o.......o..."},
        pad="strings", hall=1.8, wet=0.22, loud=-16.2,
    ),
    "waltz": Style(
        (92, 108), ("ionian", "lydian"),
        ((0, 5, 3, 4), (0, 2, 3, 4)), ((3, 4, 2, 5), (3, 0, 1, 4)),
        "flute", "harp", "picked", "upright", "R.......5...",
        {"shaker": "....o...o...", "kick": "o..........."},
        pad="strings", beats=3, hall=2.2, wet=0.28, loud=-17.4,
    ),
    "lofi": Style(
        (70, 84), ("dorian", "ionian"),
        ((1, 4, 0, 5), (0, 5, 1, 4), (3, 2, 1, 0)), ((3, 4, 2, 5), (1, 4, 2, 5)),
        "vibes", "tines", "x.....x...x.....", "upright", "R.....R.5...8.a.",
        {"kick": "x......x..x.....", "snare": "....x.......x..o", "hat": "x.x.x.x.x.x.x.x."},
        chord_size=4, swing=0.3, hall=0.9, wet=0.16, dust=0.012, melody="busy", loud=-15.8,
    ),
    "swing": Style(
        (112, 128), ("mixolydian", "dorian"),
        ((0, 3, 0, 4), (1, 4, 0, 5)), ((3, 3, 0, 0), (1, 4, 0, 4)),
        "clarinet", "felt", "...x......x.....", "upright", "R...5...8...a...",
        {"ride": "x...x.x.x...x.x.", "kick": "o.......o.......", "rim": "....o.......o..."},
        chord_size=4, swing=0.33, hall=1.0, wet=0.16, melody="busy", loud=-15.1,
    ),
    "synthwave": Style(
        (100, 116), ("aeolian", "dorian"),
        ((0, 5, 2, 6), (0, 3, 5, 6), (0, 0, 5, 6)), ((5, 6, 0, 2), (3, 5, 0, 6)),
        "saw", "pulse", "x.xx.xx.x.xx.xx.", "sawbass", "R.R.R.R.R.R.R.R8",
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "hat": "..x...x...x...xx", "tom": "..............oo"},
        pad="warm", pump=0.55, echo=0.4, hall=2.0, wet=0.24, loud=-13.6,
    ),
    "drive": Style(
        (122, 130), ("aeolian",),
        ((0, 5, 6, 4), (0, 6, 5, 6)), ((5, 6, 0, 0), (5, 2, 6, 0)),
        "saw", "pulse", "x..x..x.x..x..x.", "sawbass", "R8R8R8R8R8R8R858",
        {"kick": "x...x...x...x...", "clap": "....x.......x...", "hat": "x.xxx.xxx.xxx.xx"},
        pad="warm", pump=0.6, echo=0.35, hall=1.6, wet=0.2, melody="busy", loud=-12.4,
    ),
    "ambient": Style(
        (60, 72), ("lydian", "ionian"),
        ((0, 4, 3, 0), (0, 1, 0, 3), (3, 0, 4, 5)), ((3, 4, 5, 0), (5, 3, 0, 4)),
        "glass", "bell", "bells", "sub", "R...............",
        {}, pad="choir", chord_size=4, echo=0.5, hall=3.6, wet=0.5, melody="sparse", loud=-19.3,
    ),
    "pulse": Style(
        (80, 92), ("dorian", "lydian"),
        ((0, 3, 0, 4), (0, 5, 3, 3)), ((3, 0, 4, 5), (5, 5, 3, 0)),
        "flute", "musicbox", "picked", "sub", "R.......R.......",
        {"kick": "o.......o.......", "shaker": "..o...o...o...o."},
        pad="choir", chord_size=4, echo=0.45, hall=3.0, wet=0.4, melody="sparse", loud=-18.1,
    ),
    "bossa": Style(
        (118, 132), ("ionian", "dorian"),
        ((0, 0, 1, 4), (0, 5, 1, 4)), ((3, 2, 1, 4), (1, 4, 0, 5)),
        "flute", "nylon", "x..x..x...x..x..", "upright", "R.....5.5.....R.",
        {"kick": "x.....x.x.....x.", "rim": "x..x..x...x..x..", "shaker": "xoxoxoxoxoxoxoxo"},
        chord_size=4, hall=1.1, wet=0.17, loud=-15.4,
    ),
    "funk": Style(
        (98, 108), ("dorian", "mixolydian"),
        ((0, 0, 3, 0), (0, 3, 0, 4)), ((3, 4, 5, 4), (1, 4, 0, 0)),
        "clarinet", "muted", "..x...xx..x..x..", "fingered", "R..R..8...5.R.a.",
        {"kick": "x..x..x...x..x..", "snare": "....x..o.o..x..o", "hat": "xoxoxoxoxoxoxoxo"},
        pad="tines", chord_size=4, hall=0.8, wet=0.13, melody="busy", loud=-13.9,
    ),
}  # fmt: skip

_GENRES = {
    "folk": "folk", "indie": "folk", "acoustic": "folk", "country": "folk", "waltz": "waltz", "classical": "waltz",
    "chamber": "waltz", "lo-fi": "lofi", "lofi": "lofi", "hip-hop": "lofi", "jazz": "swing", "swing": "swing",
    "blues": "swing", "synth": "synthwave", "pop": "synthwave", "rock": "drive", "metal": "drive", "techno": "drive",
    "electro": "drive", "house": "drive", "dance": "drive", "ambient": "ambient", "drone": "ambient",
    "new age": "ambient",
    "down": "pulse", "chill": "pulse", "bossa": "bossa", "latin": "bossa", "samba": "bossa", "funk": "funk",
    "soul": "funk", "disco": "funk", "reggae": "bossa",
}  # fmt: skip
_MOODS = {
    "happy": ("bossa", 1.06, True), "sad": ("waltz", 0.85, False), "calm": ("ambient", 0.95, True),
    "energetic": ("drive", 1.1, False), "angry": ("drive", 1.15, False), "romantic": ("lofi", 0.95, True),
    "anxious": ("pulse", 1.15, False), "neutral": ("folk", 1.0, True),
}  # fmt: skip
_BRIGHT = ("ionian", "lydian", "mixolydian")


def style_for(genre: str, mood: str) -> Style:
    """The style that fits a genre, turned by the mood: faster or slower, brighter or darker."""
    fallback, pace, bright = _MOODS.get(mood.lower(), ("folk", 1.0, True))
    name = next((style for word, style in _GENRES.items() if word in genre.lower()), fallback)
    style = STYLES[name]
    if not mood:
        return style
    scales = tuple(scale for scale in style.scales if (scale in _BRIGHT) == bright)
    tempi = (round(style.tempi[0] * pace), round(style.tempi[1] * pace))
    return style._replace(tempi=tempi, scales=scales or (("ionian",) if bright else ("aeolian",)))
