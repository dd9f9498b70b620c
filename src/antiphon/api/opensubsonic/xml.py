"""Values as Subsonic's XML: what is one word is an attribute, what has parts is an element.

Lists repeat their element; `value` is the text of its element, where its type says nothing else. Characters that XML
cannot hold are left out.
"""

import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from antiphon.api.opensubsonic.values import Value

_SPECIAL = re.compile('[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Plan:
    """How values of one type are written, made at the first of them: names on the wire, defaults, all at one reach."""

    __slots__ = ("are_elements", "fields", "get", "is_kept", "text")

    def __init__(self, kind: type[Value], old_only: bool) -> None:
        fields = [
            field
            for field in msgspec.structs.fields(kind)
            if not old_only or kind.OLD is None or field.encode_name in kind.OLD
        ]
        self.fields = [(field.encode_name, f' {field.encode_name}="', field.default) for field in fields]
        names = [field.name for field in fields]
        self.get: Callable[[Any], Sequence[Any]] = _getter(names)
        self.are_elements = kind.ELEMENTS
        self.is_kept = kind.KEPT
        self.text = kind.TEXT


def _getter(names: list[str]) -> Callable[[Any], Sequence[Any]]:
    if len(names) >= 2:
        return attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


_PLANS: dict[tuple[type[Value], bool], _Plan] = {}
# What was written of lists that many songs share, with the list itself: so no other can take its identity.
_WRITTEN: dict[tuple[str, int], tuple[Any, str]] = {}
_MOST_WRITTEN = 16_384


def escape(text: str) -> str:
    """`text` as it may stand in an element or between double quotes."""
    if _SPECIAL.search(text) is None:
        return text
    plain = _FORBIDDEN.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = plain.replace('"', "&quot;")
    return plain.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def write_element(name: str, value: Any, *, old_only: bool = False) -> str:
    """An element; for a list, one for each of its values. `old_only` leaves out what the Subsonic API did not have."""
    parts: list[str] = []
    _write(parts, name, value, old_only)
    return "".join(parts)


def _write(parts: list[str], name: str, value: Any, old_only: bool) -> None:
    if type(value) is tuple:
        _write_list(parts, name, value, old_only)
    elif isinstance(value, Value):
        _write_value(parts, name, value, _plan(type(value), old_only), old_only)
    else:
        parts.append(f"<{name}>{_word(value)}</{name}>")


def _plan(kind: type[Value], old_only: bool) -> _Plan:
    plan = _PLANS.get((kind, old_only))
    if plan is None:
        plan = _PLANS[kind, old_only] = _Plan(kind, old_only)
    return plan


def _write_list(parts: list[str], name: str, values: tuple[Any, ...], old_only: bool) -> None:
    if not values:
        return
    first = values[0]
    if not isinstance(first, Value):
        parts.extend(f"<{name}>{_word(value)}</{name}>" for value in values)
        return
    plan = _plan(type(first), old_only)
    if not plan.is_kept:
        for value in values:
            # Queues hold songs and episodes.
            own_plan = plan if type(value) is type(first) else _plan(type(value), old_only)
            _write_value(parts, name, value, own_plan, old_only)
        return
    kept = _WRITTEN.get((name, id(values)))
    if kept is None:
        own: list[str] = []
        for value in values:
            _write_value(own, name, value, plan, old_only)
        if len(_WRITTEN) >= _MOST_WRITTEN:
            _WRITTEN.clear()
        kept = _WRITTEN[name, id(values)] = (values, "".join(own))
    parts.append(kept[1])


def _write_value(parts: list[str], name: str, value: Value, plan: _Plan, old_only: bool) -> None:
    parts.append(f"<{name}")
    text = ""
    children: list[tuple[str, Any]] = []
    for (field, opening, default), part in zip(plan.fields, plan.get(value), strict=True):
        if part is default:
            continue
        kind = type(part)
        if kind is str and not plan.are_elements:
            word = part if _SPECIAL.search(part) is None else escape(part)
            if field == plan.text:
                text = word
            else:
                parts.append(f'{opening}{word}"')
        elif kind is tuple or isinstance(part, Value) or plan.are_elements:
            children.append((field, part))
        else:
            parts.append(f'{opening}{_word(part)}"')
    if not children and not text:
        parts.append("/>")
        return
    parts.append(">")
    parts.append(text)
    for field, part in children:
        _write(parts, field, part, old_only)
    parts.append(f"</{name}>")


def _word(part: Any) -> str:
    if type(part) is str:
        return escape(part)
    if part is True or part is False:
        return "true" if part else "false"
    return str(part)
