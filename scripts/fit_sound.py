"""Fits the constants that vectors of songs are made with, from folders of music, and writes them into the code.

    python scripts/fit_sound.py FOLDER…

Each song counts three times: as a whole, its first and its second half. A change of the constants needs a new
MEASURE_VERSION (areas/library/data/sound.py), for vectors of two fits cannot be compared. Told in the end: how often
the first half of a song finds its own second half among all of them.
"""

import base64
import sys
import textwrap
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis import constants
from antiphon.adapters.media.analysis.decoding import Decoded, Floats, Undecodable
from antiphon.adapters.media.analysis.measuring import Character, Meters
from antiphon.adapters.media.analysis.vector import LENGTH, placed

Doubles = NDArray[np.float64]
SHORTEST_SECONDS = 30.0
SUFFIXES = (".ogg", ".opus", ".mp3", ".flac", ".m4a")
TARGET = Path(constants.__file__)
STEPS = 127.0


def parts(path: Path) -> list[list[Doubles]] | None:
    """The features of a song, of its first half and of its second."""
    try:
        decoded = Decoded(str(path))
        pieces = list(decoded)
    except Undecodable:
        return None
    if sum(piece.shape[1] for piece in pieces) < SHORTEST_SECONDS * decoded.rate:
        return None
    middle = len(pieces) // 2
    found = [_blocks(some, decoded) for some in (pieces, pieces[:middle], pieces[middle:])]
    return None if any(blocks is None for blocks in found) else [blocks for blocks in found if blocks is not None]


def _blocks(pieces: list[Floats], decoded: Decoded) -> list[Doubles] | None:
    meters = Meters(decoded.rate, decoded.channels)
    meters.hear(pieces)
    loudness, loudness_range = meters.loudness.finish()
    return None if loudness is None else Character(meters, loudness, loudness_range or 0.0).blocks


def fit(songs: list[list[Doubles]]) -> tuple[Doubles, Doubles, Doubles]:
    """Centres and spreads of the features, and (features, 64) what they are multiplied with, half whitened."""
    rows = np.stack([np.concatenate(blocks) for blocks in songs])
    centres, spreads = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    placed_rows = np.stack([placed(blocks, centres, spreads) for blocks in songs])
    _, sizes, directions = np.linalg.svd(placed_rows - placed_rows.mean(axis=0), full_matrices=False)
    components = directions[:LENGTH].T * sizes[:LENGTH] ** -0.5
    return centres, spreads, components


def write(centres: Doubles, spreads: Doubles, components: Doubles) -> None:
    """Put them into constants.py, the large table as one byte a number."""
    scales = np.abs(components).max(axis=0) / STEPS
    small = np.round(components / scales).astype(np.int8)
    head = TARGET.read_text(encoding="utf-8").partition("# Fitted")[0]
    texts = {
        "_CENTRES": centres.astype("<f4").tobytes(),
        "_SPREADS": spreads.astype("<f4").tobytes(),
        "_SCALES": scales.astype("<f4").tobytes(),
        "_COMPONENTS": small.tobytes(),
    }
    body = "".join(f'{name} = """\n{_wrapped(data)}\n"""\n' for name, data in texts.items())
    foot = TARGET.read_text(encoding="utf-8").partition("# Unpacked")[2]
    TARGET.write_text(f"{head}# Fitted by scripts/fit_sound.py.\n{body}\n# Unpacked{foot}", encoding="utf-8")


def _wrapped(data: bytes) -> str:
    return "\n".join(textwrap.wrap(base64.b64encode(data).decode(), 118))


def main() -> None:
    """Fit and write."""
    files = [path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*")) if path.suffix in SUFFIXES]
    with Pool() as pool:
        found = [song for song in pool.map(parts, files, chunksize=2) if song is not None]
    centres, spreads, components = fit([blocks for song in found for blocks in song])
    write(centres, spreads, components)
    halves = [np.stack([placed(song[half], centres, spreads) @ components for song in found]) for half in (1, 2)]
    first, second = (half / np.linalg.norm(half, axis=1, keepdims=True) for half in halves)
    nearness = first @ second.T
    own = (nearness >= np.diag(nearness)[:, None]).sum(axis=1)
    sys.stdout.write(f"{len(found)} songs; halves found: {np.mean(own == 1):.2f}, among five {np.mean(own <= 5):.2f}\n")


if __name__ == "__main__":
    main()
