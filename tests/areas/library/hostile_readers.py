"""Readers of tags that do what hostile files bring real ones to."""

import os
import resource
import socket
import time
from collections.abc import Sequence

from antiphon.adapters.media.tags import read_many
from antiphon.areas.library.data.tags import BrokenFile, ReadTags


def stuck_on_some(paths: Sequence[tuple[str, bool]], code_page: str) -> list[ReadTags | BrokenFile]:
    """Reads files, but is never done with those called endless."""
    while any("endless" in path for path, _ in paths):
        pass
    return read_many(paths, code_page)


def slowly(paths: Sequence[tuple[str, bool]], code_page: str) -> list[ReadTags | BrokenFile]:
    """Half a second for each file."""
    time.sleep(0.5 * len(paths))
    return read_many(paths, code_page)


def what_is_allowed(paths: Sequence[tuple[str, bool]], _: str) -> list[ReadTags | BrokenFile]:
    """Says of each file what this process could do instead of reading it."""
    limits = [resource.getrlimit(what)[1] for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE)]
    try:
        memory = f"{len(bytearray(2 << 30))} bytes"
    except MemoryError:
        memory = "no memory"
    doors = [name for _, name in socket.if_nameindex()]
    told = f"{limits} {memory} {doors} {os.readlink('/proc/self/ns/net')}"
    return [BrokenFile(path, told) for path, _ in paths]
