"""What this server has none of, told truly: pages of apps ask for it along the way."""

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


async def no_endpoint(_call: Call) -> None:
    """Nothing answers at this name; a later version of the protocol may know it."""
    raise SubsonicError(SERVER_TOO_OLD, "There is no such endpoint.")
