"""What the helper process does: open a stranger's picture, scale it, write it under its final name at once."""

import colorsys
import io
import logging
import os
import random
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from antiphon.adapters.media.tags import read_tags
from antiphon.kernel.confinement import limit_bytes

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 8192
MOST_BYTES = 64 * 1024 * 1024
MEMORY = 1536 * 1024 * 1024
QUALITY = 86
PORTRAIT = 512
COVER = 1200


def begin() -> None:
    """Limit this process: memory, the size of files, and its place in the queue for the processor."""
    os.nice(5)
    limit_bytes(MEMORY, MOST_BYTES)


def make_sized(source: Path, embedded: bool, size: int, target: Path) -> bool:
    """Write `source` (a picture, or a song that carries one) scaled into a square of `size`; False where it is none.

    Raises OSError where `target` cannot be written.
    """
    try:
        data = read_tags(str(source), with_picture=True).picture if embedded else _read(source)
        if not data:
            return False
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if _is_large(picture):
                log.warning("%s: the picture is larger than 40 megapixels", source)
                return False
            picture.draft("RGB", (size, size))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
            made = _as_jpeg(_flat(upright))
    except (
        OSError,
        ValueError,
        SyntaxError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        MemoryError,
    ) as error:
        log.warning("%s: no picture could be read: %s", source, type(error).__name__)
        return False
    except Exception:
        # Tag readers and decoders raise all sorts of things on broken files.
        log.exception("%s: no picture could be read", source)
        return False
    _write(made, target)
    return True


def make_all_sizes(source: Path, embedded: bool, targets: dict[int, Path]) -> bool:
    """Write `source` scaled into squares, file by size, from one decode; False where it is no picture.

    Raises OSError where a target cannot be written.
    """
    first, *others = sorted(targets, reverse=True)
    if not make_sized(source, embedded, first, targets[first]):
        return False
    with Image.open(targets[first], formats=("JPEG",)) as largest:
        largest.load()
        for size in others:
            picture = largest.copy()
            picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
            _write(_as_jpeg(picture), targets[size])
    return True


class Refused(Enum):
    """Why no portrait was made."""

    UNKNOWN = "unknown"
    LARGE = "large"
    BROKEN = "broken"


class Remade(msgspec.Struct, frozen=True):
    """A picture made anew, or why there is none."""

    picture: bytes = b""
    refused: Refused | None = None


def make_portrait(given: bytes) -> Remade:
    """The middle of a picture as a square JPEG of at most 512 pixels a side, with nothing of its metadata."""
    return _remade(given, PORTRAIT, _middle)


def make_cover(given: bytes) -> Remade:
    """A picture as a JPEG within the largest size that covers are shown in, with nothing of its metadata."""
    return _remade(given, COVER, _within)


def _within(picture: Image.Image, side: int) -> Image.Image:
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _middle(picture: Image.Image, side: int) -> Image.Image:
    side = min(side, *picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def _remade(given: bytes, side: int, make: Callable[[Image.Image, int], Image.Image]) -> Remade:
    try:
        with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
            if _is_large(picture):
                return Remade(refused=Refused.LARGE)
            picture.draft("RGB", (side, side))
            buffer = io.BytesIO()
            made = make(_flat(ImageOps.exif_transpose(picture)), side)
            made.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
            return Remade(buffer.getvalue())
    except UnidentifiedImageError:
        return Remade(refused=Refused.UNKNOWN)
    except Image.DecompressionBombError:
        return Remade(refused=Refused.LARGE)
    except (OSError, ValueError, SyntaxError, MemoryError):
        return Remade(refused=Refused.BROKEN)
    except Exception:
        # Decoders raise all sorts of things on broken files.
        log.exception("a picture could not be read")
        return Remade(refused=Refused.BROKEN)


def _is_large(picture: Image.Image) -> bool:
    return picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE


def _read(source: Path) -> bytes:
    with source.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    return b"" if len(data) > MOST_BYTES else data


def _flat(picture: Image.Image) -> Image.Image:
    """Without transparency and palette: on a quiet dark ground."""
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        whole = picture.convert("RGBA")
        ground = Image.new("RGBA", whole.size, (24, 24, 27, 255))
        return Image.alpha_composite(ground, whole).convert("RGB")
    return picture.convert("RGB")


def _as_jpeg(picture: Image.Image) -> bytes:
    # Saved anew: nothing of the original's metadata (place, camera, person) is kept.
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return buffer.getvalue()


def _write(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def make_placeholder(digest: str, size: int, target: Path) -> bool:
    """Write a two-tone pattern: four quarter rounds in tints of one colour. Raises OSError where that cannot be."""
    chooser = random.Random(digest)
    hue = chooser.random()
    ground = _tint(hue, 0.34, 0.42)
    shape = _tint(hue + 0.04, 0.38, 0.55)
    scale = 2
    side = size * scale
    picture = Image.new("RGB", (side, side), ground)
    half = side // 2
    for column in (0, 1):
        for row in (0, 1):
            corner_x = column * half + chooser.choice((0, half))
            corner_y = row * half + chooser.choice((0, half))
            quarter = Image.new("L", (half, half), 0)
            centre_x, centre_y = corner_x - column * half, corner_y - row * half
            ImageDraw.Draw(quarter).ellipse(
                (centre_x - half, centre_y - half, centre_x + half, centre_y + half), fill=255
            )
            picture.paste(Image.new("RGB", (half, half), shape), (column * half, row * half), quarter)
    _write(_as_jpeg(picture.resize((size, size), Image.Resampling.LANCZOS)), target)
    return True


def _tint(hue: float, saturation: float, lightness: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue % 1.0, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
