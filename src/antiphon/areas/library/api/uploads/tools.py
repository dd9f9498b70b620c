"""What uploads need, and who may bring something."""

from pathlib import Path

import msgspec

from antiphon.areas.accounts.api import Access
from antiphon.areas.library.api.editing import Editing, Tools
from antiphon.areas.library.data import ArchiveLimits, CoverMaker, SoundCheck, Storage, WordsReader
from antiphon.areas.library.internal.uploading.copies import Copies
from antiphon.areas.library.internal.uploading.incoming import Incoming
from antiphon.kernel.errors import forbidden, not_signed_in
from antiphon.kernel.principal import Principal, check_right

LISTENED_AT_ONCE = 16 * 1024 * 1024


class UploadTools(msgspec.Struct, frozen=True):
    """Where files are kept and who looks at them. `incoming` and `copies` are folders of this machine, the first on the
    disk where uploads stay; `quota` is in bytes, `access` tells who somebody is, `archives` what a ZIP may hold,
    and `words` reads what is sung from files in one."""

    storage: Storage
    sounds: SoundCheck
    covers: CoverMaker
    access: Access
    quota: int
    incoming: Path
    copies: Path
    archives: ArchiveLimits
    words: WordsReader


class Desk(msgspec.Struct, frozen=True):
    """Everything that the use cases of uploads share."""

    tools: Tools
    editing: Editing
    storage: Storage
    sounds: SoundCheck
    covers: CoverMaker
    access: Access
    quota: int
    incoming: Incoming
    copies: Copies
    archives: ArchiveLimits
    words: WordsReader

    def reads_later(self, size: int, *, is_resumable: bool) -> bool:
        """Whether a file of `size` bytes is read from end to end only once its song is there: whoever waits for the
        answer to a large form need not wait for that too."""
        return not is_resumable and size > LISTENED_AT_ONCE and self.storage.is_near


def make_desk(tools: Tools, editing: Editing, given: UploadTools) -> Desk:
    """The desk, from what is handed in."""
    return Desk(
        tools=tools,
        editing=editing,
        storage=given.storage,
        sounds=given.sounds,
        covers=given.covers,
        access=given.access,
        quota=given.quota,
        incoming=Incoming(given.incoming),
        copies=Copies(given.storage, given.copies),
        archives=given.archives,
        words=given.words,
    )


def check_may_upload(principal: Principal) -> None:
    """Raise NOT_SIGNED_IN for nobody, FORBIDDEN for who is no artist, has lost the right, or comes with a key that
    lacks the scope."""
    if principal.is_anonymous:
        raise not_signed_in()
    if principal.scopes is not None and "upload" not in principal.scopes:
        raise forbidden("This key lacks the scope upload.", "scope_missing")
    check_right(principal, "upload", "Only artists may upload, and not every account of theirs.")


def as_editor(principal: Principal) -> Principal:
    """The same person, who may say what the song is that they bring: that belongs to uploading."""
    if principal.scopes is None:
        return principal
    return msgspec.structs.replace(principal, scopes=principal.scopes | {"write"})
