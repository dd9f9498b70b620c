"""From blocks of features to the 64 numbers that songs are compared by.

Each feature is put in its place among the songs that the constants were fitted on, each block counts alike, and what
varies together is taken together (a principal component analysis, half whitened). The constants ship with the code and
change only with the version of the measure, so vectors stay comparable.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.constants import CENTRES, COMPONENTS, SPREADS

LENGTH = 64
CLIP = 3.0

Doubles = NDArray[np.float64]


def placed(blocks: list[Doubles], centres: Doubles, spreads: Doubles) -> Doubles:
    """All features in one row: how many spreads each is away from the centre, at most three, blocks weighted alike."""
    weights = np.concatenate([np.full(len(block), len(block) ** -0.5) for block in blocks])
    away = (np.concatenate(blocks) - centres) / spreads
    return np.asarray(np.clip(np.nan_to_num(away), -CLIP, CLIP) * weights)


def vector_of(blocks: list[Doubles]) -> bytes:
    """64 half-precision floats, little-endian, of length 1."""
    projected = placed(blocks, CENTRES, SPREADS) @ COMPONENTS
    length = float(np.linalg.norm(projected))
    return (projected / length if length > 0 else projected).astype("<f2").tobytes()
