"""The maker: encodes each kind of sound once a session, and copies and tags it as often as wanted."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.audio.sounds import FORMATS, encode_tone
from tests.audio.tagging import Tags, cover_picture, write_tags

BROKEN_KINDS = (
    "empty.mp3", "empty.flac", "one_byte.mp3", "zeros.mp3", "zeros.m4a", "random.mp3", "random.m4a", "random.ogg",
    "text.mp3", "picture.mp3", "playlist.mp3", "page.flac", "truncated_header.flac", "truncated_header.m4a",
    "truncated_header.ogg", "truncated_header.wav", "only_tag.mp3", "endless_tag.mp3",
)  # fmt: skip


class AudioMaker:
    """Makes sound files below its folder; what it encoded once is copied from then on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tone(self, kind: str, seconds: float = 1.0, channels: int = 2, fragmented: bool = False) -> Path:
        """A tone without tags, of one of the kinds in `FORMATS`. The file is shared: copy it before changing it."""
        made = FORMATS[kind]
        path = self._folder / f"{kind}-{seconds}-{channels}{'-fragmented' if fragmented else ''}.{made.suffix}"
        if not path.exists():
            options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"} if fragmented else None
            unfinished = path.with_suffix(".part")
            encode_tone(unfinished, made, seconds, channels, options)
            unfinished.rename(path)
        return path

    def song(
        self, target: Path, tags: Tags | None = None, *, kind: str = "mp3", seconds: float = 1.0, picture: bool = False
    ) -> Path:
        """A tagged file at `target`, whose folders are made. Tags go by their Vorbis names."""
        target.parent.mkdir(parents=True, exist_ok=True)
        # Tagged under a plain name: the tagger goes by the ending, and the wanted one may be odd or wrong.
        made = target.parent / f"making.{FORMATS[kind].suffix}"
        shutil.copyfile(self.tone(kind, seconds), made)
        if tags or picture:
            write_tags(made, tags or {}, cover_picture() if picture else None)
        return made.rename(target)

    def with_bytes(self, target: Path, kind: str = "mp3", before: bytes = b"", after: bytes = b"") -> Path:
        """A tone with bytes put before and after it, such as tags made by hand."""
        target.write_bytes(before + self.tone(kind).read_bytes() + after)
        return target

    def broken(self, folder: Path) -> list[Path]:
        """Files that hold no music, one for each name in `BROKEN_KINDS`, and a folder called like a song."""
        folder.mkdir(parents=True, exist_ok=True)
        makers: dict[str, Callable[[str], bytes]] = {
            "empty": lambda _: b"",
            "one_byte": lambda _: b"\xff",
            "zeros": lambda _: bytes(50_000),
            "random": lambda name: random.Random(name).randbytes(50_000),
            "text": lambda _: b"Dear diary, today I listened to music all day long.\n" * 50,
            "picture": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(2_000),
            "playlist": lambda _: b"#EXTM3U\n#EXTINF:5,\n/etc/passwd\n",
            "page": lambda _: b"<!DOCTYPE html><html><body>Not found</body></html>",
            "truncated_header": self._truncated,
            "only_tag": lambda _: b"ID3\x03\x00\x00\x00\x00\x01\x00" + bytes(128),
            "endless_tag": lambda _: b"ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2" + bytes(300),
        }
        made = []
        for name in BROKEN_KINDS:
            path = folder / name
            path.write_bytes(makers[name.partition(".")[0]](name))
            made.append(path)
        (folder / "dir.mp3").mkdir()
        return [*made, folder / "dir.mp3"]

    def _truncated(self, name: str) -> bytes:
        kind = {"flac": "flac", "m4a": "aac", "ogg": "vorbis", "wav": "wav"}[name.partition(".")[2]]
        return self.tone(kind).read_bytes()[:20]


def odd_names() -> list[str]:
    """File names that are allowed and still trip programs; the last is no UTF-8."""
    names = [
        "caf\u00e9.mp3",
        "cafe\u0301 2.mp3",
        "line\nbreak.mp3",
        "back\\slash.mp3",
        "l" * 239 + ".mp3",
        " blank .mp3",
    ]
    return [*names, "'quote\".mp3", "emoji \U0001f3b5.mp3", os.fsdecode(b"bad \xff\xfe name.mp3")]
