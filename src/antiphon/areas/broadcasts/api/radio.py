"""Internet radio stations: admins keep them, everybody listens."""

from urllib.parse import urlsplit

from antiphon.areas.broadcasts.data import NewStation, Station
from antiphon.areas.broadcasts.internal import stations
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

LONGEST_NAME, LONGEST_ADDRESS = 200, 2_000


class Radio:
    """Stations, by name."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def stations(self, principal: Principal) -> list[Station]:
        """All stations. Raises NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        return [Station(*row) for row in await self._database.reader.fetch(stations.STATIONS)]

    async def add(self, principal: Principal, given: NewStation) -> Station:
        """A new station. Raises FORBIDDEN for all but admins, INVALID by field."""
        station = _checked(principal, given)
        now = self._clock()
        async with self._database.transaction() as transaction:
            if await stations.count(transaction) >= stations.MOST:
                raise invalid(name=f"There are {stations.MOST} stations already.")
            station_id = await stations.insert_station(transaction, station, now)
            await transaction.publish(recorded(principal, "station.added", "station", station_id, station.name))
        return Station(station_id, station.name, station.stream_url, station.homepage_url, now)

    async def change(self, principal: Principal, station_id: int, given: NewStation) -> Station:
        """Change a station. Raises FORBIDDEN for all but admins, NOT_FOUND, INVALID by field."""
        station = _checked(principal, given)
        async with self._database.transaction() as transaction:
            await stations.update_station(transaction, station_id, station)
            changed = await self._find(transaction, station_id)
            await transaction.publish(recorded(principal, "station.changed", "station", station_id, station.name))
        return changed

    async def remove(self, principal: Principal, station_id: int) -> None:
        """Remove a station. Raises FORBIDDEN for all but admins, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            station = await self._find(transaction, station_id)
            await stations.delete_station(transaction, station_id)
            await transaction.publish(recorded(principal, "station.removed", "station", station_id, station.name))

    @staticmethod
    async def _find(transaction: Transaction, station_id: int) -> Station:
        row = await transaction.fetch_one(stations.STATION, id=station_id)
        if row is None:
            raise not_found("station")
        return Station(*row)


def _check_admin(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    if not principal.is_admin:
        raise forbidden("Only admins may change radio stations.", "admins_only")


def _checked(principal: Principal, given: NewStation) -> NewStation:
    """The station with its texts trimmed, by who may enter it."""
    _check_admin(principal)
    name = clean_line(given.name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise invalid(name=f"A station has a name of at most {LONGEST_NAME} characters.")
    return NewStation(
        name=name,
        stream_url=_address("stream_url", given.stream_url),
        homepage_url=_address("homepage_url", given.homepage_url) if given.homepage_url.strip() else "",
    )


def _address(field: str, text: str) -> str:
    trimmed = text.strip()
    try:
        parts = urlsplit(trimmed)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or len(trimmed) > LONGEST_ADDRESS or not trimmed.isprintable() or " " in trimmed:
        raise invalid(**{field: "This must be an address that begins with http:// or https:// and a host."})
    return trimmed
