"""What the server and the player's process tell each other: a line of JSON each."""

from typing import Literal

import msgspec

from antiphon.areas.playback.data.jukebox import PlayerNews


class Command(msgspec.Struct, frozen=True, omit_defaults=True):
    """Begin a file, be silent, or play louder or softer. `path` is in bytes: not every file's name is text."""

    do: Literal["play", "stop", "gain"]
    number: int = 0
    path: bytes = b""
    position: float = 0.0
    gain: float = 0.0


decode_command = msgspec.json.Decoder(Command).decode
news = msgspec.json.Decoder(PlayerNews)
