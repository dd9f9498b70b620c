"""An S3 server in a process of its own."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.services.programs import Program, answers, folder, free_port


class ObjectStorage:
    """A server that speaks S3 at `url`; any keys do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.buckets = 0

    @contextmanager
    def checking_signatures(self) -> Iterator[tuple[str, str]]:
        """Have the server look at keys and signatures; gives an access key and its secret."""
        import boto3

        people = boto3.client(
            "iam", endpoint_url=self.url, aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1"
        )
        rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        people.create_user(UserName="storage")
        people.put_user_policy(UserName="storage", PolicyName="all", PolicyDocument=json.dumps(rights))
        key = people.create_access_key(UserName="storage")["AccessKey"]
        try:
            httpx2.post(f"{self.url}/moto-api/reset-auth", content="0").raise_for_status()
            yield key["AccessKeyId"], key["SecretAccessKey"]
        finally:
            httpx2.post(f"{self.url}/moto-api/reset-auth", content="inf").raise_for_status()

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
