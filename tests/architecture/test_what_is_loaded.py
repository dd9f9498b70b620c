"""What each kind of process loads: who starts often loads little."""

import subprocess
import sys

import pytest


def loaded(statement: str, *modules: str) -> set[str]:
    """Which of some modules a new process has after a statement."""
    program = f"import sys\n{statement}\nprint(*[name for name in {modules!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(told.stdout.split())


@pytest.mark.parametrize("module", ["antiphon.bootstrap.serve", "antiphon.bootstrap.working"])
def test_no_process_loads_the_orm(module: str) -> None:
    found = loaded(f"import {module}", "sqlalchemy", "sqlalchemy.ext.asyncio.engine", "sqlalchemy.orm")
    assert found == {"sqlalchemy", "sqlalchemy.ext.asyncio.engine"}


def test_who_asks_sqlalchemy_for_sessions_has_them() -> None:
    asked = (
        "import antiphon.kernel.db\n"
        "from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession\n"
        "assert AsyncEngine is antiphon.kernel.db.engine.AsyncEngine\n"
        "AsyncSession()"
    )
    assert loaded(asked, "sqlalchemy.orm") == {"sqlalchemy.orm"}


@pytest.mark.parametrize(
    "modules",
    [
        "antiphon.bootstrap.entry",
        "antiphon.bootstrap.worker",
        "antiphon.bootstrap.heavy",
        "antiphon.adapters.media.helping.child, antiphon.adapters.media.artwork.helper",
        "antiphon.adapters.media.helping.child, antiphon.adapters.media.analysis, antiphon.adapters.media.intake.sound",
        "antiphon.adapters.media.helping.child, antiphon.adapters.media.neighbours.searching",
        "antiphon.areas.library.internal.scan.worker, antiphon.adapters.media.tags",
        "antiphon.adapters.media.transcoding.helper",
    ],
)
def test_helper_processes_load_no_database(modules: str) -> None:
    """The main module of their parent is loaded once more in those of the demo's composer."""
    assert loaded(f"import {modules}", "sqlalchemy", "celery", "uvicorn") == set()
