"""What a browser or app calls itself, in words that its owner knows it by."""

import re

MAXIMUM_NAME = 100
# The first that fits counts: browsers name their relatives too.
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"(?:OPR|Opera)/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Vivaldi", r"Vivaldi/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"Version/[\d.]+ .*Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)
_PRODUCT = re.compile(r"([A-Za-z][\w .-]{0,60}?)(?:/([\w.]{1,20}))?(?: |$|\()")


def device_name(client: str) -> str:
    """`Firefox on Linux`, `python-requests 2.31`; what it says of itself where that is all there is, empty for none."""
    system = _first(_SYSTEMS, client)
    browser = _first(_BROWSERS, client) if client.startswith("Mozilla/") else ""
    if browser:
        return f"{browser} on {system}" if system else browser
    if client.startswith("Mozilla/"):
        return f"A browser on {system}" if system else "A browser"
    found = _PRODUCT.match(client)
    if found is None:
        return client[:MAXIMUM_NAME]
    name = f"{found[1]} {found[2] or ''}".strip()
    return f"{name} on {system}" if system else name


def _first(known: tuple[tuple[str, str], ...], client: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, client)), "")
