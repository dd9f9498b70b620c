"""An S3 server in a process of its own: SeaweedFS, which takes no wrong signature."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.services.programs import Program, folder, free_port, unavailable

KEYS = ("somebody", "a secret of somebody")
START_SECONDS = 60
PARTS = ("master", "volume", "filer", "s3")


class ObjectStorage:
    """A server that speaks S3 at `url` with who has its keys."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.buckets = 0

    def settings(self, **more: str) -> dict[str, str]:
        """The settings that lead the product to a bucket of its own, which is not there yet."""
        self.buckets += 1
        return {
            "S3_ENDPOINT": self.url,
            "S3_ACCESS_KEY": KEYS[0],
            "S3_SECRET_KEY": KEYS[1],
            "S3_BUCKET_NAME": f"uploads-{self.buckets}",
            **more,
        }

    def is_ready(self) -> bool:
        """Whether it answers requests, and not only connections."""
        try:
            return httpx2.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False


def _command(program: str, place: Path, port: int) -> list[str | Path]:
    """All parts in one process, on ports of their own; nobody outside is told of it, and each bucket has room."""
    ports = {f"-{part}.port={port if part == 's3' else free_port()}" for part in PARTS}
    ports |= {f"-{part}.port.grpc={free_port()}" for part in PARTS}
    return [
        program,
        "-logtostderr=true",
        "server",
        "-s3",
        f"-dir={place / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *ports,
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.iam=false",
        "-s3.autoCreateBucket=false",
        "-master.telemetry=false",
        "-master.electionTimeout=1s",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=2000",
    ]


@pytest.fixture(scope="session")
def object_storage() -> Iterator[ObjectStorage]:
    """One server for all tests; each takes a bucket of its own."""
    beside = Path(sys.executable).with_name("weed")
    program = str(beside) if beside.exists() else shutil.which("weed")
    if program is None:
        unavailable("no SeaweedFS: its wheel is not made for this system, and there is no program weed")
    port = free_port()
    with folder("s3") as place:
        (place / "data").mkdir()
        # As compose.yaml does it.
        keys = {"AWS_ACCESS_KEY_ID": KEYS[0], "AWS_SECRET_ACCESS_KEY": KEYS[1]}
        environment = {"PATH": os.environ["PATH"], "HOME": str(place), **keys}
        running = Program(_command(program, place, port), place / "log", working_folder=place, environment=environment)
        try:
            storage = ObjectStorage(f"http://127.0.0.1:{port}")
            running.wait_until(storage.is_ready, START_SECONDS)
            yield storage
        finally:
            running.kill()
