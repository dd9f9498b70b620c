"""What every test may ask for; the fixtures themselves are in tests/services."""

import sys

import aiohttp  # noqa: F401 - before the server, which loads Socket.IO without its client's libraries
from hypothesis import settings

# Every call of the HTTP client inside this process asks for it, twice: to find again that it is not there costs a
# twentieth of all that the tests over HTTP do.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

# How long an example takes hangs on what else the machine does.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

pytest_plugins = [
    "tests.services.garbage",
    "tests.services.compiled",
    "tests.services.postgresql",
    "tests.services.redis",
    "tests.services.object_storage",
    "tests.services.chromium",
    "tests.services.databases",
    "tests.services.scanned",
    "tests.services.server",
    "tests.services.hashing",
    "tests.services.helpers",
    "tests.services.application",
    "tests.services.strict_provider",
    "tests.services.openid_provider",
    "tests.services.spotify_stand_in",
    "tests.services.listenbrainz_stand_in",
    "tests.services.lastfm_stand_in",
    "tests.services.mail",
    "tests.services.skips",
    "tests.services.order",
    "tests.services.parameter_names",
    "tests.audio.fixtures",
]
