"""What a call says: names and values from the address and, for a form, from the body, read together."""

from typing import TypeVar
from urllib.parse import unquote_plus

import msgspec

from antiphon.api.opensubsonic.ids import Kind, read_number
from antiphon.kernel.errors import AntiphonError, invalid, not_found
from antiphon.kernel.errors import Kind as ErrorKind

# Five thousand ids with a time for each, twice over.
MAXIMUM_PARAMETERS = 20_000
MAXIMUM_LIST = 500

Default = TypeVar("Default")


def missing(name: str) -> AntiphonError:
    """A parameter that a call cannot do without."""
    return AntiphonError(ErrorKind.INVALID, "missing_parameter", f"Required parameter is missing: {name}.")


class Parameters(msgspec.Struct, eq=False):
    """Each name with all its values, in their order. Raises INVALID for what does not fit. What was escaped is to be
    checked once all of it is read (`check`)."""

    _values: dict[str, list[str]] = msgspec.field(default_factory=dict)
    was_escaped: bool = False

    def __repr__(self) -> str:
        """Names alone: values may be secrets."""
        return f"Parameters({', '.join(self._values)})"

    def add(self, given: bytes) -> None:
        """Read `a=1&b=2`: a query or a form. Letters that are not escaped are UTF-8."""
        if not given:
            return
        text, values = given.decode(errors="replace"), self._values
        if text.count("&") >= MAXIMUM_PARAMETERS:
            raise invalid(parameters=f"A call takes at most {MAXIMUM_PARAMETERS} parameters.")
        is_plain = "%" not in text and "+" not in text and "\0" not in text
        parts = [part.partition("=") for part in text.split("&")]
        for name, _, value in parts if is_plain else map(_plain, parts):
            known = values.get(name)
            if known is None:
                values[name] = [value]
            else:
                known.append(value)
        self.was_escaped |= not is_plain

    def check(self) -> None:
        """Raise INVALID for what no text may hold. Only once all is read: what else was said tells the form that the
        refusal is to have."""
        for name, found in self._values.items():
            if any("\0" in value for value in found):
                raise invalid(**{name: "A text cannot hold a zero character."})

    def text(self, name: str, default: Default = "") -> str | Default:  # type: ignore[assignment]
        """The first value, or `default` where there is none."""
        found = self._values.get(name)
        return found[0] if found else default

    def first(self, names: tuple[str, ...]) -> list[str]:
        """The first values of several names, empty where there are none."""
        values = self._values
        return [values[name][0] if name in values else "" for name in names]

    def needed(self, name: str) -> str:
        """A value that must be there and not be empty."""
        found = self._values.get(name)
        if not found or not found[0]:
            raise missing(name)
        return found[0]

    def places(self, name: str) -> list[str]:
        """All values with the empty ones, for lists of which others tell places; none where all are empty. Some clients
        name lists with brackets: `songId[]`."""
        for found in (self._values.get(name), self._values.get(f"{name}[]")):
            if found and any(found):
                return found
        return []

    def texts(self, name: str) -> list[str]:
        """All values that say something: apps send an empty one for an empty list."""
        return [text for text in self.places(name) if text]

    def number(self, name: str, default: Default, *, least: int = 0) -> int | Default:
        """A whole number of at least `least`; `default` where there is none, or nothing in it."""
        found = self._values.get(name)
        if not found or not found[0]:
            return default
        return _number(name, found[0], least)

    def numbers(self, name: str) -> list[int]:
        """Whole numbers, zero or more."""
        return [_number(name, text, 0) for text in self.texts(name)]

    def number_places(self, name: str) -> list[int | None]:
        """Whole numbers, zero or more, with None where an empty one stands."""
        return [_number(name, text, 0) if text else None for text in self.places(name)]

    def count(self, name: str, default: int, most: int = MAXIMUM_LIST) -> int:
        """How many are wanted; above `most` counts as `most`."""
        return min(self.number(name, default), most)

    def flag(self, name: str, default: Default) -> bool | Default:
        """True or false, in any case."""
        text = self.text(name).lower()
        if not text:
            return default
        if text in ("true", "1", "yes", "on"):
            return True
        if text in ("false", "0", "no", "off"):
            return False
        raise invalid(**{name: "This must be true or false."})

    def id(self, name: str, kind: Kind) -> int:
        """The number of the thing of one kind that must be named. Raises NOT_FOUND for what names no such thing."""
        found = read_number(self.needed(name), kind)
        if found is None:
            raise not_found(kind)
        return found

    def ids(self, name: str, kind: Kind) -> list[int]:
        """The numbers of all things of one kind that are named, possibly none. Raises NOT_FOUND."""
        found = [read_number(text, kind) for text in self.texts(name)]
        numbers = [number for number in found if number is not None]
        if len(numbers) != len(found):
            raise not_found(kind)
        return numbers


def plain_password(text: str) -> str:
    """A password as it was typed: clients may hide it from a glance as `enc:` and hexadecimal digits. Empty where these
    are none."""
    if not text.startswith("enc:"):
        return text
    try:
        return bytes.fromhex(text[4:]).decode()
    except ValueError:
        return ""


def _plain(part: tuple[str, str, str]) -> tuple[str, str, str]:
    """A name and its value as they were before somebody escaped them."""
    name, sign, value = part
    if "%" in name or "+" in name:
        name = unquote_plus(name, errors="replace")
    if "%" in value or "+" in value:
        value = unquote_plus(value, errors="replace")
    return name, sign, value


def _number(name: str, text: str, least: int) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise invalid(**{name: "This must be a whole number."})
    number = int(text)
    if number < least:
        raise invalid(**{name: f"This must be {least} or more."})
    return number
