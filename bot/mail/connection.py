"""One connection to a mail server (RFC 5321): secured, logged in, each step within what is left of the time.

What goes wrong becomes one of two errors in words of ours: servers repeat addresses in theirs, and those must
not get into logs.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import FairwellError, MailDelayedError, MailRefusedError

T = TypeVar("T")

#: Enhanced status codes (RFC 3463): what a server means, without what it says.
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
_HELLO = 10.0
_GOODBYE = 2.0
#: Below this, in seconds, there is no use in waiting for an answer.
_LEAST = 0.1


class Tls(StrEnum):
    """How a connection is secured."""

    STARTTLS = "starttls"  # RFC 3207; a server that does not offer it is not talked to
    TLS = "tls"  # from the first byte (RFC 8314)
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how we are known there. A whole delivery takes at most so many `seconds`.

    They are less than the lease of a job, so that no two processes send the same mail at the same time.
    """

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 45.0


class Line:
    """An open connection. Its steps raise `MailDelayedError` and `MailRefusedError`."""

    def __init__(self, client: smtplib.SMTP, until: float) -> None:
        self._client = client
        self._until = until

    @property
    def protocol(self) -> str:
        """How it is secured, such as `TLSv1.3`; empty where it is not."""
        sock = self._client.sock
        return (sock.version() or "") if isinstance(sock, ssl.SSLSocket) else ""

    def offers(self, extension: str) -> bool:
        """Whether the server has an extension, such as `smtputf8`."""
        return bool(self._client.has_extn(extension))

    def hello(self, server: Server, context: ssl.SSLContext | None) -> None:
        """Greets, secures, greets again, logs in."""
        self._step("EHLO", self._client.ehlo_or_helo_if_needed)
        if server.tls is Tls.STARTTLS and context is not None:
            if not self.offers("starttls"):
                raise MailDelayedError("the mail server offers no STARTTLS; nothing goes there unencrypted")
            self._step("STARTTLS", lambda: self._client.starttls(context=context))
            self._step("EHLO", self._client.ehlo_or_helo_if_needed)
        if server.user:
            self._step("AUTH", lambda: self._client.login(server.user, server.password))

    def envelope(self, sender: str, recipient: str | None, *, utf8: bool) -> None:
        """Says who a mail is from and to. Without a recipient it only asks whether the sender is taken."""
        options = ("SMTPUTF8", "BODY=8BITMIME") if utf8 else ()
        for address in (sender, recipient):
            if address is not None and smtplib.quoteaddr(address) != f"<{address}>":
                raise MailRefusedError("an address is read in two ways")
        self._answered("MAIL", lambda: self._client.mail(sender, options))
        if recipient is not None:
            self._answered("RCPT", lambda: self._client.rcpt(recipient))

    def data(self, content: bytes) -> None:
        """Hands the mail over; when this returns, the server has it."""
        self._answered("DATA", lambda: self._client.data(content))

    def close(self) -> None:
        """Says goodbye, and does not wait for long. What was handed over stays handed over."""
        with suppress(OSError, smtplib.SMTPException):
            if self._client.sock is not None:
                self._client.sock.settimeout(_GOODBYE)
                self._client.quit()
        self._client.close()

    def _answered(self, step: str, call: Callable[[], tuple[int, bytes]]) -> None:
        code, text = self._step(step, call)
        if not 200 <= code < 300:
            raise refusal(step, code, text)

    def _step(self, step: str, call: Callable[[], T]) -> T:
        left = self._until - time.monotonic()
        if left < _LEAST:
            raise MailDelayedError(f"the mail server was too slow, before {step}")
        if self._client.sock is not None:
            self._client.sock.settimeout(left)
        with in_our_words(step):
            return call()


@contextmanager
def connected(server: Server, name: str, context: ssl.SSLContext | None) -> Iterator[Line]:
    """Opens a connection for one delivery, as `name`; `context` says whose certificates are trusted."""
    until = time.monotonic() + server.seconds
    patience = min(_HELLO, server.seconds)
    with in_our_words("the connection"):
        client: smtplib.SMTP
        if server.tls is Tls.TLS:
            client = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=patience, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=patience)
    line = Line(client, until)
    try:
        line.hello(server, context)
        yield line
    finally:
        line.close()


def refusal(step: str, code: int, text: bytes | str) -> FairwellError:
    """What a server's answer means: a mail or its recipient that it will not take, or that it may later.

    What concerns every mail, such as who we are and what we may send, is put right by somebody: later.
    """
    said = text if isinstance(text, bytes) else text.encode()
    enhanced = _ENHANCED.match(said)
    words = f"the mail server answered {step} with {code}"
    if enhanced is not None:
        words += f" {enhanced[0].decode('ascii')}"
    for_ever = 500 <= code < 600 and step in {"RCPT", "DATA"}
    return MailRefusedError(words) if for_ever else MailDelayedError(words)


@contextmanager
def in_our_words(step: str) -> Iterator[None]:
    """Turns what smtplib and the network raise into what the outbox knows; `from None`: theirs quote."""
    try:
        yield
    except smtplib.SMTPResponseException as fault:
        raise refusal(step, fault.smtp_code, fault.smtp_error) from None
    except ssl.SSLCertVerificationError as fault:
        raise MailDelayedError(f"the mail server's certificate is not good: {fault.verify_message}") from None
    except (TimeoutError, smtplib.SMTPServerDisconnected):
        # smtplib makes the second out of the first.
        raise MailDelayedError(f"the mail server did not answer {step}, or not soon enough") from None
    except smtplib.SMTPException as fault:
        raise MailDelayedError(f"{step} failed: {type(fault).__name__}") from None
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise MailDelayedError(f"the mail server was not reached, at {step}: {why}") from None
