"""Radio stations in the database."""

from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update

from antiphon.areas.broadcasts.data import NewStation
from antiphon.areas.broadcasts.internal.tables import radio_station
from antiphon.kernel.db import Statement, Transaction

MOST = 1_000

_COLUMNS = (
    radio_station.c.id,
    radio_station.c.name,
    radio_station.c.stream_url,
    radio_station.c.homepage_url,
    radio_station.c.created_at,
)
STATIONS = Statement(select(*_COLUMNS).order_by(func.lower(radio_station.c.name), radio_station.c.id).limit(MOST))
STATION = Statement(select(*_COLUMNS).where(radio_station.c.id == bindparam("id", type_=BigInteger)))


def _values(station: NewStation) -> dict[str, str]:
    return {"name": station.name, "stream_url": station.stream_url, "homepage_url": station.homepage_url}


async def count(transaction: Transaction) -> int:
    """How many stations there are."""
    row = await transaction.fetch_one(select(func.count()).select_from(radio_station))
    assert row is not None
    return int(row[0])


async def insert_station(transaction: Transaction, station: NewStation, now: float) -> int:
    """A new station's id."""
    result = await transaction.execute(insert(radio_station).values(**_values(station), created_at=now))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


async def update_station(transaction: Transaction, station_id: int, station: NewStation) -> None:
    """Change a station, if it is there."""
    await transaction.execute(update(radio_station).where(radio_station.c.id == station_id).values(**_values(station)))


async def delete_station(transaction: Transaction, station_id: int) -> None:
    """Remove a station."""
    await transaction.execute(delete(radio_station).where(radio_station.c.id == station_id))
