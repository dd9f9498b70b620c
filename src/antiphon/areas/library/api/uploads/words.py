"""Words that lie beside songs which are sent one by one: each is brought after its song's upload has begun."""

import asyncio

import msgspec

from antiphon.areas.library.api.uploads.receiving import check_quota
from antiphon.areas.library.api.uploads.tools import Desk, check_may_upload
from antiphon.areas.library.data import UploadRow, WordsEnding
from antiphon.areas.library.data.words import WordsFile, first_words
from antiphon.areas.library.internal.uploading import rows
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.principal import Principal


class Words:
    """What a song that is under way is to be sung with. It counts towards the quota until the song is made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def check(self, principal: Principal, upload_id: str) -> None:
        """Raise NOT_SIGNED_IN or FORBIDDEN where the caller may not upload, NOT_FOUND where the upload is not theirs,
        CONFLICT `upload_complete` where it takes no words: it is looked at already, is an archive, or a form."""
        check_may_upload(principal)
        reader = self._desk.tools.database.reader
        found = await reader.fetch_one(rows.ONE, id=upload_id, user_id=principal.user_id)
        if found is None:
            raise not_found("upload")
        row = UploadRow(*found)
        if row.state not in rows.TAKING_WORDS or not row.is_resumable or row.report:
            raise _no_more()

    async def give(self, principal: Principal, upload_id: str, ending: WordsEnding, content: bytes) -> None:
        """Have a song come with these words, in the place of those that it had been given before.

        Raises as `check`, UNSUPPORTED_MEDIA `no_words` where none can be read, and TOO_LARGE `quota_exceeded`.
        """
        await self.check(principal, upload_id)
        desk, user_id = self._desk, principal.user_id
        given = [WordsFile("", ending, content)]
        found, unread = await asyncio.to_thread(first_words, given, desk.words)
        if not found.synced and not found.plain:
            problem = unread[0].problem if unread else "There are no words in it."
            raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_words", problem)
        kept = msgspec.json.encode(found).decode()
        async with desk.tools.database.transaction() as transaction:
            await rows.lock_person(transaction, user_id)
            before = await transaction.fetch_one(rows.BYTES_OF_WORDS, id=upload_id)
            more = len(content) - (0 if before is None else int(before[0]))
            await check_quota(transaction, desk, user_id, more, is_admin=principal.is_admin)
            if not await rows.give_words(transaction, upload_id, kept, len(content)):
                raise _no_more()


def _no_more() -> AntiphonError:
    return AntiphonError(Kind.CONFLICT, "upload_complete", "This upload takes no more words.")
