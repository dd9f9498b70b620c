"""The little demo library that a first start without any music makes."""

from pathlib import Path

from antiphon.cli.progress import ProgressLine


def demo_folder(data: Path) -> Path:
    """The folder with the demo's songs; makes them where they are not there yet, which takes some seconds."""
    folder = data / "demo-music"
    if not folder.is_dir():
        # Loaded only now: a start that needs no demo pays nothing for it.
        from antiphon.adapters.demo_music import make_demo_library

        print("  No music folder is set (ANTIPHON_MUSIC), so here is a small demo library.", flush=True)
        line = ProgressLine("Composing")
        make_demo_library(folder, line.show)
        line.done("3 artists, 5 albums, 30 songs.")
    return folder
