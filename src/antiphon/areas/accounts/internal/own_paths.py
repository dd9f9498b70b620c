"""Where people are led after they came back from elsewhere: paths on this server, nothing else."""

import re

HOME = "/app/"
LONGEST = 1000
# Browsers leave control characters out of an address and take a backslash for a slash: neither stands in a path here.
# Nor do two slashes after `/app`: what follows it is an address of the player's own, and `//host` would be another's.
_PATH = re.compile(r"/app/(?!/)[!-\[\]-~]*", re.ASCII)


def own_path(text: str) -> str:
    """`text` where it is a path below `/app/` on this server, else the player's first page."""
    if len(text) > LONGEST or not text.startswith(HOME) or not _PATH.fullmatch(text):
        return HOME
    return text
