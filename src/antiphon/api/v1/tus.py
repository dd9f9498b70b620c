"""The protocol tus 1.0.0: creation (with bytes along, if wanted), going on, termination, checksums, expiration."""

import base64
import binascii
import hashlib
from email.utils import formatdate
from http import HTTPStatus

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.forms import chunks
from antiphon.api.http.problems import Refusal
from antiphon.api.http.requests import Request
from antiphon.api.http.uploading import edit_of, told_size
from antiphon.areas.library.api.uploads import MOST_BYTES, Receiving
from antiphon.areas.library.data import UploadRow
from antiphon.kernel.errors import AntiphonError, Kind, invalid

BYTES = b"application/offset+octet-stream"
VERSION: Header = (b"tus-resumable", b"1.0.0")
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
ABILITIES: tuple[Header, ...] = (
    VERSION,
    (b"tus-version", b"1.0.0"),
    (b"tus-extension", b"creation,creation-with-upload,termination,checksum,expiration"),
    (b"tus-max-size", str(MOST_BYTES).encode()),
    (b"tus-checksum-algorithm", ",".join(ALGORITHMS).encode()),
)
# Not among the statuses of HTTP: the bytes that came are not those that were meant.
CHECKSUM_MISMATCH = 460
MOST_METADATA_BYTES = 64 * 1024
FILE_NAMES = ("filename", "name")
PICTURE = "picture"
OF_FILE = (*FILE_NAMES, PICTURE)


def standing(row: UploadRow) -> tuple[Header, ...]:
    """What an answer says about how far an upload is."""
    found: list[Header] = [VERSION, (b"upload-offset", b"%d" % row.received)]
    if row.size is not None:
        found.append((b"upload-length", b"%d" % row.size))
    if row.state == "receiving":
        found.append((b"upload-expires", formatdate(row.expires_at, usegmt=True).encode()))
    return tuple(found)


async def begin(request: Request) -> UploadRow:
    """Begin an upload. Raises Refusal 412 for another version, INVALID by field, TOO_LARGE, NO_SPACE, FORBIDDEN."""
    request.areas.library.uploads.check_right(request.principal)
    _check_version(request)
    headers = request.exchange.headers
    size = told_size(headers, b"upload-length")
    if size is None:
        raise invalid(upload_length="The size of the file is needed.")
    if size == 0:
        raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "not_audio", "The file is empty.")
    values = _metadata(headers.get(b"upload-metadata", b""))
    edit, draft = await edit_of(request, {name: text for name, text in values.items() if name not in OF_FILE})
    uploads = request.areas.library.uploads
    row = await uploads.begin(
        request.principal,
        size=size,
        label=next((values[name] for name in FILE_NAMES if values.get(name)), "upload"),
        edit=edit,
        draft=True if draft is None else draft,
        is_resumable=True,
        key=headers.get(b"idempotency-key", b"").decode("latin-1"),
        picture_id=values.get(PICTURE, ""),
    )
    if row.received == 0 and row.state == "receiving" and _are_bytes(request):
        return await _receive(request, row.id, 0) or row
    return row


async def append(request: Request) -> Answer:
    """The next bytes. Raises Refusal 412, UNSUPPORTED_MEDIA, CONFLICT `offset_wrong`, NOT_FOUND, TOO_LARGE."""
    request.areas.library.uploads.check_right(request.principal)
    _check_version(request)
    if not _are_bytes(request):
        raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_bytes", f"Bytes come as {BYTES.decode()}.")
    offset = told_size(request.exchange.headers, b"upload-offset")
    if offset is None:
        raise invalid(upload_offset="Where the bytes belong is needed.")
    checksum = _checksum(request.exchange.headers.get(b"upload-checksum"))
    row = await _receive(request, request.parameters["id"], offset, checksum)
    if row is None:
        return Answer(b"", CHECKSUM_MISMATCH, (NO_STORE, VERSION))
    return Answer(b"", HTTPStatus.NO_CONTENT, (NO_STORE, *standing(row)))


class _Checksum:
    """What the bytes of one request should be."""

    def __init__(self, algorithm: str, wanted: bytes) -> None:
        self._sum = hashlib.new(algorithm, usedforsecurity=False)
        self._wanted = wanted

    def take(self, chunk: bytes) -> None:
        """The next bytes."""
        self._sum.update(chunk)

    @property
    def is_right(self) -> bool:
        """Whether they are."""
        return self._sum.digest() == self._wanted


async def _receive(
    request: Request, upload_id: str, offset: int, checksum: _Checksum | None = None
) -> UploadRow | None:
    """Receive what a request brings; None where its checksum is wrong, and nothing of it is kept. What came before the
    connection broke is kept."""
    uploads, principal = request.areas.library.uploads, request.principal
    receiving = await uploads.receive(principal, upload_id, offset)
    try:
        is_right = await _read(request, receiving, checksum)
    finally:
        receiving.close()
    return await uploads.complete(principal, upload_id) if is_right else None


async def _read(request: Request, receiving: Receiving, checksum: _Checksum | None) -> bool:
    try:
        async for chunk in chunks(request.receive):
            if checksum is not None:
                checksum.take(chunk)
            await receiving.write(chunk)
    except BaseException:
        # Bytes that could not be compared are not believed.
        await (receiving.keep() if checksum is None else receiving.undo())
        raise
    if checksum is not None and not checksum.is_right:
        await receiving.undo()
        return False
    await receiving.keep()
    return True


def _check_version(request: Request) -> None:
    if request.exchange.headers.get(b"tus-resumable") != b"1.0.0":
        raise Refusal(
            HTTPStatus.PRECONDITION_FAILED,
            "tus_version",
            "This speaks tus 1.0.0: send Tus-Resumable: 1.0.0.",
            ((b"tus-version", b"1.0.0"),),
        )


def _are_bytes(request: Request) -> bool:
    return request.exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == BYTES


def _metadata(text: bytes) -> dict[str, str]:
    """`filename d29ybGQ=,draft` as names and texts. Raises INVALID."""
    if len(text) > MOST_METADATA_BYTES:
        raise invalid(upload_metadata="This is too long.")
    found: dict[str, str] = {}
    for pair in text.decode("latin-1").split(","):
        name, _, encoded = pair.strip().partition(" ")
        try:
            value = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise invalid(upload_metadata="Names stand with values in Base64, separated by commas.") from error
        if "\0" in value:
            raise invalid(**{name: "A text cannot hold a zero character."})
        if name:
            found[name] = value
    return found


def _checksum(text: bytes | None) -> _Checksum | None:
    if text is None:
        return None
    algorithm, _, encoded = text.decode("latin-1").partition(" ")
    if algorithm not in ALGORITHMS:
        raise AntiphonError(Kind.UNREADABLE, "no_such_checksum", f"Checksums are {', '.join(ALGORITHMS)}.")
    try:
        return _Checksum(algorithm, base64.b64decode(encoded.strip(), validate=True))
    except binascii.Error as error:
        raise AntiphonError(Kind.UNREADABLE, "unreadable", "A checksum stands in Base64.") from error
