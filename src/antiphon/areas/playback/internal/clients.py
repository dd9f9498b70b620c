"""What is known about apps: which formats they cannot play, and what they get instead."""

import msgspec

from antiphon.areas.playback.data.transcodes import Codec


class ClientRule(msgspec.Struct, frozen=True):
    """For the apps whose name begins with one of `names` (in small letters): formats they cannot play, and the form
    they get instead of these, or where less than the original's bit rate is asked for."""

    names: tuple[str, ...]
    form: Codec = "mp3"
    unplayable: frozenset[str] = frozenset()


_NOT_IN_BROWSERS = frozenset(("ape", "wavpack", "wv", "aiff", "alac", "wma", "musepack", "dsf", "tta", "mp2"))
_RARE = frozenset(("ape", "wavpack", "wv", "wma", "musepack", "dsf", "tta"))

RULES: tuple[ClientRule, ...] = (
    # Players with decoders of their own, which take everything; Opus spares the phone's data.
    ClientRule(("symfonium", "tempus", "tempo", "supersonic", "feishin", "stmps"), form="opus"),
    # Apps on the system's decoders of iOS, where Opus in Ogg is young.
    ClientRule(("amperfy", "play:sub", "isub", "substreamer", "arpeggi"), unplayable=_RARE),
    ClientRule(("dsub", "ultrasonic", "subtracks"), unplayable=_RARE | {"alac", "aiff"}),
    ClientRule(
        ("airsonic-refix", "aonsoku", "jamstash", "subplayer", "antiphon web", "antiphon share"),
        unplayable=_NOT_IN_BROWSERS,
    ),
)
ANY_CLIENT = ClientRule(())


def rule_for(client: str) -> ClientRule:
    """What is known about an app by the name it gives itself."""
    name = client.lower()
    return next((rule for rule in RULES if name.startswith(rule.names)), ANY_CLIENT)
