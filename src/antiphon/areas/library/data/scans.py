"""What a scan tells."""

import msgspec


class ScanReport(msgspec.Struct, kw_only=True):
    """What a scan found. `growing` files are still written to and were left alone; `seconds` is wall time; `warnings`
    are sentences for the admin."""

    files: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    returned: int = 0
    missing: int = 0
    broken: int = 0
    growing: int = 0
    seconds: float = 0.0
    warnings: list[str] = []


class BrokenFileRow(msgspec.Struct, frozen=True, gc=False):
    """A file that could not be read as music, and why."""

    library_id: int
    path: str
    reason: str
    found_at: float
