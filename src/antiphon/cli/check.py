"""`antiphon check`: compares the stored files with what is known of them, also beside a running server."""

from antiphon.areas.library.api import Library
from antiphon.cli.progress import ProgressLine

WORDS = {"missing": "is missing", "size": "has another size", "content": "has other content"}


async def check_files(library: Library, *, contents: bool) -> int:
    """Compare, and tell what is not as it was; gives the exit code (1 where something is damaged)."""
    line = ProgressLine("Check")
    report = await library.uploads.integrity.run(line.show, contents=contents)
    unknown = f" {report.unknown} files belong to nothing; tidying up removes them." if report.unknown else ""
    line.done(f"{report.files} files, {report.bytes / 1e6:,.1f} MB, {report.damaged} damaged.{unknown}")
    for file in report.first:
        thing = "A cover" if file.song_id is None else f"Song {file.song_id} ({file.title})"
        print(f"  ! {thing}: {file.name} {WORDS[file.damage]}.")
    return 1 if report.damaged else 0
