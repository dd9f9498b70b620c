"""Statements are compiled once for all databases of a kind. The product has one database for the life of its process;
the tests' process opens thousands, and would compile the same statements anew for each of them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

# SQLAlchemy's own is for 500, of one database.
SIZE = 5_000


class OfAllDatabases:
    """What one engine sees of the statements that were compiled for its kind of database. SQLAlchemy's keys begin with
    the dialect object, which every engine has of its own."""

    def __init__(self, kept: "LRUCache[Any, Any]") -> None:
        self._kept = kept

    def get(self, key: tuple[Any, ...]) -> Any:
        """What was compiled for the key, or None."""
        return self._kept.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[key[1:]] = compiled


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Engines share what they have compiled."""
    kept: dict[str, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(SIZE))
    begin = Engine.__init__

    def sharing(engine: Engine, *arguments: Any, **options: Any) -> None:
        begin(engine, *arguments, **options)
        dialect = engine.dialect
        engine._compiled_cache = OfAllDatabases(kept[f"{dialect.name}+{dialect.driver}"])  # type: ignore[assignment]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", sharing)
        yield
