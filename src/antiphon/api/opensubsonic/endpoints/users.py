"""Accounts: one's own, and for admins everybody's."""

from collections.abc import Mapping

from antiphon.api.opensubsonic.answers import TokenInfo, User, Users
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.parameters import Parameters, plain_password
from antiphon.api.opensubsonic.signin import named
from antiphon.areas.accounts.data import AccountChange
from antiphon.areas.accounts.data import User as Account
from antiphon.kernel.errors import forbidden, invalid
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ADMIN, ARTIST, USER, Principal, Right

_SOME = 500
# The roles of the protocol that are rights here, and what an account gets that is made without a word about them.
# Everybody may make playlists: that `playlistRole` tells. Given to a new account, it is the right to publish them.
PLAYLIST_ROLE = "playlistRole"
ROLES: Mapping[str, tuple[Right, bool]] = {
    "streamRole": ("stream", True),
    "downloadRole": ("download", False),
    "uploadRole": ("upload", False),
    "shareRole": ("share", False),
    PLAYLIST_ROLE: ("public_playlists", False),
    "jukeboxRole": ("jukebox", False),
}


async def token_info(call: Call) -> TokenInfo:
    """Whose key it is."""
    return TokenInfo(username=call.principal.username)


async def get_user(call: Call) -> User:
    """One's own account, or for an admin anybody's."""
    wanted = call.parameters.needed("username")
    if _is_own(call, wanted):
        return await _shown(call, await call.areas.accounts.access.me(call.principal), call.principal)
    _check_admin(call, "Only admins look at other accounts.")
    return await _shown_to_admin(call, await call.areas.accounts.people.by_username(call.principal, wanted))


async def get_users(call: Call) -> Users:
    """All accounts, for admins."""
    _check_admin(call, "Only admins look at other accounts.")
    people, found = call.areas.accounts.people, [await call.areas.accounts.access.me(call.principal)]
    offset, total = 0, 1
    while offset < total:
        part = await people.list(call.principal, Page(_SOME, offset))
        found += part.rows
        offset, total = offset + _SOME, part.total
    return Users(user=tuple([await _shown_to_admin(call, account) for account in found]))


async def create_user(call: Call) -> None:
    """Make an account, as an admin. The password becomes an app password; the account's own is set by a mailed link."""
    parameters = call.parameters
    username, given, email = (parameters.needed(name) for name in ("username", "password", "email"))
    rights = [right for role, (right, usual) in ROLES.items() if parameters.flag(role, usual)]
    roles = [USER]
    if parameters.flag("adminRole", False):
        roles.append(ADMIN)
    if "upload" in rights:
        roles.append(ARTIST)
    ceiling, folders = parameters.number("maxBitRate", 0), parameters.numbers("musicFolderId")
    async with call.areas.database.transaction():
        account = await call.areas.accounts.app_accounts.create(
            _caller(call),
            username=username,
            email=email,
            password=_password(given),
            roles=roles,
            rights=rights,
        )
        if folders:
            await call.areas.library.libraries.set_libraries_of(call.principal, account.id, folders)
        if ceiling:
            await call.areas.playback.streaming.set_ceiling(call.principal, account.id, ceiling)


async def update_user(call: Call) -> None:
    """Change what is named of an account, as an admin: roles, address, a password for an app. All of it or nothing."""
    _check_admin(call, "Only admins change accounts.")
    parameters, accounts, caller = call.parameters, call.areas.accounts, _caller(call)
    account = await accounts.people.by_username(caller, parameters.needed("username"))
    given, email = parameters.text("password"), parameters.text("email")
    chosen = await accounts.app_accounts.check_password(caller, account, _password(given)) if given else None
    roles, rights = _changed(parameters, account)
    ceiling, folders = parameters.number("maxBitRate", None), parameters.numbers("musicFolderId")
    async with call.areas.database.transaction():
        if email:
            await accounts.app_accounts.set_email(caller, account, email)
        if roles != set(account.roles):
            await accounts.people.set_roles(caller, account.id, sorted(roles))
        if rights != set(account.rights):
            await accounts.people.set_account(caller, account.id, AccountChange(rights=sorted(rights)))
        if folders:
            await call.areas.library.libraries.set_libraries_of(caller, account.id, folders)
        if ceiling is not None:
            await call.areas.playback.streaming.set_ceiling(caller, account.id, ceiling)
        if chosen is not None:
            await accounts.app_accounts.keep_password(caller, account, chosen)


async def delete_user(call: Call) -> None:
    """Remove an account with all that is personal and all it uploaded, as an admin."""
    _check_admin(call, "Only admins remove accounts.")
    account = await call.areas.accounts.people.by_username(call.principal, call.parameters.needed("username"))
    await call.areas.administration.persons.erase(call.principal, account.id, keep_songs=False)


async def change_password(call: Call) -> None:
    """Give an app another password, one's own or as an admin anybody's. The account's own stays as it is."""
    wanted, given = call.parameters.needed("username"), call.parameters.needed("password")
    accounts, caller = call.areas.accounts, _caller(call)
    if _is_own(call, wanted):
        account = await accounts.access.me(caller)
    else:
        _check_admin(call, "Only admins change the passwords of others.")
        account = await accounts.people.by_username(caller, wanted)
    chosen = await accounts.app_accounts.check_password(caller, account, _password(given))
    await accounts.app_accounts.keep_password(caller, account, chosen)


def _caller(call: Call) -> Principal:
    return named(call.principal, call.parameters.text("c")[:200])


def _is_own(call: Call, username: str) -> bool:
    return username.casefold() == call.principal.username.casefold()


def _check_admin(call: Call, sentence: str) -> None:
    """Before anybody is looked for: others do not hear who has an account."""
    if not call.principal.is_admin:
        raise forbidden(sentence)


def _password(given: str) -> str:
    password = plain_password(given)
    if not password:
        raise invalid(password="After enc: a password stands in hexadecimal digits.")
    return password


def _changed(parameters: Parameters, account: Account) -> tuple[set[str], set[str]]:
    """Roles and rights as they shall be. Who shall upload becomes an artist; who shall not stays one without it.

    Apps send back the roles that they were shown. So `playlistRole` leaves the right to publish as it is: everybody is
    shown with that role, also who has been denied that right.
    """
    roles, rights = set(account.roles), set(account.rights)
    for role, (right, _) in ROLES.items():
        wanted = parameters.flag(role, None)
        if wanted is not None and role != PLAYLIST_ROLE:
            (rights.add if wanted else rights.discard)(right)
    is_admin = parameters.flag("adminRole", None)
    if is_admin is not None:
        (roles.add if is_admin else roles.discard)(ADMIN)
    if parameters.flag("uploadRole", False):
        roles.add(ARTIST)
    return roles, rights


async def _shown_to_admin(call: Call, account: Account) -> User:
    """Somebody's account with what they may do by any app."""
    person = Principal(
        user_id=account.id,
        username=account.username,
        roles=frozenset(account.roles),
        rights=frozenset(account.rights),
        via="none",
    )
    return await _shown(call, account, person)


async def _shown(call: Call, account: Account, person: Principal) -> User:
    folders = await call.areas.library.browse.libraries(person)
    may_write = person.scopes is None or "write" in person.scopes
    held = {role: person.may(right) for role, (right, _) in ROLES.items()}
    return User(
        username=account.username,
        email=account.email,
        scrobbling_enabled=may_write,
        admin_role=person.is_admin,
        settings_role=True,
        download_role=held["downloadRole"],
        upload_role=held["uploadRole"] and (person.scopes is None or "upload" in person.scopes),
        playlist_role=may_write,
        cover_art_role=False,
        comment_role=may_write,
        podcast_role=person.is_admin and may_write,
        stream_role=held["streamRole"],
        jukebox_role=held["jukeboxRole"] and may_write,
        share_role=held["shareRole"] and may_write,
        video_conversion_role=False,
        folder=tuple(library.id for library in folders),
        max_bit_rate=await call.areas.playback.streaming.ceiling_of(account.id) or None,
    )
