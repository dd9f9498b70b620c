"""ID tokens (OpenID Connect Core 3.1.3.7): signed by a key of the provider, for us, now, as answer to our question."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey, import_key

from antiphon.adapters.oidc.documents import KeyDocument, NotProven

# No algorithm by which a client could sign for itself, and none that signs nothing.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SKEW_SECONDS = 60.0
LONGEST_SUBJECT = 255
LONGEST_TOKEN = 64 * 1024

SigningKey = RSAKey | ECKey
_KINDS: Mapping[str, type[SigningKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey}


class UnknownKey(Exception):
    """A token is signed by a key that is not among those known: the provider may have new ones."""


def signing_keys(document: KeyDocument) -> list[SigningKey]:
    """The keys that may sign; those that are for something else, or that nobody can read, are left out."""
    found: list[SigningKey] = []
    for value in document.keys:
        if value.get("kty") not in ("RSA", "EC") or value.get("use", "sig") != "sig":
            continue
        try:
            key = import_key(value)
        except (JoseError, ValueError):
            continue
        if isinstance(key, RSAKey | ECKey):
            found.append(key)
    return found


def verified_claims(token: str, keys: list[SigningKey], algorithms: tuple[str, ...]) -> dict[str, Any]:
    """What a token claims, once its signature is right. Raises UnknownKey, NotProven."""
    if len(token) > LONGEST_TOKEN:
        raise NotProven("the ID token is too long")
    try:
        return jwt.decode(token, _chooser(keys), algorithms=list(algorithms)).claims
    except (JoseError, ValueError) as error:
        raise NotProven(f"the ID token is not signed as it must be: {type(error).__name__}") from error


def check_claims(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float) -> str:
    """The subject of a token that is for this client, holds now, and answers the question with `nonce`.

    Raises NotProven.
    """
    if claims.get("iss") != issuer:
        raise NotProven("the ID token is of another issuer")
    _check_audience(claims, client_id)
    _check_moments(claims, now)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise NotProven("the ID token answers another question")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > LONGEST_SUBJECT or "\0" in subject:
        raise NotProven("the ID token names nobody")
    return subject


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences:
        raise NotProven("the ID token is for somebody else")
    if claims.get("azp", None if len(audiences) > 1 else client_id) != client_id:
        raise NotProven("the ID token was given to somebody else")


def _check_moments(claims: Mapping[str, Any], now: float) -> None:
    expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not all(
        isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (expires, issued, begins)
    ):
        raise NotProven("the ID token does not say when it holds")
    assert expires is not None and issued is not None
    if expires <= now - SKEW_SECONDS:
        raise NotProven("the ID token has expired")
    if issued > now + SKEW_SECONDS or (begins or 0) > now + SKEW_SECONDS:
        raise NotProven("the ID token is of the future")


def _moment(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _chooser(keys: list[SigningKey]) -> Callable[[GuestProtocol], SigningKey]:
    def choose(token: GuestProtocol) -> SigningKey:
        header = token.headers()
        algorithm = str(header.get("alg", ""))
        kind = _KINDS.get(algorithm[:2])
        if kind is None:
            raise NotProven(f"the ID token is signed by {algorithm[:20]!r}")
        fitting = [
            key
            for key in keys
            if isinstance(key, kind)
            and key.get("alg", algorithm) == algorithm
            and ("kid" not in header or key.kid == header["kid"])
        ]
        if len(fitting) != 1:
            raise UnknownKey
        return fitting[0]

    return choose
