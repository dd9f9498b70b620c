"""From a letter to a mail: text and HTML, headers that nobody can add to."""

import hashlib
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from encodings.idna import nameprep
from functools import lru_cache
from typing import TYPE_CHECKING

from antiphon.areas.accounts.data import Letter

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_LINE = 900
"""Mail servers take lines of 998 characters; longer ones are written in an encoding that breaks them."""


@lru_cache(maxsize=1)
def _templates() -> "Environment":
    # Loaded with the first mail: web processes write letters, but carry none.
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("antiphon.adapters.mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
    )


def message_of(letter: Letter, *, sender: str, address: str, key: str) -> EmailMessage:
    """The mail. `sender` is what stands in From, `address` is the server's own, `key` names the letter: a mail that is
    sent twice has the same Message-ID both times. Raises ValueError where an address cannot stand in a header."""
    text = _templates().get_template("letter.txt").render(letter=letter, address=address)
    page = _templates().get_template("letter.html").render(letter=letter, address=address)
    from_ = address_of(sender)
    message = EmailMessage(SMTP)
    message["From"] = from_
    message["To"] = address_of(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{from_.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    is_plain = text.isascii() and all(len(line) <= LONGEST_LINE for line in text.splitlines())
    message.set_content(text, cte="7bit" if is_plain else "quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    return message


def address_of(text: str) -> Address:
    """A mail address, with a name before it where there is one. Raises ValueError for what cannot be one."""
    if not text.isprintable():
        raise ValueError("A mail address holds no control characters.")
    name, plain = parseaddr(text) if "<" in text else ("", text)
    local, at, domain = plain.strip().rpartition("@")
    if not at or not local or not domain or " " in plain.strip():
        raise ValueError("This is not a mail address.")
    return Address(name, local, _plain_domain(domain))


def _plain_domain(domain: str) -> str:
    """The domain in letters that every mail server takes, where that says the same. It would not for `ß` and its like:
    the old rules turn them into other letters, and so into somebody else's domain."""
    if domain.isascii():
        return domain
    labels = domain.lower().split(".")
    try:
        if all(nameprep(label) == label for label in labels):
            return domain.lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("This is not a mail address.") from error
    return domain
