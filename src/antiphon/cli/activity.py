"""`antiphon import activity FILE`: what one or many people listened to elsewhere, taken over."""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.accounts.data import Registration
from antiphon.areas.playback.api.histories import Histories
from antiphon.areas.playback.data.histories import HistoryAction, HistoryEntry, HistoryReport
from antiphon.cli.progress import ProgressLine
from antiphon.kernel.clock import LATEST_MOMENT
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import SYSTEM, Principal

SOURCE = "activity"
# So many lines are in memory at once.
LINES_AT_ONCE = 50_000


class ActivityLine(msgspec.Struct):
    """One line of the file; `at` in seconds since 1970, `completion` the part that was heard, 0 to 1."""

    user: str
    artist: str
    title: str
    at: float
    album: str | None = None
    action: HistoryAction = "play"
    completion: float | None = None


async def import_activity(accounts: Accounts, histories: Histories, file: Path, *, create_users: bool) -> int:
    """Take a file over and print what came of it; gives the exit code: 1 where a line could not be read.

    People who are not known here are made with `create_users`, without a password; else their lines count as
    unmatched. The same line counts once, however often it is brought.
    """
    people = _People(accounts, create_users=create_users)
    songs = await histories.songs(SYSTEM)
    line, report, bad, done = ProgressLine("Import"), HistoryReport(), 0, 0
    whole = max(file.stat().st_size, 1)
    for lines, size in _pieces(file):
        by_user: dict[str, list[HistoryEntry]] = defaultdict(list)
        for text in lines:
            entry = _read(text)
            if entry is None:
                bad += 1
            else:
                by_user[entry[0]].append(entry[1])
        for user, entries in by_user.items():
            principal = await people.find(user)
            if principal is None:
                report += HistoryReport(unmatched=len(entries))
            else:
                report += await histories.add(principal, SOURCE, entries, songs)
        done += size
        line.show(done / whole, f"{report.matched} matched")
    line.done(
        f"{report.matched} matched ({report.added} new), {report.unmatched} unmatched, {len(people.known)} people"
        f"{f' ({people.made} new)' if people.made else ''}."
    )
    if bad:
        print(f"{bad} lines could not be read.", file=sys.stderr)
    return 1 if bad else 0


class _People:
    """Who is named in the file."""

    def __init__(self, accounts: Accounts, *, create_users: bool) -> None:
        self._accounts = accounts
        self._create_users = create_users
        self._found: dict[str, Principal | None] = {}
        self.made = 0

    @property
    def known(self) -> set[int]:
        """The ids of those that were found or made."""
        return {principal.user_id for principal in self._found.values() if principal is not None}

    async def find(self, name: str) -> Principal | None:
        """Somebody by name; None where they are unknown or may not come in."""
        if name not in self._found:
            self._found[name] = await self._look_up(name)
        return self._found[name]

    async def _look_up(self, name: str) -> Principal | None:
        try:
            user_id = (await self._accounts.people.by_username(SYSTEM, name)).id
        except AntiphonError as error:
            if error.kind is not Kind.NOT_FOUND or not self._create_users:
                return None
            made = await self._make(name)
            if made is None:
                return None
            user_id = made
        try:
            principal, _ = await self._accounts.access.by_signature(user_id)
        except AntiphonError:
            return None
        return principal

    async def _make(self, name: str) -> int | None:
        # An address that no mail can go to, until an admin sets a real one.
        address = f"{hashlib.sha256(name.encode()).hexdigest()[:24]}@imported.invalid"
        registration = Registration(username=name, email=address, password=None)
        try:
            user = await self._accounts.registration.create(SYSTEM, registration, has_app_password=True)
        except AntiphonError as error:
            print(f"{name!r} was not made: {error.message}", file=sys.stderr)
            return None
        self.made += 1
        return user.id


def _pieces(file: Path) -> Iterator[tuple[list[bytes], int]]:
    """The lines of a file, many at once, with their size."""
    with file.open("rb") as opened:
        lines: list[bytes] = []
        for line in opened:
            lines.append(line)
            if len(lines) == LINES_AT_ONCE:
                yield lines, sum(map(len, lines))
                lines = []
        if lines:
            yield lines, sum(map(len, lines))


_decoder = msgspec.json.Decoder(ActivityLine)


def _read(text: bytes) -> tuple[str, HistoryEntry] | None:
    """Who did what; None for a line that says nothing of the kind."""
    try:
        line = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    is_share = line.completion is None or 0 <= line.completion <= 1
    if not (is_share and 0 <= line.at <= LATEST_MOMENT):
        return None
    entry = HistoryEntry(line.artist, line.title, line.at, line.album or "", line.action, line.completion)
    return line.user, entry
