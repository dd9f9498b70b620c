"""From what a provider claims about somebody to who they are here."""

from collections.abc import Mapping
from typing import Any

from antiphon.areas.accounts.data import ForeignAccount

LONGEST = 200
MOST_GROUPS = 1000


def account_of(subject: str, claims: Mapping[str, Any], groups_claim: str) -> ForeignAccount:
    """Who somebody is. What is not of the kind it should be counts as missing."""
    return ForeignAccount(
        subject=subject,
        shown_name=_text(claims, "name") or _text(claims, "preferred_username") or _text(claims, "email"),
        username=_text(claims, "preferred_username") or _text(claims, "nickname"),
        email=_text(claims, "email"),
        email_proven=claims.get("email_verified") is True,
        groups=groups_in(claims, groups_claim) or (),
    )


def groups_in(claims: Mapping[str, Any], groups_claim: str) -> tuple[str, ...] | None:
    """The groups, by the claim's name or by a path of names with dots (`realm_access.roles`); None where nothing is
    told about them."""
    found: Any = claims.get(groups_claim)
    if found is None:
        found = claims
        for name in groups_claim.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return (found,)
    if not isinstance(found, list):
        return None
    return tuple(group for group in found[:MOST_GROUPS] if isinstance(group, str))


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value[:LONGEST].replace("\0", "") if isinstance(value, str) else ""
