"""The tables of accounts: people, what they may do, and what they get in with."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from antiphon.kernel.db import Id, Moment, metadata


def _owner() -> Column[int]:
    return Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False)


def _sole_owner() -> Column[int]:
    return Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)


user_account = Table(
    "user_account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", Text, nullable=False),
    # Names and addresses are compared by these keys: NFKC and case-folded, so that look-alikes are one.
    Column("username_key", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("email_proven_at", Moment),
    Column("full_name", Text, nullable=False, server_default=""),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("last_name", Text, nullable=False, server_default=""),
    # What they are found by: user name and full name without accents, in small letters.
    Column("search_text", Text, nullable=False, server_default=""),
    # Empty where there is no password to sign in with.
    Column("password_hash", Text, nullable=False, server_default=""),
    # active, waiting (an admin has to let them in) or blocked.
    Column("standing", Text, nullable=False, server_default="active"),
    # What they may do, separated by spaces.
    Column("rights", Text, nullable=False),
    # Bytes they may upload; null: as many as the server's setting says.
    Column("upload_quota", BigInteger),
    # 1 where nobody but admins should find them.
    Column("hidden", Integer, nullable=False, server_default="0"),
    # Since when they wait for the artist role.
    Column("artist_asked_at", Moment),
    # Grows whenever addresses that were signed for them must not open anything any more.
    Column("access_revision", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    # The number of somebody who is gone is nobody else's.
    sqlite_autoincrement=True,
)

user_role = Table(
    "user_role",
    metadata,
    _sole_owner(),
    Column("role", Text, primary_key=True),
    sqlite_with_rowid=False,
)

user_profile = Table(
    "user_profile",
    metadata,
    _sole_owner(),
    # JSON lists of names, and a JSON object.
    Column("favorite_genres", Text, nullable=False, server_default="[]"),
    Column("favorite_artists", Text, nullable=False, server_default="[]"),
    Column("moods", Text, nullable=False, server_default="[]"),
    Column("preferences", Text, nullable=False, server_default="{}"),
    Column("updated_at", Moment, nullable=False),
)

user_picture = Table(
    "user_picture",
    metadata,
    _sole_owner(),
    Column("hash", Text, nullable=False),
    # A small square JPEG.
    Column("image", LargeBinary, nullable=False),
)

user_session = Table(
    "user_session",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("client", Text, nullable=False, server_default=""),
    # Where it was used last, as a network: an IPv4 address, or the /64 of an IPv6 address.
    Column("network", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False),
    Index("ix_user_session_user_id", "user_id"),
    sqlite_autoincrement=True,
)

# Where somebody has signed in from, so that they hear of a sign-in from elsewhere.
known_network = Table(
    "known_network",
    metadata,
    _sole_owner(),
    Column("network", Text, primary_key=True),
    Column("last_used_at", Moment, nullable=False),
    sqlite_with_rowid=False,
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
    sqlite_autoincrement=True,
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
    sqlite_autoincrement=True,
)

# Links that leave by mail: to prove an address, to set a new password, to move to another address.
mailed_link = Table(
    "mailed_link",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("purpose", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    # The address it was sent to, as it was written: look-alikes are other mailboxes.
    Column("address", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_mailed_link_user_id", "user_id"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("created_by", Id, ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("token_hash", Text, nullable=False, unique=True),
    # Empty where whoever has the link may use it.
    Column("email", Text, nullable=False, server_default=""),
    Column("role", Text, nullable=False, server_default="user"),
    Column("note", Text, nullable=False, server_default=""),
    Column("uses", Integer, nullable=False, server_default="0"),
    Column("most_uses", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_invitation_created_by", "created_by"),
    sqlite_autoincrement=True,
)

second_factor = Table(
    "second_factor",
    metadata,
    _sole_owner(),
    Column("secret_encrypted", Text, nullable=False),
    # Null until a first code has shown that the secret arrived.
    Column("confirmed_at", Moment),
    # The time step of the last code that was taken: no code counts twice.
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    Column("code_hash", Text, nullable=False),
    Index("ix_recovery_code_user_id", "user_id"),
)

# Accounts elsewhere that sign somebody in here.
identity = Table(
    "identity",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    # `spotify`, or the name of an OpenID provider as the owner set it.
    Column("provider", Text, nullable=False),
    # The provider's own unchanging id of the person.
    Column("subject", Text, nullable=False),
    Column("shown_name", Text, nullable=False, server_default=""),
    # AES-256-GCM, empty where no tokens are kept.
    Column("tokens_encrypted", Text, nullable=False, server_default=""),
    Column("tokens_expire_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    UniqueConstraint("provider", "subject"),
    Index("ix_identity_user_id", "user_id"),
    sqlite_autoincrement=True,
)

# Sign-ins that are under way at another provider.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    # The cookie of the browser that began, hashed: an answer that another browser brings does not count.
    Column("browser_hash", Text, nullable=False),
    # Who wants to link the account elsewhere; null for a sign-in.
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE")),
    # AES-256-GCM: the verifier of PKCE, the nonce, and where to go afterwards.
    Column("secrets_encrypted", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_sign_in_attempt_user_id", "user_id"),
    sqlite_with_rowid=False,
)
