"""How many transcodes run at once, for each person and in all. Who finds no place hears so at once."""

from collections import Counter

from antiphon.kernel.errors import AntiphonError, Kind

PLACES_PER_PERSON = 3
RETRY_SECONDS = 5.0


class Places:
    """Counts what is being made in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[int] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    def take(self, user_id: int) -> None:
        """Take a place for a person. Raises TOO_MANY_REQUESTS where none is free."""
        if self._taken[user_id] >= PLACES_PER_PERSON:
            raise _full("You listen to as much at once as one account may. End another song first.")
        if len(self) >= self._most:
            raise _full("The server makes sound for as many listeners as it can. Try again in a moment.")
        self._taken[user_id] += 1

    def free(self, user_id: int) -> None:
        """Give a place back."""
        self._taken[user_id] -= 1
        if not self._taken[user_id]:
            del self._taken[user_id]


def _full(message: str) -> AntiphonError:
    return AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_transcodes", message, retry_after=RETRY_SECONDS)
