"""Reads of accounts."""

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, and_, bindparam, func, literal_column, or_, select

from antiphon.areas.accounts.internal.tables import (
    api_key,
    app_password,
    known_network,
    recovery_code,
    second_factor,
    user_account,
    user_picture,
    user_profile,
    user_role,
    user_session,
)
from antiphon.kernel.db import Statement, in_list

# A separator that is a parameter would stay a placeholder in a compiled statement.
_held = func.aggregate_strings(user_role.c.role, literal_column("' '"))  # type: ignore[arg-type]
_roles = select(func.coalesce(_held, "")).where(user_role.c.user_id == user_account.c.id).scalar_subquery()
_picture = select(user_picture.c.hash).where(user_picture.c.user_id == user_account.c.id).scalar_subquery()
_user = (
    user_account.c.id,
    user_account.c.username,
    user_account.c.email,
    user_account.c.full_name,
    user_account.c.first_name,
    user_account.c.last_name,
    _roles.label("roles"),
    user_account.c.standing,
    user_account.c.rights,
    user_account.c.upload_quota,
    user_account.c.hidden,
    user_account.c.email_proven_at,
    user_account.c.artist_asked_at,
    func.coalesce(_picture, "").label("picture"),
    user_account.c.created_at,
    user_account.c.updated_at,
)


def _users() -> Select[tuple[object, ...]]:
    return select(*_user)


USER_BY_ID = Statement(_users().where(user_account.c.id == bindparam("user_id")))

SIGN_IN_BY_USERNAME = Statement(
    select(user_account.c.password_hash, *_user).where(user_account.c.username_key == bindparam("key"))
)
SIGN_IN_BY_EMAIL = Statement(
    select(user_account.c.password_hash, *_user).where(user_account.c.email_key == bindparam("key"))
)
SIGN_IN_BY_ID = Statement(select(user_account.c.password_hash, *_user).where(user_account.c.id == bindparam("user_id")))

# Held until the transaction ends, so that nobody changes the password meanwhile.
HELD_PASSWORD_HASH = Statement(
    select(user_account.c.password_hash).where(user_account.c.id == bindparam("user_id")).with_for_update(read=True)
)

OTHER_WITH_EMAIL = Statement(
    select(user_account.c.id).where(
        user_account.c.email_key == bindparam("key"), user_account.c.id != bindparam("user_id")
    )
)

# Held until the transaction ends, so that nobody else changes what belongs to this account meanwhile.
HELD_ACCOUNT = Statement(select(user_account.c.id).where(user_account.c.id == bindparam("user_id")).with_for_update())

SESSION_BY_TOKEN = Statement(
    select(
        user_session.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        user_account.c.rights,
        user_session.c.client,
        user_session.c.created_at,
        user_session.c.last_used_at,
    )
    .join_from(user_session, user_account)
    .where(user_session.c.token_hash == bindparam("token_hash"), user_account.c.standing == "active")
)

SIGNED_ACCESS = Statement(
    select(
        user_account.c.id, user_account.c.username, _roles, user_account.c.rights, user_account.c.access_revision
    ).where(user_account.c.id == bindparam("user_id"), user_account.c.standing == "active")
)

SESSIONS = Statement(
    select(
        user_session.c.id,
        user_session.c.client,
        user_session.c.network,
        user_session.c.created_at,
        user_session.c.last_used_at,
    )
    .where(user_session.c.user_id == bindparam("user_id"))
    .order_by(user_session.c.last_used_at.desc(), user_session.c.id.desc())
)

_codes_left = (
    select(func.count())
    .select_from(recovery_code)
    .where(recovery_code.c.user_id == second_factor.c.user_id)
    .scalar_subquery()
)
SECOND_FACTOR = Statement(
    select(_codes_left).where(
        second_factor.c.user_id == bindparam("user_id"), second_factor.c.confirmed_at.is_not(None)
    )
)

KEY_BY_HASH = Statement(
    select(
        api_key.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        user_account.c.rights,
        api_key.c.name,
        api_key.c.scopes,
        api_key.c.last_used_at,
    )
    .join_from(api_key, user_account)
    .where(api_key.c.key_hash == bindparam("key_hash"), user_account.c.standing == "active")
)

SECRETS_BY_USERNAME = Statement(
    select(
        app_password.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        user_account.c.rights,
        app_password.c.name,
        app_password.c.secret_encrypted,
        app_password.c.last_used_at,
    )
    .join_from(app_password, user_account)
    .where(user_account.c.username_key == bindparam("key"), user_account.c.standing == "active")
    .order_by(app_password.c.id.desc())
)

APP_PASSWORDS = Statement(
    select(app_password.c.id, app_password.c.name, app_password.c.created_at, app_password.c.last_used_at)
    .where(app_password.c.user_id == bindparam("user_id"))
    .order_by(app_password.c.id)
)

APP_PASSWORD_COUNT = Statement(
    select(func.count()).select_from(app_password).where(app_password.c.user_id == bindparam("user_id"))
)
API_KEY_COUNT = Statement(select(func.count()).select_from(api_key).where(api_key.c.user_id == bindparam("user_id")))

API_KEYS = Statement(
    select(api_key.c.id, api_key.c.name, api_key.c.scopes, api_key.c.created_at, api_key.c.last_used_at)
    .where(api_key.c.user_id == bindparam("user_id"))
    .order_by(api_key.c.id)
)

ADMIN_EXISTS = Statement(select(literal_column("1")).where(user_role.c.role == "admin").limit(1))

USER_BY_NAME_OR_EMAIL = Statement(
    _users().where(
        and_(
            (user_account.c.username_key == bindparam("username_key"))
            | (user_account.c.email_key == bindparam("email_key"))
        )
    )
)

TAKEN_NAMES = Statement(
    select(user_account.c.username_key).where(in_list(user_account.c.username_key, bindparam("keys")))
)

# Whoever asks may see: everyone but the hidden and those who are not let in; admins see all. The caller is left out.
_listed = and_(
    user_account.c.id != bindparam("viewer_id"),
    or_(
        bindparam("sees_all", type_=Integer) == 1,
        and_(user_account.c.hidden == 0, user_account.c.standing == "active"),
    ),
)
PEOPLE = Statement(
    _users()
    .where(_listed)
    .order_by(user_account.c.id)
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
PEOPLE_COUNT = Statement(select(func.count()).select_from(user_account).where(_listed))
_found = user_account.c.search_text.like(bindparam("pattern"), escape="\\")
PEOPLE_FOUND = Statement(
    _users()
    .where(_listed, _found)
    .order_by(user_account.c.id)
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=BigInteger))
)
PEOPLE_FOUND_COUNT = Statement(select(func.count()).select_from(user_account).where(_listed, _found))

PROFILE = Statement(
    select(
        user_profile.c.favorite_genres,
        user_profile.c.favorite_artists,
        user_profile.c.moods,
        user_profile.c.preferences,
    ).where(user_profile.c.user_id == bindparam("user_id"))
)
PROFILES = Statement(
    select(
        user_profile.c.user_id,
        user_profile.c.favorite_genres,
        user_profile.c.favorite_artists,
        user_profile.c.moods,
        user_profile.c.preferences,
    ).where(in_list(user_profile.c.user_id, bindparam("user_ids")))
)
PICTURE = Statement(
    select(user_picture.c.hash, user_picture.c.image).where(user_picture.c.user_id == bindparam("user_id"))
)
# Held until the transaction ends: two admins who remove each other at the same moment must not leave none.
ADMINS = Statement(
    select(user_role.c.user_id)
    .select_from(user_role.join(user_account, user_account.c.id == user_role.c.user_id))
    .where(user_role.c.role == "admin", user_account.c.standing == "active")
    .order_by(user_role.c.user_id)
    .with_for_update()
)


def _known_network(key: ColumnElement[str]) -> Statement:
    return Statement(
        select(literal_column("1"))
        .select_from(known_network.join(user_account, user_account.c.id == known_network.c.user_id))
        .where(key == bindparam("key"), known_network.c.network == bindparam("network"))
    )


KNOWN_NETWORK_BY_USERNAME = _known_network(user_account.c.username_key)
KNOWN_NETWORK_BY_EMAIL = _known_network(user_account.c.email_key)
