"""Pictures that people bring: portraits become small squares, covers are made anew, in a helper process of their own.

Not in that of the covers: a picture that breaks the limits ends its process, and with it what waits there.
"""

from collections.abc import Callable

from antiphon.adapters.media.artwork.helper import Refused, Remade, begin, make_cover, make_portrait
from antiphon.adapters.media.helping.process import HelperProcess
from antiphon.kernel.errors import AntiphonError, Kind, invalid, unavailable

# Each of them holds its original in memory.
WAITING_PORTRAITS = 8


class Portraits:
    """Portraits and covers of what people upload."""

    def __init__(self) -> None:
        self._process = HelperProcess(begin)
        self._waiting = 0

    async def portrait(self, given: bytes) -> bytes:
        """A square JPEG of at most 512 pixels a side. Raises UNSUPPORTED_MEDIA, INVALID `image`, UNAVAILABLE."""
        return await self._made(make_portrait, given)

    async def cover(self, given: bytes) -> bytes:
        """The picture as a JPEG of at most 1200 pixels a side. Raises UNSUPPORTED_MEDIA, INVALID `image`,
        UNAVAILABLE."""
        return await self._made(make_cover, given)

    async def _made(self, make: Callable[[bytes], Remade], given: bytes) -> bytes:
        if self._waiting >= WAITING_PORTRAITS:
            raise unavailable("too_many_pictures", "Too many pictures are being made. Try again in a moment.", 2)
        self._waiting += 1
        try:
            made = await self._process.run(make, given)
        finally:
            self._waiting -= 1
        refused = Refused.BROKEN if made is None else made.refused
        if made is not None and refused is None:
            return made.picture
        if refused is Refused.UNKNOWN:
            raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_picture", "A picture is a JPEG, PNG, WebP or GIF file.")
        if refused is Refused.LARGE:
            raise invalid(image="A picture has at most 40 megapixels, and 8192 pixels a side.")
        raise invalid(image="This picture cannot be read.")

    async def close(self) -> None:
        """End the helper process."""
        await self._process.close()
