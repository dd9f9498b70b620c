"""How many people hear what is not on the disk yet, and comes through this server from elsewhere."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from antiphon.kernel.errors import AntiphonError, Kind

MOST = 16
# A player asks for the next part before the last one has ended.
MOST_OF_ONE = 4


class Passing:
    """Counts them in this process."""

    def __init__(self) -> None:
        self._of_person: Counter[int] = Counter()

    @contextmanager
    def place(self, user_id: int) -> Iterator[None]:
        """A place for as long as the block runs. Raises TOO_MANY_REQUESTS where there is none."""
        if self._of_person.total() >= MOST or self._of_person[user_id] >= MOST_OF_ONE:
            sentence = "Too many episodes are played from elsewhere just now. Try again in a moment."
            raise AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_streams", sentence, retry_after=10.0)
        self._of_person[user_id] += 1
        try:
            yield
        finally:
            self._of_person[user_id] -= 1
            if not self._of_person[user_id]:
                del self._of_person[user_id]
