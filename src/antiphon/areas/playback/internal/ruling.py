"""Which rule holds for a song and a listener, and whether rules make sense."""

import ipaddress
from collections.abc import Mapping, Sequence

import msgspec

from antiphon.areas.playback.data.streaming import (
    AS_WANTED,
    HIGHEST_BITRATE,
    LOWEST_BITRATE,
    MOST_RULES,
    Asking,
    Ruled,
    StreamingRules,
    StreamRule,
)
from antiphon.areas.playback.data.transcodes import Sounding
from antiphon.areas.playback.internal.forms import FORMS
from antiphon.kernel.errors import invalid

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_VALUES = 200
LONGEST_VALUE = 100


class _Ready(msgspec.Struct, frozen=True):
    """A rule with its networks read."""

    rule: StreamRule
    clients: tuple[str, ...]
    networks: tuple[_Network, ...]


class Ruling:
    """Rules made ready to be asked, with the ceilings of persons."""

    def __init__(self, rules: StreamingRules, ceilings: Mapping[int, int]) -> None:
        self.rules = rules
        self._ceilings = ceilings
        self._ready = [
            _Ready(
                rule,
                tuple(client.lower() for client in rule.clients),
                tuple(ipaddress.ip_network(text, strict=False) for text in rule.networks),
            )
            for rule in rules.rules
        ]

    def of(self, song: Sounding, user_id: int, asking: Asking) -> Ruled:
        """What holds for a song and a listener: the first rule that does, and never more than the person's ceiling."""
        ceiling = self._ceilings.get(user_id, 0)
        for one in self._ready:
            if _holds(one, song, user_id, asking):
                return Ruled(one.rule.form, least(one.rule.bitrate, ceiling))
        return Ruled("", ceiling) if ceiling else AS_WANTED


def least(*limits: int) -> int:
    """The smallest of some limits, where 0 is none."""
    return min((limit for limit in limits if limit > 0), default=0)


def _holds(one: _Ready, song: Sounding, user_id: int, asking: Asking) -> bool:
    rule = one.rule
    return (
        (not one.clients or asking.client.lower().startswith(one.clients))
        and (not rule.people or user_id in rule.people)
        and (not rule.formats or song.format in rule.formats or song.suffix in rule.formats)
        and song.bitrate > rule.above
        and (not one.networks or _is_within(asking.address, one.networks))
    )


def _is_within(address: str, networks: Sequence[_Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def checked(rules: StreamingRules) -> StreamingRules:
    """The rules in one spelling. Raises INVALID, by the place of a rule and its field, for what makes no sense."""
    if len(rules.rules) > MOST_RULES:
        raise invalid(rules=f"There can be at most {MOST_RULES} rules.")
    if not 1 <= rules.per_person <= 100:
        raise invalid(per_person="This must be between 1 and 100.")
    if not 0 <= rules.in_all <= 1000:
        raise invalid(in_all="This must be between 0 and 1000.")
    if rules.cache_bytes is not None and not 0 <= rules.cache_bytes <= 10**15:
        raise invalid(cache_bytes="This must be a number of bytes, zero or more.")
    return msgspec.structs.replace(
        rules, rules=tuple(_checked(f"rules[{place}].", rule) for place, rule in enumerate(rules.rules))
    )


def _checked(field: str, rule: StreamRule) -> StreamRule:
    name = rule.name.strip()
    if not 0 < len(name) <= LONGEST_VALUE:
        raise invalid(**{f"{field}name": "A rule needs a name of at most 100 characters."})
    for what, values in (("clients", rule.clients), ("formats", rule.formats), ("networks", rule.networks)):
        if len(values) > MOST_VALUES or any(not 0 < len(value.strip()) <= LONGEST_VALUE for value in values):
            raise invalid(**{field + what: "These must be at most 200 texts of at most 100 characters."})
    if len(rule.people) > MOST_VALUES:
        raise invalid(**{f"{field}people": "A rule names at most 200 people."})
    for text in rule.networks:
        try:
            ipaddress.ip_network(text.strip(), strict=False)
        except ValueError as error:
            sentence = f"{text!r} is no network; write an address or a network such as 192.168.0.0/16."
            raise invalid(**{f"{field}networks": sentence}) from error
    check_bitrate(rule.bitrate, f"{field}bitrate")
    if not 0 <= rule.above <= HIGHEST_BITRATE:
        raise invalid(**{f"{field}above": "This must be a bit rate in kbit/s, or 0."})
    if not rule.form and not rule.bitrate:
        raise invalid(**{f"{field}form": "A rule sets a format, a bit rate, or both."})
    if rule.form and rule.bitrate and not FORMS[rule.form].bitrate:
        raise invalid(**{f"{field}bitrate": "FLAC has the bit rate that the music needs: choose another format."})
    return msgspec.structs.replace(
        rule,
        name=name,
        clients=tuple(client.strip() for client in rule.clients),
        formats=tuple(value.strip().lower() for value in rule.formats),
        networks=tuple(network.strip() for network in rule.networks),
    )


def check_bitrate(bitrate: int, field: str) -> None:
    """Raise INVALID for a ceiling that no sound fits under; 0 is none."""
    if bitrate and not LOWEST_BITRATE <= bitrate <= HIGHEST_BITRATE:
        raise invalid(**{field: f"This must be between {LOWEST_BITRATE} and {HIGHEST_BITRATE} kbit/s, or 0 for any."})
