"""`antiphon admin create`: an admin from the shell, also while the server runs."""

from antiphon.areas.accounts.api import Accounts


async def create_admin(accounts: Accounts, email: str, username: str, password: str) -> str:
    """Make an admin, or promote the account with this address; gives the sentence to print.

    Raises INVALID by field and CONFLICT where the user name is someone else's.
    """
    user, is_new = await accounts.registration.create_admin(email, username, password)
    if is_new:
        return f"{user.username} is an admin now. Sign in with {user.email}."
    return f"{user.username} is an admin with the new password now; other sessions were ended."
