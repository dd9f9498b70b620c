"""Internet radio stations: admins keep them, everybody listens."""

from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from antiphon.areas.broadcasts.data import NewStation, Station
from antiphon.areas.broadcasts.internal.tables import radio_station
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Statement, Transaction
from antiphon.kernel.errors import forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

LONGEST_NAME, LONGEST_ADDRESS = 200, 2_000
MOST_STATIONS = 1_000

_COLUMNS = (
    radio_station.c.id,
    radio_station.c.name,
    radio_station.c.stream_url,
    radio_station.c.homepage_url,
    radio_station.c.created_at,
)
_STATIONS = Statement(
    select(*_COLUMNS).order_by(func.lower(radio_station.c.name), radio_station.c.id).limit(MOST_STATIONS)
)


class Radio:
    """Stations, by name."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def stations(self, principal: Principal) -> list[Station]:
        """All stations. Raises NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        return [Station(*row) for row in await self._database.reader.fetch(_STATIONS)]

    async def add(self, principal: Principal, given: NewStation) -> Station:
        """A new station. Raises FORBIDDEN for all but admins, INVALID by field."""
        station = _checked(principal, given)
        now = self._clock()
        async with self._database.transaction() as transaction:
            count = await transaction.fetch_one(select(func.count()).select_from(radio_station))
            assert count is not None
            if count[0] >= MOST_STATIONS:
                raise invalid(name=f"There are {MOST_STATIONS} stations already.")
            result = await transaction.execute(insert(radio_station).values(**_values(station), created_at=now))
            key = result.inserted_primary_key
            assert key is not None
            await transaction.publish(recorded(principal, "station.added", "station", int(key[0]), station.name))
        return Station(int(key[0]), station.name, station.stream_url, station.homepage_url, now)

    async def change(self, principal: Principal, station_id: int, given: NewStation) -> Station:
        """Change a station. Raises FORBIDDEN for all but admins, NOT_FOUND, INVALID by field."""
        station = _checked(principal, given)
        async with self._database.transaction() as transaction:
            await transaction.execute(
                update(radio_station).where(radio_station.c.id == station_id).values(**_values(station))
            )
            changed = await _find(transaction, station_id)
            await transaction.publish(recorded(principal, "station.changed", "station", station_id, station.name))
        return changed

    async def remove(self, principal: Principal, station_id: int) -> None:
        """Remove a station. Raises FORBIDDEN for all but admins, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            station = await _find(transaction, station_id)
            await transaction.execute(delete(radio_station).where(radio_station.c.id == station_id))
            await transaction.publish(recorded(principal, "station.removed", "station", station_id, station.name))


async def _find(transaction: Transaction, station_id: int) -> Station:
    row = await transaction.fetch_one(select(*_COLUMNS).where(radio_station.c.id == station_id))
    if row is None:
        raise not_found("station")
    return Station(*row)


def _values(station: NewStation) -> dict[str, str]:
    return {"name": station.name, "stream_url": station.stream_url, "homepage_url": station.homepage_url}


def _check_admin(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    if not principal.is_admin:
        raise forbidden("Only admins may change radio stations.", "admins_only")


def _checked(principal: Principal, given: NewStation) -> NewStation:
    """The station with its texts trimmed, by who may enter it."""
    _check_admin(principal)
    name = " ".join(given.name.split())
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
