"""An S3 server in a process of its own."""

import sys
from collections.abc import Iterator

import pytest

from tests.services.programs import Program, answers, folder, free_port


class ObjectStorage:
    """A server that speaks S3 at `url`; any keys do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.buckets = 0

    def settings(self, **more: str) -> dict[str, str]:
        """The settings that lead the product to a bucket of its own, which is not there yet."""
        self.buckets += 1
        return {
            "S3_ENDPOINT": self.url,
            "S3_ACCESS_KEY": "somebody",
            "S3_SECRET_KEY": "a secret of somebody",
            "S3_BUCKET_NAME": f"uploads-{self.buckets}",
            **more,
        }


@pytest.fixture(scope="session")
def object_storage() -> Iterator[ObjectStorage]:
    """One server for all tests; each takes a bucket of its own."""
    port = free_port()
    with folder("s3") as place:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        program = Program(command, place / "log")
        try:
            program.wait_until(lambda: answers(port), 60)
            yield ObjectStorage(f"http://127.0.0.1:{port}")
        finally:
            program.kill()
