"""Processes as the system tells of them."""

from pathlib import Path


def is_alive(process_id: int) -> bool:
    """Whether a process is there and no zombie: one that has ended, and nobody has waited for it yet."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
