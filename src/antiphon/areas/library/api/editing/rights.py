"""Who may change what they see."""

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.kernel.errors import forbidden
from antiphon.kernel.principal import ARTIST, Principal


def check_may_change(principal: Principal, uploader_id: int | None, thing: str) -> None:
    """Raise FORBIDDEN for who is neither the owner of a thing nor an admin."""
    if principal.is_admin or (uploader_id is not None and uploader_id == principal.user_id):
        return
    raise forbidden(f"Only its owner and admins change this {thing}.", "not_the_owner")


def check_admin(principal: Principal) -> None:
    """Raise NOT_SIGNED_IN for nobody, FORBIDDEN for who is no admin. The server's own commands are."""
    if principal.via != "system":
        check_may_write(principal)
    if not principal.is_admin:
        raise forbidden("Only admins may do this.", "admins_only")


def check_artist(principal: Principal) -> None:
    """Raise NOT_SIGNED_IN for nobody, FORBIDDEN for who is neither artist nor admin."""
    check_may_write(principal)
    if not principal.is_admin and ARTIST not in principal.roles:
        raise forbidden("Only artists and admins may do this.", "artists_only")
