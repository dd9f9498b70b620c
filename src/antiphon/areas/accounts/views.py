"""What the SQL of higher areas may join: people's ids and names, nothing private."""

from sqlalchemy import select

from antiphon.areas.accounts.internal.tables import user_account, user_role

person = select(user_account.c.id, user_account.c.username, user_account.c.full_name).subquery("person")
"""Everybody with an account."""

standing_of = select(user_account.c.id, user_account.c.standing).subquery("standing_of")
"""Whether each person may come in: `active`, `waiting` or `blocked`."""

active_admin = (
    select(user_account.c.id)
    .join_from(user_account, user_role)
    .where(user_role.c.role == "admin", user_account.c.standing == "active")
    .subquery("active_admin")
)
"""Admins who can sign in."""

own_quota = select(user_account.c.id, user_account.c.upload_quota).subquery("own_quota")
"""How many bytes each person may upload, empty where the server's own rule holds."""
