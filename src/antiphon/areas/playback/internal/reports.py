"""From where an app says it is to what counts: a listen is one when half of the song was heard, or four minutes."""

COUNTING_SECONDS = 240.0
# Reports travel: what was heard may be this much more than the time that has passed.
TOLERANCE_SECONDS = 3.0


def counts_as_play(duration: float, position: float, elapsed: float, rate: float) -> bool:
    """Whether a listen that began `elapsed` seconds ago and stands at `position` is a play. Who jumps ahead has not
    heard what lies between."""
    heard = min(position, elapsed * max(rate, 0.1) + TOLERANCE_SECONDS)
    return heard >= min(duration / 2, COUNTING_SECONDS) and heard > 0
