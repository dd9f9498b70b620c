"""Letters on their way: how they look, and who carries them (an SMTP server, or a folder while developing)."""

from antiphon.adapters.mail.folder import MailFolder
from antiphon.adapters.mail.post import KIND, MailPost
from antiphon.adapters.mail.smtp import SmtpServer

__all__ = ["KIND", "MailFolder", "MailPost", "SmtpServer"]
