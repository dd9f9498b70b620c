"""The command line of worker processes. `antiphon serve` starts one as its child (`--embedded`: a folder is the broker,
beat included); `antiphon worker` and `antiphon beat` are processes of their own beside Redis or RabbitMQ.

Nothing is loaded before it is needed: helper processes load the main module of their parent once more.
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from antiphon.bootstrap.heavy import DEFAULT_APPLICATION

LANES = ("light", "heavy")


def _lanes(text: str) -> list[str]:
    lanes = [lane for lane in LANES if lane in text.split(",")]
    if len(lanes) != len(text.split(",")):
        raise argparse.ArgumentTypeError("write light, heavy or light,heavy")
    return lanes


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the worker processes; gives the exit code."""
    parser = argparse.ArgumentParser(prog="antiphon worker")
    parser.add_argument("--embedded", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--beat", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--application", default=DEFAULT_APPLICATION, help=argparse.SUPPRESS)
    parser.add_argument("--lanes", type=_lanes, default="light,heavy", help="which jobs to take: light, heavy or both")
    return _work(parser.parse_args(arguments))


def _work(chosen: argparse.Namespace) -> int:
    from antiphon.bootstrap.jobs import broker_of
    from antiphon.bootstrap.logs import set_up_logs
    from antiphon.bootstrap.settings import SettingsError, read_settings
    from antiphon.bootstrap.working import run_beat, run_embedded, run_standalone
    from antiphon.kernel.errors import AntiphonError

    try:
        settings = read_settings()
        set_up_logs(debug=settings.debug)
        if chosen.embedded:
            return run_embedded(settings, chosen.application)
        if broker_of(settings).is_embedded:
            raise SettingsError("A worker of its own needs REDIS_URL or BROKER_URL; without, `antiphon serve` has one.")
        if chosen.beat:
            return run_beat(settings, chosen.application)
        return run_standalone(settings, chosen.application, chosen.lanes)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except AntiphonError as error:
        logging.getLogger(__name__).error("the worker cannot start: %s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
