"""What benchmarks share: load on one core against a server on another, and timing of calls inside the process."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench import machine
from bench.load import percentile
from bench.report import Table, write

__all__ = ["LoadResult", "Request", "Table", "Timing", "apply_load", "pinned", "time_calls", "write"]

UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Request:
    """One request of a load: the path with its query, and what else it needs."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class LoadResult:
    """What came back: answers per second, latencies in milliseconds, answers other than 2xx."""

    per_second: float
    p50: float
    p90: float
    p99: float
    failures: int


@dataclass(frozen=True)
class Timing:
    """Latencies of single calls in milliseconds."""

    calls: int
    p50: float
    p95: float
    p99: float


def pinned(command: Sequence[str | Path]) -> list[str]:
    """The command, kept on the core for what is measured."""
    return ["taskset", "--cpu-list", str(machine.server_core()), *map(str, command)]


def apply_load(
    base_url: str,
    requests: Sequence[Request],
    *,
    connections: int = 16,
    seconds: float = 5,
    warm_up: float = 1,
    own: bool = False,
) -> LoadResult:
    """Send the requests round and round over keep-alive connections from the other core.

    By wrk where it is on the path, else (or with `own`) by the generator in load.py, which takes more of its core.
    Raises RuntimeError when nothing was answered.
    """
    generate = _by_own_generator if own or not shutil.which("wrk") else _by_wrk
    if warm_up:
        generate(base_url, requests, connections, warm_up)
    result = generate(base_url, requests, connections, seconds)
    if not result.per_second:
        raise RuntimeError(f"{base_url} answered nothing")
    return result


def _by_wrk(base_url: str, requests: Sequence[Request], connections: int, seconds: float) -> LoadResult:
    lines = [_as_lua(request) for request in requests]
    script = f"""local requests = {{}}
local number = 0
init = function(arguments)
  requests = {{ {", ".join(lines)} }}
end
request = function()
  number = number % #requests + 1
  return requests[number]
end
"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        load = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--latency",
            "-s",
            file.name,
            base_url,
        ]
        text = subprocess.run(_on_load_core(load), check=True, capture_output=True, text=True).stdout
    return LoadResult(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", text) or 0),
        p50=_wrk_percentile(text, 50),
        p90=_wrk_percentile(text, 90),
        p99=_wrk_percentile(text, 99),
        failures=int(_found(r"Non-2xx or 3xx responses: (\d+)", text) or 0),
    )


def _by_own_generator(base_url: str, requests: Sequence[Request], connections: int, seconds: float) -> LoadResult:
    address = urlsplit(base_url)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump([as_text(request, address.netloc) for request in requests], file)
        file.flush()
        load = [sys.executable, "-m", "bench.load", str(address.hostname), str(address.port), str(connections)]
        finished = subprocess.run(
            _on_load_core([*load, str(seconds), file.name]),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
    told = json.loads(finished.stdout)
    latencies = told["latencies_ms"]
    return LoadResult(
        told["requests"] / told["seconds"], latencies["50"], latencies["90"], latencies["99"], told["failures"]
    )


async def time_calls(call: Callable[[int], Awaitable[object]], *, calls: int, warm_up: int = 20) -> Timing:
    """Await `call(number)` one after the other."""
    for number in range(warm_up):
        await call(number)
    latencies = []
    for number in range(calls):
        start = time.perf_counter()
        await call(number)
        latencies.append((time.perf_counter() - start) * 1000)
    latencies.sort()
    return Timing(calls, *(percentile(latencies, share) for share in (0.5, 0.95, 0.99)))


def _on_load_core(command: Sequence[str]) -> list[str]:
    return ["taskset", "--cpu-list", str(machine.load_core()), *command]


def as_text(request: Request, host: str) -> str:
    """A request as it goes over the wire."""
    headers = {"Host": host, **request.headers}
    if request.body:
        headers["Content-Length"] = str(len(request.body.encode()))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{request.method} {request.path} HTTP/1.1\r\n{lines}\r\n{request.body}"


def _as_lua(request: Request) -> str:
    body = json.dumps(request.body) if request.body else "nil"
    return (
        f"wrk.format({json.dumps(request.method)}, {json.dumps(request.path)}, {_lua_table(request.headers)}, {body})"
    )


def _lua_table(values: dict[str, str]) -> str:
    return "{ " + ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in values.items()) + " }"


def _found(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return found[1] if found else None


def _wrk_percentile(text: str, share: int) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)", text, re.MULTILINE)
    return float(found[1]) * UNITS_MS[found[2]] if found else 0.0
