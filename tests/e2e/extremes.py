"""Music folders at the edges: none, one, thousands; endless titles, titles from right to left, no pictures."""

from pathlib import Path

from tests.audio.id3_bytes import id3_tag, text_frame
from tests.audio.maker import AudioMaker

MANY = 3000
LONG = 10_000
ONE_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"
ARABIC = "أغنية طويلة جدًا عن البحر والقمر والنجوم"
HEBREW = "שיר ארוך על הים והירח"
MIXED = f"{HEBREW} (Live in {ARABIC})"


def long_words(letter: str) -> str:
    """A title of ten thousand characters with places to break it."""
    return (f"{letter * 7} " * LONG)[:LONG].strip()


def endless_word(letter: str) -> str:
    """A title of ten thousand characters without any."""
    return letter * LONG


def write_one(folder: Path, audio: AudioMaker) -> None:
    """One song, whose every name is as long as names can be."""
    _write(folder / "one.mp3", audio, endless_word("W"), long_words("A"), endless_word("M"), endless_word("g"))


def write_many(folder: Path, audio: AudioMaker) -> None:
    """Thousands of songs without pictures, odd ones among them and at both ends of every order."""
    odd = [
        (endless_word("A"), ARABIC, HEBREW),
        (long_words("b"), endless_word("C"), MIXED),
        (ARABIC, HEBREW, ARABIC),
        (MIXED, MIXED, endless_word("d")),
        ("🎵" * 3000, "👩‍🎤 " * 500, ONE_WORD * 20),
        (endless_word("Z"), long_words("z"), endless_word("z")),
    ]
    for place, (title, artist, name) in enumerate(odd):
        _write(folder / f"odd {place}.mp3", audio, title, artist, name, endless_word("x") if place == 0 else ARABIC)
    for number in range(len(odd), MANY):
        album = number // 12
        _write(
            folder / f"{album:03d}" / f"{number:04d}.mp3",
            audio,
            f"Song number {number}",
            f"Artist {album % 70}",
            f"Album {album}",
            f"Genre {album % 40}",
            number % 12 + 1,
        )


def _write(path: Path, audio: AudioMaker, title: str, artist: str, album: str, genre: str, track: int = 1) -> None:
    texts = {"TIT2": title, "TPE1": artist, "TALB": album, "TCON": genre, "TRCK": str(track)}
    tag = id3_tag(4, [(name, text_frame(text)) for name, text in texts.items()])
    path.parent.mkdir(parents=True, exist_ok=True)
    audio.with_bytes(path, before=tag)
