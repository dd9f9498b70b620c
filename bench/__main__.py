"""Runs the benchmarks that are named, or all: every module of this package that has a function `run`."""

import argparse
import importlib
import os
import pkgutil
import sys

import bench

PARTS = {
    *("__main__", "harness", "load", "machine", "report"),
    *("asgi_server", "bare_app", "orm_app", "orm_models", "listeners", "serving"),
    *("catalogue_data", "invention", "jobs_application", "music", "plain_copy", "scan_process"),
}


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in PARTS)


def main() -> int:
    """Run them one after the other; 1 when one of them failed to reach a figure it promises."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(names()) or 'none yet'}")
    parser.add_argument("--quick", action="store_true", help="small data and short runs: shows only that it works")
    parser.add_argument("--size", type=int, action="append", default=[], help="songs, instead of the usual numbers")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(names()))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    # One thread for numpy, as in the helper processes: it looks here when it is imported, and not later.
    os.environ |= {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    reached = [
        importlib.import_module(f"bench.{name}").run(quick=arguments.quick, sizes=arguments.size)
        for name in arguments.names or names()
    ]
    return 0 if all(outcome is not False for outcome in reached) else 1


if __name__ == "__main__":
    sys.exit(main())
