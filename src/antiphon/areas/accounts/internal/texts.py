"""What letters say. Names of people come in as they are: the post writes them as text, never as markup."""

from antiphon.areas.accounts.data import Letter

_NOT_YOU = "If this was not you, do nothing: without the link nothing happens."


def prove_address(to: str, username: str, link: str, *, makes_admin: bool) -> Letter:
    """To somebody who has registered; `makes_admin` where it is the address of who runs the server."""
    warning = (
        "By this the account becomes admin of the server. Confirm it only if you made it yourself: whoever did knows "
        "its password.",
    )
    return Letter(
        to=to,
        subject="Confirm your address",
        lines=(
            f"Hello {username},",
            "an account with this name was made for your address. Confirm that the address is yours, and you can set "
            "a new password by mail whenever you need one.",
            *(warning if makes_admin else ()),
        ),
        action="Confirm the address",
        link=link,
        closing=("The link works once, for seven days.", _NOT_YOU),
    )


def choose_password(to: str, username: str, link: str) -> Letter:
    """To somebody for whom an admin made an account."""
    return Letter(
        to=to,
        subject="Your new account",
        lines=(f"Hello {username},", "an account was made for you. Choose a password, and it is yours."),
        action="Choose a password",
        link=link,
        closing=(f"Your user name is {username}. The link works once, for seven days.",),
    )


def forgotten_password(to: str, username: str, link: str) -> Letter:
    """To somebody who cannot sign in."""
    return Letter(
        to=to,
        subject="Set a new password",
        lines=(f"Hello {username},", "somebody, hopefully you, asked for a new password for your account."),
        action="Set a new password",
        link=link,
        closing=(
            "The link works once, for one hour. It signs you out everywhere; passwords of apps and API keys stay as "
            "they are.",
            _NOT_YOU,
        ),
    )


def new_address(to: str, username: str, link: str) -> Letter:
    """To the address that an account shall have."""
    return Letter(
        to=to,
        subject="Confirm your new address",
        lines=(f"Hello {username},", "you want to use this address for your account from now on."),
        action="Use this address",
        link=link,
        closing=("The link works once, for one day.", _NOT_YOU),
    )


def address_will_change(to: str, username: str, new: str) -> Letter:
    """To the address that an account has, when another one was asked for."""
    return Letter(
        to=to,
        subject="Another address was asked for",
        lines=(
            f"Hello {username},",
            f"somebody who is signed in to your account and knows its password asked to change its address to {new}. "
            "The change happens once that address is confirmed.",
        ),
        closing=("If this was not you, change your password now: that calls the change off.",),
    )


def address_changed(to: str, username: str, new: str) -> Letter:
    """To the address that an account had."""
    return Letter(
        to=to,
        subject="Your address was changed",
        lines=(f"Hello {username},", f"your account has the address {new} now. This one is no longer used."),
        closing=("If this was not you, tell the people who run this server.",),
    )


def password_changed(to: str, username: str, link: str) -> Letter:
    """To somebody who has a new password."""
    return Letter(
        to=to,
        subject="Your password was changed",
        lines=(
            f"Hello {username},",
            "the password of your account was changed, and other sessions were ended. Passwords of apps and API keys "
            "stay as they are: look through them where somebody else may have had your password.",
        ),
        action="Sign in",
        link=link,
        closing=("If this was not you, set a new password by “Forgot password” and tell who runs this server.",),
    )


def invitation(to: str, invited_by: str, note: str, link: str, days: int) -> Letter:
    """To somebody who is invited."""
    said = (f"“{note}”",) if note else ()
    return Letter(
        to=to,
        subject=f"{invited_by} invites you to listen",
        lines=("Hello,", f"{invited_by} invites you to their music server.", *said),
        action="Make your account",
        link=link,
        closing=(f"The invitation is for this address and good for {days} {'day' if days == 1 else 'days'}.",),
    )


def somebody_waits(to: str, username: str, link: str) -> Letter:
    """To an admin, when somebody has registered and has to be let in."""
    return Letter(
        to=to,
        subject=f"{username} waits to be let in",
        lines=(f"{username} has made an account and waits for an admin to let them in.",),
        action="Look at accounts",
        link=link,
    )


def artist_asked(to: str, username: str, link: str) -> Letter:
    """To an admin, when somebody wants to be an artist."""
    return Letter(
        to=to,
        subject=f"{username} wants to be an artist",
        lines=(f"{username} asks for the artist role, and to upload music.",),
        action="Look at accounts",
        link=link,
    )


def let_in(to: str, username: str, link: str) -> Letter:
    """To somebody whom an admin has let in."""
    return Letter(
        to=to,
        subject="You can come in",
        lines=(f"Hello {username},", "your account is ready: sign in and listen."),
        action="Sign in",
        link=link,
    )


def is_artist(to: str, username: str, link: str) -> Letter:
    """To somebody who has been given the artist role."""
    return Letter(
        to=to,
        subject="You are an artist now",
        lines=(f"Hello {username},", "you can upload your music now."),
        action="Open the player",
        link=link,
    )
