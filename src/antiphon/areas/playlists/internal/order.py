"""Places: texts that order items, so that an item is put between two others without touching them.

A place is a whole number with its length in front (`a0`, `a1`, … `az`, `b00`, …; `Zz` comes before `a0`) and, where two
neighbours leave no whole number free, a fraction behind it (`a0V` stands between `a0` and `a1`). Compared byte by byte.
"""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_ZERO = "a0"

LONGEST = 48
"""Places longer than this are renewed: edits have crowded between the same two items."""


def place_between(before: str | None, after: str | None) -> str:
    """A place behind `before` and in front of `after`; None is the beginning or the end."""
    assert before is None or after is None or before < after, (before, after)
    if before is None:
        return _first_before(after)
    whole = _whole(before)
    if after is None:
        return _next(whole) or whole + _middle(before[len(whole) :], None)
    if whole == _whole(after):
        return whole + _middle(before[len(whole) :], after[len(whole) :])
    following = _next(whole)
    if following is not None and following < after:
        return following
    return whole + _middle(before[len(whole) :], None)


def places_between(before: str | None, after: str | None, wanted: int) -> list[str]:
    """`wanted` places in order, spread so that all stay short."""
    if wanted <= 0:
        return []
    if after is None or before is None:
        places: list[str] = []
        for _ in range(wanted):
            place = place_between(before, None) if after is None else place_between(None, after)
            places.append(place)
            if after is None:
                before = place
            else:
                after = place
        return places if after is None else places[::-1]
    half = wanted // 2
    middle = place_between(before, after)
    return [*places_between(before, middle, half), middle, *places_between(middle, after, wanted - half - 1)]


def _first_before(after: str | None) -> str:
    if after is None:
        return _ZERO
    whole = _whole(after)
    if whole < after:
        return whole
    return _previous(whole)


def _whole(place: str) -> str:
    """The whole number a place begins with: its first letter tells how long it is."""
    head = place[0]
    length = ord(head) - ord("a") + 2 if head >= "a" else ord("Z") - ord(head) + 2
    return place[:length]


def _next(whole: str) -> str | None:
    """The whole number after this one; None after the largest (which only damaged rows can reach)."""
    head, digits = whole[0], list(whole[1:])
    for index in range(len(digits) - 1, -1, -1):
        value = _VALUE[digits[index]] + 1
        if value < _BASE:
            digits[index] = _DIGITS[value]
            return head + "".join(digits)
        digits[index] = _DIGITS[0]
    if head == "Z":
        return _ZERO
    if head == "z":
        return None
    grown = chr(ord(head) + 1)
    return grown + "".join([*digits, _DIGITS[0]] if grown > "a" else digits[:-1])


def _previous(whole: str) -> str:
    """The whole number before this one. The smallest has none; nobody can make the 62^26 edits that lead there."""
    head, digits = whole[0], list(whole[1:])
    for index in range(len(digits) - 1, -1, -1):
        value = _VALUE[digits[index]] - 1
        if value >= 0:
            digits[index] = _DIGITS[value]
            return head + "".join(digits)
        digits[index] = _DIGITS[-1]
    if head == "a":
        return "Z" + _DIGITS[-1]
    assert head != "A", "no place is left at the beginning"
    shrunk = chr(ord(head) - 1)
    return shrunk + "".join([*digits, _DIGITS[-1]] if shrunk < "Z" else digits[:-1])


def _middle(before: str, after: str | None) -> str:
    """A fraction between two fractions (None is one); fractions never end in 0, so there is always one."""
    if after is not None:
        shared = 0
        while shared < len(after) and (before[shared] if shared < len(before) else "0") == after[shared]:
            shared += 1
        if shared:
            return after[:shared] + _middle(before[shared:], after[shared:])
    low = _VALUE[before[0]] if before else 0
    high = _VALUE[after[0]] if after else _BASE
    if high - low > 1:
        return _DIGITS[(low + high + 1) // 2]
    if after is not None and len(after) > 1:
        return after[0]
    return _DIGITS[low] + _middle(before[1:], None)
