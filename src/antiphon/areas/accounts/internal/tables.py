"""The tables of accounts."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from antiphon.kernel.db import Id, Moment, metadata


def _owner() -> Column[int]:
    return Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False)


user_account = Table(
    "user_account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", Text, nullable=False),
    # Names and addresses are compared by these keys: NFKC and case-folded, so that look-alikes are one.
    Column("username_key", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("full_name", Text, nullable=False, server_default=""),
    # Empty where there is no password to sign in with.
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    sqlite_with_rowid=False,
)

user_session = Table(
    "user_session",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("client", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False),
    Index("ix_user_session_user_id", "user_id"),
)

app_password = Table(
    "app_password",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    # AES-256-GCM: Subsonic clients prove that they know the secret by md5(secret + salt), so it must be readable.
    Column("secret_encrypted", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Index("ix_app_password_user_id", "user_id"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("name", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Index("ix_api_key_user_id", "user_id"),
)
