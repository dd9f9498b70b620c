"""Who is asking."""

from typing import Literal

import msgspec

from antiphon.kernel.errors import forbidden

ADMIN, ARTIST, USER = "admin", "artist", "user"
ROLES = (ADMIN, ARTIST, USER)

Right = Literal["stream", "download", "upload", "share", "public_playlists", "jukebox"]
RIGHTS: tuple[Right, ...] = ("stream", "download", "upload", "share", "public_playlists", "jukebox")
USUAL_RIGHTS = frozenset(RIGHTS) - {"jukebox"}
"""What a new account may do. The jukebox plays in the owner's room: that is given person by person."""


class Principal(msgspec.Struct, frozen=True):
    """The person (or nobody) on whose behalf a use case runs, and how they signed in.

    `via` is `session` (a token or cookie), `api_key`, `app_password`, `signature` (a signed address), `share` (a guest
    who has the address of one of the person's shares), `system` (jobs, the shell) or `none`.
    `scopes` is None where everything the roles allow is allowed; an API key may carry less.
    `client` is the name an app gives itself; plays and now-playing entries keep it.
    """

    user_id: int
    username: str
    roles: frozenset[str]
    via: str = "session"
    session_id: int = 0
    scopes: frozenset[str] | None = None
    client: str = ""
    rights: frozenset[str] = USUAL_RIGHTS

    @property
    def is_admin(self) -> bool:
        """True where admin rights may be used: an API key needs the scope `admin` besides."""
        return ADMIN in self.roles and (self.scopes is None or ADMIN in self.scopes)

    @property
    def is_anonymous(self) -> bool:
        """True where nobody has signed in."""
        return self.user_id == 0

    def may(self, right: Right) -> bool:
        """True where the account may do this at all. Admins may do everything; to upload, one must be an artist."""
        if ADMIN in self.roles:
            return True
        return right in self.rights and (right != "upload" or ARTIST in self.roles)


ANONYMOUS = Principal(user_id=0, username="", roles=frozenset(), via="none", rights=frozenset())
SYSTEM = Principal(user_id=0, username="system", roles=frozenset({ADMIN}), via="system")


def check_right(principal: Principal, right: Right, sentence: str) -> None:
    """Raise FORBIDDEN `right_missing` with a sentence for people, where the account has not been given a right."""
    if not principal.may(right):
        raise forbidden(sentence, "right_missing")
