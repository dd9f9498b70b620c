"""The settings of the object storage, and the storage that they lead to."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from antiphon.adapters.storage.local import LocalStorage
from antiphon.areas.library.data import Storage
from antiphon.bootstrap.env_file import SettingsError

NEEDED = ("S3_BUCKET_NAME", "S3_ACCESS_KEY", "S3_SECRET_KEY")
SAMPLES = ("your-", "your_", "<")


class ObjectStorage(msgspec.Struct, frozen=True, kw_only=True):
    """An object storage as the owner has set it. `endpoint` is empty for Amazon's own, `public_endpoint` where clients
    do not reach the storage."""

    endpoint: str
    public_endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    region: str


def read_object_storage(texts: Mapping[str, str]) -> ObjectStorage | None:
    """The object storage, from texts that have been checked; None where uploads are kept in the data folder.

    Raises SettingsError where only a part of it is set, and for a sample.
    """
    given = [name for name in (*NEEDED, "S3_ENDPOINT", "S3_PUBLIC_ENDPOINT") if texts[name]]
    if not given:
        return None
    missing = [name for name in NEEDED if not texts[name]]
    if missing:
        raise SettingsError(f"{given[0]} is set, but {' and '.join(missing)} not: an object storage needs all of them.")
    for name in ("S3_BUCKET_NAME", "S3_ENDPOINT", "S3_PUBLIC_ENDPOINT"):
        if texts[name].partition("://")[2].startswith(SAMPLES) or texts[name].startswith(SAMPLES):
            raise SettingsError(f"{name} is a sample value. Set your own, or leave all S3_ settings empty.")
    return ObjectStorage(
        endpoint=texts["S3_ENDPOINT"],
        public_endpoint=texts["S3_PUBLIC_ENDPOINT"],
        access_key=texts["S3_ACCESS_KEY"],
        secret_key=texts["S3_SECRET_KEY"],
        bucket=texts["S3_BUCKET_NAME"],
        region=texts["S3_REGION"],
    )


def make_storage(data: Path, object_storage: ObjectStorage | None) -> Storage:
    """Where uploads are kept: the object storage, else a folder of the data folder."""
    if object_storage is None:
        return LocalStorage(data / "uploads" / "stored")
    from antiphon.adapters.storage.s3 import S3Account, S3Storage

    return S3Storage(S3Account(**msgspec.structs.asdict(object_storage)))
