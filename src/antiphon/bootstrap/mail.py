"""Mail as every process wires it: the same post, and a mail server or a folder behind it."""

from urllib.parse import unquote, urlsplit

from antiphon.adapters.mail import MailFolder, MailPost, SmtpServer
from antiphon.bootstrap.jobs import Background
from antiphon.bootstrap.settings import Settings


def wire_post(settings: Settings, background: Background) -> MailPost:
    """The post of the areas. Without SMTP_URL mails are files in the folder `mail` and stand in the log."""
    own_host = urlsplit(settings.address).hostname or "localhost"
    if settings.smtp_url:
        mailer: SmtpServer | MailFolder = SmtpServer(settings.smtp_url, own_name=own_host)
    else:
        mailer = MailFolder(settings.data / "mail")
        background.cleanup.add("mails", mailer.remove_old)
    return MailPost(
        background.outbox,
        mailer,
        key=settings.encrypt_key,
        sender=_sender(settings, own_host),
        address=settings.address,
    )


def _sender(settings: Settings, own_host: str) -> str:
    """MAIL_FROM; else who signs in at the mail server, where that is an address; else a name at the own host."""
    if settings.mail_from:
        return settings.mail_from
    user = unquote(urlsplit(settings.smtp_url).username or "")
    is_name = any(letter.isalpha() for letter in own_host) and ":" not in own_host
    plain = user if "@" in user else f"antiphon@{own_host if is_name else 'localhost'}"
    return f"Antiphon <{plain}>"
