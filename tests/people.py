"""What the registry of personal data knows about somebody, read to its end."""

from collections.abc import AsyncIterator
from typing import Any


async def known(exported: dict[str, Any]) -> dict[str, Any]:
    """An area's export with every table that comes in pages as one list."""
    return {
        name: [row async for rows in value for row in rows] if isinstance(value, AsyncIterator) else value
        for name, value in exported.items()
    }
