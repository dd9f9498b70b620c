"""`python -m antiphon.adapters.media.helping.child SOCKET PARENT BEGIN`: a helper process.

It is limited by the function that BEGIN names (`module:function`), then does one work after the other that the process
PARENT asks for on the socket, and ends with it. It loads what that work needs, and nothing else.
"""

import contextlib
import logging
import os
import resource
import signal
import socket
import sys

import msgspec

from antiphon.adapters.media.helping.wire import (
    HIGHEST_ERROR,
    Answer,
    arguments_of,
    decode_question,
    encode_value,
    function_of,
)
from antiphon.kernel.frames import framed, read_frame
from antiphon.kernel.parent_process import die_with_parent

log = logging.getLogger(__name__)


def nothing() -> None:
    """Done only to see whether a process lives, and to have it there."""


def answer(asked: bytes) -> bytes:
    """Do what is asked; what became of it. Never raises."""
    name = "something"
    try:
        question = decode_question(asked)
        name = question.work
        work = function_of(name)
        value = encode_value(work(*arguments_of(work).decode(question.arguments)))
        return encode_value(Answer(value=msgspec.Raw(value)))
    except MemoryError:
        return encode_value(Answer("memory"))
    except OSError as error:
        number = error.errno or 0
        return encode_value(Answer("system", number if 0 <= number <= HIGHEST_ERROR else 0))
    except Exception:
        # Told here alone: what a stranger's file says in it is nothing for the server.
        log.exception("a helper process could not do %s", name)
        return encode_value(Answer("unexpected"))


def main() -> None:
    """Be limited, then work until nobody asks any more."""
    descriptor, parent, begin = sys.argv[1:]
    die_with_parent(signal.SIGKILL, int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    function_of(begin)()
    with socket.socket(fileno=int(descriptor)) as connection:
        source, target = connection.makefile("rb"), connection.makefile("wb")
        while (asked := read_frame(source)) is not None:
            try:
                target.write(framed(answer(asked)))
                target.flush()
            except (BrokenPipeError, ConnectionResetError):
                # What still waits to be written would fail again at the interpreter's own end.
                os._exit(0)


if __name__ == "__main__":
    main()
