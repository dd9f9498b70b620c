"""What measures songs and what finds similar ones: helper processes, none of which is there before it is needed."""

from antiphon.adapters.media.analysis import SoundMeters
from antiphon.adapters.media.neighbours import SoundNeighbours
from antiphon.areas.library.data import SoundTools
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.processors import processors_but_one


class SoundHelpers:
    """Both, made together and closed together."""

    def __init__(self, settings: Settings) -> None:
        self._meters = SoundMeters(processors_but_one())
        self.neighbours = SoundNeighbours(settings.data / "cache" / "sound")
        self.tools = SoundTools(self._meters, settings.measure_sound)

    async def close(self) -> None:
        """End the helpers."""
        await self._meters.close()
        await self.neighbours.close()
