"""`python -m antiphon.bootstrap.heavy APPLICATION PIPE`: the process of one heavy job.

Nothing is loaded before it is needed: the processes of the demo's composer load the main module of
their parent once more.
"""

import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from antiphon.bootstrap.jobs import Role
    from antiphon.bootstrap.settings import Settings

OpenApplication = Callable[["Settings", "Role"], AbstractAsyncContextManager[Any]]

DEFAULT_APPLICATION = "antiphon.bootstrap.wiring:open_application"


def find_application(path: str) -> OpenApplication:
    """The function at `module:function` that wires the server."""
    module, _, name = path.partition(":")
    found: OpenApplication = getattr(importlib.import_module(module), name)
    return found


def main() -> None:
    """Run the job that standard input asks for. The application is wired only when the job's function opens it."""
    from antiphon.bootstrap.logs import set_up_logs
    from antiphon.bootstrap.settings import read_settings
    from antiphon.kernel.jobs.heavy_process import main as run_heavy

    path, pipe = sys.argv[1:]
    settings = read_settings()
    set_up_logs(debug=settings.debug)
    run_heavy(lambda: find_application(path)(settings, "heavy"), int(pipe))


if __name__ == "__main__":
    main()
