"""Which key a song is in: a hint, right in about half of all songs, and within a fifth in most."""

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.decoding import Floats

NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# How well each note fits a major and a minor key: Temperley's profiles, found by counting notes in music.
MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)


def key_of(notes: Floats) -> tuple[str, float]:
    """The key (`C`, `F#`, `Am`; empty where no notes are heard), and how well it fits, 0 to 1."""
    total = notes.sum(axis=1)
    if not len(notes) or not total.any():
        return "", 0.0
    # Each moment counts by its loudness at most: a long quiet chord is not drowned by one loud one.
    shares = notes[total > 0] / total[total > 0, None]
    mean = shares.mean(axis=0).astype(np.float64)
    fits = _fits(mean)
    best = int(fits.argmax())
    strength = float(np.clip(fits[best], 0.0, 1.0))
    return (NOTES[best] if best < 12 else f"{NOTES[best - 12]}m"), strength


def _fits(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """The correlation with each of the 24 keys, major ones first."""
    found = [
        float(np.corrcoef(mean, np.roll(profile, tonic))[0, 1]) for profile in (MAJOR, MINOR) for tonic in range(12)
    ]
    return np.asarray(np.nan_to_num(found))
