"""What this server has none of, and what it cannot do yet, told truly: pages of apps ask for it along the way."""

from antiphon.api.opensubsonic.answers import Empty
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.errors import SERVER_TOO_OLD, SubsonicError
from antiphon.kernel.errors import not_found

_NONE = Empty()


async def none_of_it(_call: Call) -> Empty:
    """An empty list: there is nothing of the kind."""
    return _NONE


async def not_here(_call: Call) -> None:
    """No such thing can exist here."""
    raise not_found("item")


async def not_yet(_call: Call) -> None:
    """The endpoint is known, and the server does not serve it yet."""
    raise SubsonicError(SERVER_TOO_OLD, "This server cannot do this yet.")
