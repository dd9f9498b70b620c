"""Internet radio, and the chat that apps know."""

from antiphon.api.opensubsonic.answers import (
    ChatMessage,
    ChatMessages,
    InternetRadioStation,
    InternetRadioStations,
)
from antiphon.api.opensubsonic.calls import Call
from antiphon.areas.broadcasts.data import NewStation
from antiphon.kernel.errors import not_found
from antiphon.kernel.ids import parse_id

PREFIX = "ir-"


async def get_stations(call: Call) -> InternetRadioStations:
    """All radio stations."""
    found = await call.areas.broadcasts.radio.stations(call.principal)
    return InternetRadioStations(
        internet_radio_station=tuple(
            InternetRadioStation(
                id=f"{PREFIX}{one.id}", name=one.name, stream_url=one.stream_url, home_page_url=one.homepage_url
            )
            for one in found
        )
    )


async def create_station(call: Call) -> None:
    """Add a radio station, for admins."""
    await call.areas.broadcasts.radio.add(call.principal, _given(call))


async def update_station(call: Call) -> None:
    """Change a radio station, for admins."""
    await call.areas.broadcasts.radio.change(call.principal, _id(call), _given(call))


async def delete_station(call: Call) -> None:
    """Remove a radio station, for admins."""
    await call.areas.broadcasts.radio.remove(call.principal, _id(call))


async def get_chat_messages(call: Call) -> ChatMessages:
    """What was said after `since` (milliseconds)."""
    found = await call.areas.social.chat.messages(call.principal, call.parameters.number("since", 0) / 1000)
    return ChatMessages(
        chat_message=tuple(
            ChatMessage(username=one.username, time=round(one.at * 1000), message=one.message) for one in found
        )
    )


async def add_chat_message(call: Call) -> None:
    """Say something to everybody."""
    await call.areas.social.chat.say(call.principal, call.parameters.needed("message"))


def _given(call: Call) -> NewStation:
    parameters = call.parameters
    # The description of the call says `homepageUrl`, that of the answer `homePageUrl`: apps send either.
    homepage = parameters.text("homepageUrl") or parameters.text("homePageUrl")
    return NewStation(name=parameters.needed("name"), stream_url=parameters.needed("streamUrl"), homepage_url=homepage)


def _id(call: Call) -> int:
    found = parse_id(call.parameters.needed("id").removeprefix(PREFIX))
    if found is None:
        raise not_found("station")
    return found
