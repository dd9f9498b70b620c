"""The owner's rules for streaming: read by every stream, changed by admins while the server runs."""

import time
from collections.abc import Callable

import msgspec

from antiphon.areas.playback.data.streaming import Asking, Ruled, StreamCeiling, StreamingRules
from antiphon.areas.playback.data.transcodes import Sounding
from antiphon.areas.playback.internal import ceilings
from antiphon.areas.playback.internal.ruling import Ruling, check_bitrate, checked
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.settings import RuntimeSettings

NAME = "streaming"
# Other processes follow a change within so many seconds.
BELIEVED_SECONDS = 2.0


class Streaming:
    """Rules, limits and the ceilings of persons."""

    def __init__(
        self,
        *,
        database: Database,
        runtime_settings: RuntimeSettings,
        places: int,
        processes: int,
        resize_cache: Callable[[int | None], None],
    ) -> None:
        """`places` is how many transcodes all `processes` of this server may make at once where the rules do not say;
        `resize_cache` is told how many bytes of finished ones are kept (None: as the server was started)."""
        self._database = database
        self._runtime_settings = runtime_settings
        self._places = places
        self._processes = processes
        self._resize_cache = resize_cache
        self._ruling: Ruling | None = None
        self._read_at = 0.0

    async def ruled(self, principal: Principal, song: Sounding, asking: Asking) -> Ruled:
        """What the rules say of a song for a listener."""
        return (await self._current()).of(song, principal.user_id, asking)

    async def places(self) -> tuple[int, int]:
        """How many transcodes may be made at once: for a person, and by this process."""
        rules = (await self._current()).rules
        return rules.per_person, max(1, (rules.in_all or self._places) // self._processes)

    async def rules(self, principal: Principal) -> StreamingRules:
        """The rules as they stand, for admins. Raises FORBIDDEN."""
        _check_admin(principal)
        return await self._stored()

    async def change(self, principal: Principal, rules: StreamingRules) -> StreamingRules:
        """Set all rules and limits; `revision` is the one that they were read with. Gives them with their new one.

        Raises FORBIDDEN, INVALID by field, CONFLICT `rules_changed` where somebody else has changed them since.
        """
        _check_admin(principal)
        wanted = checked(rules)
        async with self._database.transaction() as transaction:
            stored = await self._runtime_settings.get_within(transaction, NAME)
            before = _read(stored)
            if before.revision != wanted.revision:
                raise AntiphonError(
                    Kind.CONFLICT, "rules_changed", "Somebody else has changed the rules meanwhile. Load them again."
                )
            after = msgspec.structs.replace(wanted, revision=before.revision + 1)
            await self._runtime_settings.set(transaction, NAME, msgspec.to_builtins(after))
            names = [rule.name for rule in after.rules]
            await transaction.publish(recorded(principal, "settings.changed", "settings", name=NAME, rules=names))
        self._ruling = None
        return after

    async def ceilings(self, principal: Principal) -> list[StreamCeiling]:
        """The ceilings of persons, for admins. Raises FORBIDDEN."""
        _check_admin(principal)
        return await self._all_ceilings()

    async def ceiling_of(self, user_id: int) -> int:
        """The most kbit/s that a person gets; 0 where nothing is set for them."""
        return next((one.bitrate for one in await self._all_ceilings() if one.user_id == user_id), 0)

    async def set_ceiling(self, principal: Principal, user_id: int, bitrate: int) -> None:
        """Set the most kbit/s that a person gets; 0 takes the limit away. Raises FORBIDDEN, NOT_FOUND, INVALID."""
        _check_admin(principal)
        check_bitrate(bitrate, "bitrate")
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(ceilings.PERSON, user_id=user_id)
            if row is None:
                raise not_found("user")
            await ceilings.write(transaction, user_id, bitrate)
            await transaction.publish(
                recorded(principal, "account.stream_ceiling_set", "account", user_id, row[0], bitrate=bitrate)
            )
        self._ruling = None

    async def _all_ceilings(self) -> list[StreamCeiling]:
        return [StreamCeiling(*row) for row in await self._database.reader.fetch(ceilings.CEILINGS)]

    async def _current(self) -> Ruling:
        if self._ruling is None or time.monotonic() - self._read_at > BELIEVED_SECONDS:
            read_at = time.monotonic()
            rules = await self._stored()
            by_person = {one.user_id: one.bitrate for one in await self._all_ceilings()}
            self._ruling, self._read_at = Ruling(rules, by_person), read_at
            self._resize_cache(rules.cache_bytes)
        return self._ruling

    async def _stored(self) -> StreamingRules:
        return _read(await self._runtime_settings.get(NAME))


def _read(stored: object) -> StreamingRules:
    return StreamingRules() if stored is None else msgspec.convert(stored, StreamingRules)


def _check_admin(principal: Principal) -> None:
    if not principal.is_admin:
        raise forbidden("Only admins set the rules for streaming.")
