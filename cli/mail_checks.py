"""What `fairwell doctor` checks of mail: whether the mail server lets us in and takes our address."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.errors import MailDelayedError, MailRefusedError
from bot.settings import Settings
from cli.checks import Finding, bad, off, ok


def mail(settings: Settings) -> Iterator[Finding]:
    """Connects, secures the line, logs in and says whom mail will be from; no mail is sent."""
    from bot.bootstrap import mailer_of
    from bot.mail.smtp import SmtpMailer
    from bot.system import SystemClock

    mailer = mailer_of(settings, SystemClock())
    if not isinstance(mailer, SmtpMailer):
        folder = settings.home / "mail"
        yield off("mail", f"not sent, but written to {folder}; set FAIRWELL_SMTP_HOST to send it")
        return
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        report = mailer.look()
    except (MailDelayedError, MailRefusedError) as fault:
        yield bad("mail", f"{server}: {fault}; docs/operate.md, Mail, says what to do")
        return
    login = "logged in" if settings.smtp_user else "without a login"
    extensions = ", ".join(name.upper() for name in report.extensions) or "no extensions"
    secured = report.protocol or "unencrypted"
    yield ok("mail", f"{server} takes mail from {settings.mail_from}: {secured}, {login}, {extensions}")
