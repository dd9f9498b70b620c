"""Reads of accounts."""

from sqlalchemy import Select, and_, bindparam, func, literal_column, select

from antiphon.areas.accounts.internal.tables import api_key, app_password, user_account, user_role, user_session
from antiphon.kernel.db import Statement

# A separator that is a parameter would stay a placeholder in a compiled statement.
_held = func.aggregate_strings(user_role.c.role, literal_column("' '"))  # type: ignore[arg-type]
_roles = select(func.coalesce(_held, "")).where(user_role.c.user_id == user_account.c.id).scalar_subquery()
_user = (
    user_account.c.id,
    user_account.c.username,
    user_account.c.email,
    user_account.c.full_name,
    _roles.label("roles"),
    user_account.c.created_at,
)


def _users() -> Select[tuple[object, ...]]:
    return select(*_user)


USER_BY_ID = Statement(_users().where(user_account.c.id == bindparam("user_id")))

SIGN_IN_BY_USERNAME = Statement(
    select(*_user, user_account.c.password_hash).where(user_account.c.username_key == bindparam("key"))
)
SIGN_IN_BY_EMAIL = Statement(
    select(*_user, user_account.c.password_hash).where(user_account.c.email_key == bindparam("key"))
)
SIGN_IN_BY_ID = Statement(select(*_user, user_account.c.password_hash).where(user_account.c.id == bindparam("user_id")))

# Held until the transaction ends, so that nobody changes the password meanwhile.
HELD_PASSWORD_HASH = Statement(
    select(user_account.c.password_hash).where(user_account.c.id == bindparam("user_id")).with_for_update(read=True)
)

SESSION_BY_TOKEN = Statement(
    select(
        user_session.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        user_session.c.client,
        user_session.c.created_at,
        user_session.c.last_used_at,
    )
    .join_from(user_session, user_account)
    .where(user_session.c.token_hash == bindparam("token_hash"))
)

KEY_BY_HASH = Statement(
    select(
        api_key.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        api_key.c.name,
        api_key.c.scopes,
        api_key.c.last_used_at,
    )
    .join_from(api_key, user_account)
    .where(api_key.c.key_hash == bindparam("key_hash"))
)

SECRETS_BY_USERNAME = Statement(
    select(
        app_password.c.id,
        user_account.c.id,
        user_account.c.username,
        _roles,
        app_password.c.name,
        app_password.c.secret_encrypted,
        app_password.c.last_used_at,
    )
    .join_from(app_password, user_account)
    .where(user_account.c.username_key == bindparam("key"))
    .order_by(app_password.c.id.desc())
)

APP_PASSWORDS = Statement(
    select(app_password.c.id, app_password.c.name, app_password.c.created_at, app_password.c.last_used_at)
    .where(app_password.c.user_id == bindparam("user_id"))
    .order_by(app_password.c.id)
)

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
