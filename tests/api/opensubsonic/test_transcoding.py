"""Songs in other forms, as apps ask for them."""

import io

import av
import pytest

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


def heard(data: bytes) -> tuple[str, float]:
    """The codec and the seconds of what was sent."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return stream.codec_context.name.removesuffix("float"), samples / stream.codec_context.sample_rate


@pytest.mark.parametrize(("wanted", "codec", "media"), [
    ("mp3", "mp3", "audio/mpeg"),
    ("opus", "opus", "audio/ogg"),
    ("aac", "aac", "audio/aac"),
    ("m4a", "aac", "audio/mp4"),
    ("flv", "mp3", "audio/mpeg"),
])  # fmt: skip
async def test_a_song_in_another_form(house: House, anna: Client, wanted: str, codec: str, media: str) -> None:
    reply = await anna.call("stream", id=await house.id("Überfluß"), format=wanted)
    assert (reply.status, reply.headers["content-type"], reply.headers["accept-ranges"]) == (200, media, "none")
    assert heard(reply.body)[0].removeprefix("lib") == codec
    assert heard(reply.body)[1] == pytest.approx(float(reply.headers["x-content-duration"]), abs=0.1)
