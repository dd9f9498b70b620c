"""Files in an S3-compatible object storage, by boto3 in worker threads. It is loaded at the first need: the library
takes 30 MB."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from antiphon.adapters.storage.names import checked_name, file_missing
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
# A part of an upload that is made of parts; two of them are held at a time.
PART_BYTES = 16 * 1024 * 1024
PARTS_AT_ONCE = 2
DELETED_AT_ONCE = 1000
ADDRESS_SECONDS = 60
LEFTOVER_AGE = timedelta(days=1)
CONNECT_SECONDS, READ_SECONDS, CHECK_SECONDS = 2, 30, 10
MISSING = ("404", "NoSuchKey", "NotFound")
WRONG_KEYS = {
    "InvalidAccessKeyId": "The object storage does not know S3_ACCESS_KEY. Check it, and S3_ENDPOINT.",
    "SignatureDoesNotMatch": "S3_SECRET_KEY is not the secret of S3_ACCESS_KEY at the object storage. Check both.",
}

Given = TypeVar("Given")


class S3Account(msgspec.Struct, frozen=True, kw_only=True):
    """Where the storage is and who may use it. `endpoint` is empty for Amazon's own; `public_endpoint` is the address
    by which clients reach it, empty where they do not."""

    endpoint: str
    public_endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    region: str


class S3Storage:
    """Keeps files as objects of one bucket, which is made where it is not there yet."""

    is_near = False

    def __init__(self, account: S3Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    async def put(self, name: str, file: Path, content_type: str) -> None:
        """Send the file, in parts where it is large, and remove it here."""
        await self._run(self._send_and_remove, checked_name(name), file, content_type)

    async def read(self, name: str, first: int, length: int) -> AsyncGenerator[bytes, None]:
        """Read a range of an object as it comes."""
        if length <= 0:
            return
        body = await self._run(self._open, checked_name(name), f"bytes={first}-{first + length - 1}")
        if body is None:
            return
        try:
            while chunk := await self._run(body.read, CHUNK):
                yield chunk
        finally:
            # Closing an unfinished answer waits for nothing: the connection is given up.
            body.close()

    async def size(self, name: str) -> int | None:
        """The size of the object."""
        return await self._run(self._length, checked_name(name))

    async def delete(self, names: Sequence[str]) -> None:
        """Delete objects, a thousand at a time."""
        for start in range(0, len(names), DELETED_AT_ONCE):
            keys = [{"Key": checked_name(name)} for name in names[start : start + DELETED_AT_ONCE]]
            await self._run(self._delete, keys)

    async def names(self) -> AsyncGenerator[str, None]:
        """The keys of all objects, page by page."""
        following: str | None = ""
        while following is not None:
            found, following = await self._run(self._page, following)
            for name in found:
                yield name

    def file(self, name: str) -> Path | None:
        """An object lies on no disk of this machine."""
        return None

    async def address(self, name: str, content_type: str, disposition: str = "") -> str | None:
        """A presigned address, where clients can reach the storage. Nothing is asked for it."""
        if not self._account.public_endpoint:
            return None
        values = {"Bucket": self._account.bucket, "Key": checked_name(name), "ResponseContentType": content_type}
        if disposition:
            values["ResponseContentDisposition"] = disposition
        return str(await self._run(self._sign, values))

    async def remove_leftovers(self) -> None:
        """Give up uploads in parts that nobody has finished for a day."""
        await self._run(self._remove_leftovers)

    async def check_keys(self) -> None:
        """Ask for one name: only answers with a body say why they refuse."""
        from botocore.exceptions import BotoCoreError, ClientError

        def ask() -> None:
            try:
                self._client().list_objects_v2(Bucket=self._account.bucket, MaxKeys=1)
            except ClientError as error:
                sentence = WRONG_KEYS.get(_code(error))
                if sentence is not None:
                    raise AntiphonError(Kind.FORBIDDEN, "storage_keys", sentence) from error
                log.warning("the object storage refused: %s", error)
            except BotoCoreError as error:
                log.warning("the object storage does not answer: %s", error)

        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await asyncio.to_thread(ask)
        except TimeoutError:
            log.warning("the object storage does not answer within %d seconds", CHECK_SECONDS)

    async def is_reachable(self) -> bool:
        """Whether the bucket answers, or could be made."""

        def look() -> bool:
            from botocore.exceptions import BotoCoreError, ClientError

            try:
                self._client().head_bucket(Bucket=self._account.bucket)
            except ClientError as error:
                return _code(error) in MISSING
            except BotoCoreError:
                return False
            return True

        return await asyncio.to_thread(look)

    async def _run(self, work: Callable[..., Given], *arguments: object) -> Given:
        return await asyncio.to_thread(self._translated, work, *arguments)

    def _translated(self, work: Callable[..., Given], *arguments: object) -> Given:
        with _translated():
            return work(*arguments)

    def _client(self, endpoint: str | None = None) -> Any:
        """The client for an endpoint: made once, used from many threads."""
        address = self._account.endpoint if endpoint is None else endpoint
        with self._lock:
            if address not in self._clients:
                self._clients[address] = _make_client(self._account, address)
            return self._clients[address]

    def _send_and_remove(self, name: str, file: Path, content_type: str) -> None:
        from boto3.exceptions import S3UploadFailedError

        try:
            self._send(name, file, content_type)
        except S3UploadFailedError as error:
            if "NoSuchBucket" not in str(error):
                raise
            self._make_bucket()
            self._send(name, file, content_type)
        file.unlink(missing_ok=True)

    def _send(self, name: str, file: Path, content_type: str) -> None:
        from boto3.s3.transfer import TransferConfig

        transfer = TransferConfig(
            multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=PARTS_AT_ONCE
        )
        self._client().upload_file(
            str(file), self._account.bucket, name, ExtraArgs={"ContentType": content_type}, Config=transfer
        )

    def _make_bucket(self) -> None:
        region = self._account.region
        elsewhere: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self._client().create_bucket(Bucket=self._account.bucket, **({} if region == "us-east-1" else elsewhere))

    def _open(self, name: str, wanted: str) -> Any:
        """The body of a range; None where the object ends before it."""
        from botocore.exceptions import ClientError

        try:
            return self._client().get_object(Bucket=self._account.bucket, Key=name, Range=wanted)["Body"]
        except ClientError as error:
            if _code(error) in ("416", "InvalidRange"):
                return None
            raise

    def _length(self, name: str) -> int | None:
        from botocore.exceptions import ClientError

        try:
            return int(self._client().head_object(Bucket=self._account.bucket, Key=name)["ContentLength"])
        except ClientError as error:
            if _code(error) in (*MISSING, "NoSuchBucket"):
                return None
            raise

    def _delete(self, keys: list[dict[str, str]]) -> None:
        self._client().delete_objects(Bucket=self._account.bucket, Delete={"Objects": keys, "Quiet": True})

    def _page(self, following: str) -> tuple[list[str], str | None]:
        from botocore.exceptions import ClientError

        more = {"ContinuationToken": following} if following else {}
        try:
            page = self._client().list_objects_v2(Bucket=self._account.bucket, **more)
        except ClientError as error:
            if _code(error) == "NoSuchBucket":
                return [], None
            raise
        return [one["Key"] for one in page.get("Contents", ())], page.get("NextContinuationToken")

    def _sign(self, values: dict[str, str]) -> str:
        client = self._client(self._account.public_endpoint)
        address: str = client.generate_presigned_url("get_object", Params=values, ExpiresIn=ADDRESS_SECONDS)
        return address

    def _remove_leftovers(self) -> None:
        from botocore.exceptions import ClientError

        client, bucket = self._client(), self._account.bucket
        try:
            begun = client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())
        except ClientError as error:
            if _code(error) == "NoSuchBucket":
                return
            raise
        for upload in begun:
            if upload["Initiated"] < datetime.now(UTC) - LEFTOVER_AGE:
                client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])


def _make_client(account: S3Account, endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    # Hosts of one's own rarely have a name for each bucket.
    style = "path" if endpoint and "amazonaws.com" not in endpoint else "auto"
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"max_attempts": 2, "mode": "standard"},
        # Many storages that speak S3 do not know the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=16,
    )
    session = boto3.session.Session(
        aws_access_key_id=account.access_key, aws_secret_access_key=account.secret_key, region_name=account.region
    )
    return session.client("s3", endpoint_url=endpoint or None, config=config)


@contextmanager
def _translated() -> Iterator[None]:
    """Tell in the product's words what the storage says."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        if _code(error) in MISSING:
            raise file_missing() from error
        log.warning("the object storage refused: %s", error)
        raise unavailable("storage_down", "The storage of uploads refuses just now.") from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        log.warning("the object storage does not answer: %s", error)
        raise unavailable("storage_down", "The storage of uploads does not answer just now.") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
