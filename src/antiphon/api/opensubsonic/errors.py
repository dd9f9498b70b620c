"""How what happened is told: a code of the Subsonic API and a sentence."""

from collections.abc import Mapping

from antiphon.api.http.problems import problem_of
from antiphon.api.opensubsonic.answers import Error
from antiphon.kernel.errors import AntiphonError, Kind

GENERIC, MISSING, CLIENT_TOO_OLD, SERVER_TOO_OLD = 0, 10, 20, 30
WRONG_SIGN_IN, NOT_THIS_WAY, CONFLICTING_SIGN_IN, BAD_KEY = 40, 42, 43, 44
NOT_ALLOWED, NOT_FOUND = 50, 70

CODES: Mapping[Kind, int] = {
    Kind.NOT_SIGNED_IN: WRONG_SIGN_IN,
    Kind.WRONG_CREDENTIALS: WRONG_SIGN_IN,
    Kind.FORBIDDEN: NOT_ALLOWED,
    Kind.NOT_FOUND: NOT_FOUND,
    Kind.INVALID: GENERIC,
    Kind.UNREADABLE: GENERIC,
    Kind.CONFLICT: GENERIC,
    Kind.TOO_LARGE: GENERIC,
    Kind.UNSUPPORTED_MEDIA: GENERIC,
    Kind.TOO_MANY_REQUESTS: GENERIC,
    Kind.SWITCHED_OFF: NOT_ALLOWED,
    Kind.UNAVAILABLE: GENERIC,
    Kind.NO_SPACE: GENERIC,
}


class SubsonicError(Exception):
    """Something that only this dialect tells: a code for which the core has no kind."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def tell(error: Exception, request_id: str, help_url: str | None) -> tuple[Error, float | None]:
    """An error in the words of the Subsonic API, and after how many seconds asking again can help.

    `help_url` tells where a person makes the password or key that an app needs.
    """
    if isinstance(error, SubsonicError):
        shown = help_url if error.code in (WRONG_SIGN_IN, NOT_THIS_WAY, CONFLICTING_SIGN_IN, BAD_KEY) else None
        return Error(code=error.code, message=error.message, help_url=shown), None
    problem = problem_of(error, CODES, request_id)
    # What the edge refuses has a status of HTTP in the place of a code.
    code = problem.status if problem.status < 100 else GENERIC
    if isinstance(error, AntiphonError) and error.code == "missing_parameter":
        code = MISSING
    later = error.retry_after if isinstance(error, AntiphonError) else None
    return Error(code=code, message=problem.message, help_url=help_url if code == WRONG_SIGN_IN else None), later
