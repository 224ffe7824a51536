"""The settings of mail: which server sends it, and whom it is from."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from bot.domain.customers import is_email
from bot.setting_types import Port, Takes

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII | re.IGNORECASE)
#: The ports of mail submission (RFC 8314, RFC 6409), and that of a mail server on the same machine.
_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def _mail_host(value: str) -> str:
    if not _HOST.fullmatch(value):
        ip_address(value)
    return value


def _mail_address(value: str) -> str:
    # A domain of other letters in its `xn--` form: not every mail server takes another.
    if not is_email(value) or not value.isascii() or not value.isprintable():
        raise ValueError("not a mail address")
    return value


def _file_that_is_there(path: Path) -> Path:
    found = path.expanduser().absolute()
    if not found.is_file():
        raise ValueError("no such file")
    return found


def _plain(value: str) -> str:
    # Python's library for SMTP logs in with ASCII only.
    if not value.isascii() or not value.isprintable():
        raise ValueError("not plain ASCII")
    return value


def _plain_secret(value: SecretStr) -> SecretStr:
    _plain(value.get_secret_value())
    return value


_Address = Annotated[str, AfterValidator(_mail_address)]


class MailSettings(BaseSettings):
    """How mail is sent. See docs/operate.md."""

    mail_from: Annotated[_Address | None, Takes("a mail address")] = Field(
        default=None, description="The address mail is from; FAIRWELL_COMPANY is the name beside it."
    )
    mail_reply_to: Annotated[_Address | None, Takes("a mail address")] = Field(
        default=None, description="Where answers to it go. Not set: to FAIRWELL_MAIL_FROM."
    )
    smtp_host: Annotated[
        Annotated[str, AfterValidator(_mail_host)] | None, Takes("a host name or an IP address")
    ] = Field(default=None, description="The mail server. Not set: mail is written to HOME/mail, not sent.")
    smtp_tls: Annotated[Literal["starttls", "tls", "none"], Takes("starttls, tls or none")] = Field(
        default="starttls",
        description="How the line is secured: `tls` from the first byte, `none` not at all.",
    )
    smtp_port: Port = Field(
        default_factory=lambda data: _PORTS[data["smtp_tls"]], description="The mail server's port."
    )
    smtp_user: Annotated[Annotated[str, AfterValidator(_plain)] | None, Takes("a name in ASCII")] = Field(
        default=None, description="Set with the password: logs in at the mail server."
    )
    smtp_password: Annotated[
        Annotated[SecretStr, AfterValidator(_plain_secret)] | None,
        Takes("a password in ASCII", secret=True),
    ] = Field(default=None, repr=False, description="The password, often one made for this application.")
    smtp_certificates: Annotated[
        Annotated[Path, AfterValidator(_file_that_is_there)] | None, Takes("a file of certificates, PEM")
    ] = Field(
        default=None,
        description="Who may have signed the mail server's certificate, instead of the system's list.",
    )

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Self:
        if self.smtp_host is not None and self.mail_from is None:
            raise ValueError("FAIRWELL_MAIL_FROM: must be set where FAIRWELL_SMTP_HOST is")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("FAIRWELL_SMTP_USER: takes FAIRWELL_SMTP_PASSWORD with it, or neither")
        if self.smtp_tls == "none" and self.smtp_user is not None and not _here(self.smtp_host):
            raise ValueError(
                "FAIRWELL_SMTP_TLS: takes starttls or tls where a password goes to another machine"
            )
        return self


def _here(host: str | None) -> bool:
    """Whether a host is this machine, whatever a name server says."""
    if host is None or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
