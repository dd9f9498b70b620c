"""SQLAlchemy's engines without its ORM.

Nobody here uses that, and SQLAlchemy's asyncio package would load it: a third of the time that all of SQLAlchemy takes
to load, and 8 MB in each process.
"""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

PACKAGE = "sqlalchemy.ext.asyncio"
PARTS = ("base", "engine", "exc", "result", "scoping", "session")


def _unread() -> ModuleType:
    """The package before its own module is read, which happens when somebody asks it for anything."""
    spec = find_spec(PACKAGE)
    assert spec is not None and spec.loader is not None
    package, loader = module_from_spec(spec), spec.loader

    def read(name: str) -> Any:
        if name in PARTS or name.startswith("__"):
            raise AttributeError(name)
        del vars(package)["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    vars(package)["__getattr__"] = read
    return package


if PACKAGE not in sys.modules:
    sys.modules[PACKAGE] = _unread()

from sqlalchemy.ext.asyncio.engine import AsyncConnection, AsyncEngine, create_async_engine  # noqa: E402

__all__ = ["AsyncConnection", "AsyncEngine", "create_async_engine"]
