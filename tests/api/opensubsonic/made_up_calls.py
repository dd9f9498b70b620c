"""Hooks of Schemathesis: made-up calls are signed in, and a server that is at a loss is found out.

OpenSubsonic tells errors with HTTP's 200: code 0 with the sentence for what nobody foresaw is what a 500 is elsewhere.
"""

import os
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis.configuration import set_hypothesis_home_dir

AT_A_LOSS = b"went wrong"

# Where the tests of this project have their tables of all characters already: to make them takes seconds.
set_hypothesis_home_dir(Path(__file__).parents[3] / ".hypothesis")


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case, _options: dict[str, Any]) -> None:
    """Whoever calls is somebody: else all answers would be that they are nobody."""
    query = {name: value for name, value in (case.query or {}).items() if name not in ("t", "s", "apiKey")}
    signed = {"u": "anna", "p": os.environ["APP_PASSWORD"], "v": "1.16.1", "c": "made-up", "f": "json"}
    case.query = {**query, **signed}


@schemathesis.check
def knows_what_to_say(_context: schemathesis.CheckContext, response: Any, _case: schemathesis.Case) -> None:
    """No answer is that something went wrong on the server, and none that it takes no calls for a while."""
    assert response.status_code != 429, "nothing but the sign-in was tried"
    assert response.status_code < 500, response.status_code
    assert AT_A_LOSS not in response.content[:3000], response.content[:300]
