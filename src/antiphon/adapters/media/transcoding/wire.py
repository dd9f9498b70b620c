"""What the server and its media helper say to each other: lines of JSON on one socket, with the files to write to."""

import msgspec

from antiphon.areas.playback.data.transcodes import Recipe

NEWLINE = b"\n"
LONGEST_LINE = 1 << 20


class Order(msgspec.Struct, frozen=True):
    """Make a recipe. One or two open files come with it: the listener's pipe and, where `keeps`, a file to keep."""

    number: int
    recipe: Recipe
    keeps: bool


class Outcome(msgspec.Struct, frozen=True):
    """How an order has ended. `error` is empty where all went well, and tells people why where it did not; `left` says
    that the listener has gone, `kept` that the file to keep holds everything; `is_broken`, that it is the song's fault.
    """

    number: int
    error: str = ""
    left: bool = False
    kept: bool = False
    is_broken: bool = False


encode_order = msgspec.json.Encoder().encode
decode_order = msgspec.json.Decoder(Order).decode
outcomes = msgspec.json.Decoder(Outcome)
