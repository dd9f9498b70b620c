"""What the SQL of higher areas may join: people's ids and names, nothing private."""

from sqlalchemy import select

from antiphon.areas.accounts.internal.tables import user_account

person = select(user_account.c.id, user_account.c.username, user_account.c.full_name).subquery("person")
"""Everybody with an account."""
