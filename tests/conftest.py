"""What every test may ask for; the fixtures themselves are in tests/services."""

pytest_plugins = [
    "tests.services.postgresql",
    "tests.services.redis",
    "tests.services.chromium",
    "tests.services.databases",
    "tests.services.server",
    "tests.services.application",
    "tests.services.skips",
    "tests.audio.fixtures",
]
