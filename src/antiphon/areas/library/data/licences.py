"""What others may do with a song: a few well-known licences by their codes, and others in words of their owner."""

from typing import Literal

import msgspec

LicenceCode = Literal[
    "all-rights-reserved",
    "cc0",
    "cc-by",
    "cc-by-sa",
    "cc-by-nc",
    "cc-by-nd",
    "cc-by-nc-sa",
    "cc-by-nc-nd",
    "public-domain",
    "other",
]

_CREATIVE_COMMONS = "https://creativecommons.org"
DEEDS: dict[str, str] = {
    "cc0": f"{_CREATIVE_COMMONS}/publicdomain/zero/1.0/",
    "public-domain": f"{_CREATIVE_COMMONS}/publicdomain/mark/1.0/",
    **{
        code: f"{_CREATIVE_COMMONS}/licenses/{code.removeprefix('cc-')}/4.0/"
        for code in ("cc-by", "cc-by-sa", "cc-by-nc", "cc-by-nd", "cc-by-nc-sa", "cc-by-nc-nd")
    },
}
"""Where licences that need no further words are explained."""


class Licence(msgspec.Struct, frozen=True, gc=False):
    """A licence. `text` and `url` are an owner's own where `code` is `other`; of the rest the address of the deed."""

    code: LicenceCode
    text: str = ""
    url: str = ""
