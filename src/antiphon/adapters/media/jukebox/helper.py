"""`python -m antiphon.adapters.media.jukebox.helper DEVICE MEMORY`: the process that plays to a loudspeaker.

It takes commands on its standard input and tells on its standard output what has become of them. It opens strangers'
sound files, so it is confined as the media helper is; it ends with the process that started it.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from fractions import Fraction

import av
import av.error
import msgspec
from av.audio.frame import AudioFrame
from av.container import OutputContainer

from antiphon.adapters.media.jukebox.sound import RATE, Sound, Unplayable
from antiphon.adapters.media.jukebox.wire import Command, decode_command
from antiphon.adapters.media.transcoding.helper import confine
from antiphon.areas.playback.data.jukebox import PlayerNews

# So far ahead of what is heard the output is filled: enough for a busy machine, and a pause is heard soon.
AHEAD_SECONDS = 0.4
KEPT_SECONDS = 2.0


class Silent(Exception):
    """The output takes no sound."""


class Output:
    """An ALSA device, open while there is something to hear."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._container: OutputContainer | None = None
        self._samples = 0
        self._began = 0.0

    def begin(self) -> None:
        """A new song: from now on its seconds are counted."""
        self._samples, self._began = 0, time.monotonic()

    def write(self, frame: AudioFrame) -> None:
        """Play a frame. Raises Silent."""
        try:
            if self._container is None:
                self._container = av.open(self._device, "w", format="alsa")
                self._container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
            stream = self._container.streams.audio[0]
            frame.time_base, frame.pts = Fraction(1, RATE), self._samples
            for packet in stream.encode(frame):
                packet.pts = packet.dts = None
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            self.close()
            raise Silent(f"The sound device {self._device} does not play: {error.strerror or error}.") from error
        self._samples += frame.samples

    @property
    def ahead(self) -> float:
        """How many seconds are written that are not heard yet."""
        return self._samples / RATE - (time.monotonic() - self._began)

    def close(self) -> None:
        """Let others have the device."""
        if self._container is not None:
            with contextlib.suppress(av.error.FFmpegError, OSError):
                self._container.close()
            self._container = None


class Player:
    """Does what it is told, one song at a time."""

    def __init__(self, device: str) -> None:
        self._output = Output(device)
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._next: Command | None = None

    def run(self) -> None:
        """Play until nobody gives commands any more."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            command = self._command()
            if command is None:
                self._output.close()
                return
            if command.do == "play":
                self._tell(command.number, *self._play(command))
            elif command.do == "stop":
                self._output.close()

    def _command(self) -> Command | None:
        """What to do next, None at the end. The next song comes soon where there is one: then the device stays ours."""
        command, self._next = self._next, None
        if command is not None:
            return command
        try:
            return self._commands.get(timeout=KEPT_SECONDS)
        except queue.Empty:
            self._output.close()
            return self._commands.get()

    def _play(self, command: Command) -> tuple[str, str]:
        """Play a song until its end or the next command that is not about loudness; how it has ended."""
        heard = False
        try:
            sound = Sound(os.fsdecode(command.path), command.position, command.gain)
        except Unplayable as error:
            return "broken", str(error)
        self._output.begin()
        try:
            for frame in sound.frames():
                self._output.write(frame)
                if not heard:
                    heard = True
                    self._tell(command.number, "playing", "")
                if not self._wait(sound):
                    return "", ""
        except Unplayable as error:
            return "broken", str(error)
        except Silent as error:
            return "silent", str(error)
        finally:
            sound.close()
        return ("ended", "") if heard else ("broken", "There is no sound in the file.")

    def _wait(self, sound: Sound) -> bool:
        """Wait until the output needs more; False where something else is to be done."""
        while True:
            left = self._output.ahead - AHEAD_SECONDS
            try:
                command = self._commands.get(timeout=left) if left > 0 else self._commands.get_nowait()
            except queue.Empty:
                return True
            if command is None or command.do != "gain":
                self._next = command
                if command is None:
                    self._commands.put(None)
                return False
            sound.gain = command.gain

    def _listen(self) -> None:
        for line in sys.stdin.buffer:
            self._commands.put(decode_command(line))
        self._commands.put(None)

    def _tell(self, number: int, event: str, problem: str) -> None:
        if event:
            news = msgspec.convert({"number": number, "event": event, "problem": problem}, PlayerNews)
            with contextlib.suppress(OSError):
                sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
                sys.stdout.buffer.flush()


def main() -> None:
    """Play for the process that holds the other ends."""
    confine(int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Player(sys.argv[1]).run()


if __name__ == "__main__":
    main()
