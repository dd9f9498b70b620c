"""What people call their files: shown to people, and never a path."""

from antiphon.kernel.text import clean_line

LONGEST_BYTES = 255


def clean_label(text: str) -> str:
    """`text` without folders, control characters and marks that turn the reading direction, 255 bytes at most."""
    name = text.replace("\\", "/").rpartition("/")[2]
    shown = clean_line(name).strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = shown, ""
    ending = f".{suffix}" if suffix else ""
    room = LONGEST_BYTES - len(ending.encode())
    return (stem.encode()[:room].decode(errors="ignore").strip() or "upload") + ending
