"""What a profile may hold."""

from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.accounts.data import Profile, ProfileChange
from antiphon.kernel.errors import invalid
from antiphon.kernel.text import clean_line

MOST_NAMES = 100
LONGEST_NAME = 200
MOST_PREFERENCES = 200
LONGEST_PREFERENCES = 16_384


def changed_profile(profile: Profile, change: ProfileChange) -> Profile:
    """The profile with what `change` names. Raises INVALID by field."""
    return Profile(
        favorite_genres=_names("favorite_genres", change.favorite_genres, profile.favorite_genres),
        favorite_artists=_names("favorite_artists", change.favorite_artists, profile.favorite_artists),
        moods=_names("moods", change.moods, profile.moods),
        preferences=_preferences(profile.preferences, change.preferences),
    )


def checked_profile(profile: Profile) -> Profile:
    """A new profile. Raises INVALID by field."""
    return changed_profile(
        Profile(),
        ProfileChange(
            favorite_genres=list(profile.favorite_genres),
            favorite_artists=list(profile.favorite_artists),
            moods=list(profile.moods),
            preferences=profile.preferences,
        ),
    )


def _names(field: str, given: Sequence[str] | None, kept: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return kept
    cleaned = dict.fromkeys(clean_line(name) for name in given)
    cleaned.pop("", None)
    if len(cleaned) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in cleaned):
        raise invalid(**{field: f"At most {MOST_NAMES} names of at most {LONGEST_NAME} characters."})
    return tuple(cleaned)


def _preferences(kept: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
    if not given:
        return kept
    merged = {name: value for name, value in {**kept, **given}.items() if value is not None}
    if len(merged) > MOST_PREFERENCES or len(msgspec.json.encode(merged)) > LONGEST_PREFERENCES:
        raise invalid(preferences=f"At most {MOST_PREFERENCES} preferences, and {LONGEST_PREFERENCES} bytes in all.")
    if given.get("hidden") not in (None, True, False):
        raise invalid(preferences="hidden must be true or false.")
    return merged
