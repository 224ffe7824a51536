"""Sends mail through a mail server. One connection for each mail: nothing is shared between threads."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.errors import MailRefusedError
from bot.mail.connection import Line, Server, Tls, connected
from bot.mail.message import Sender, ascii_domain, compose

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.letters import Letter
    from bot.ports import Clock

_EXTENSIONS = ("smtputf8", "8bitmime", "size", "pipelining", "dsn")


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What a mail server takes: how the line is secured (empty: it is not), and its extensions."""

    protocol: str
    extensions: tuple[str, ...]


class SmtpMailer:
    """Implements `ports.Mailer`. Blocks for at most `server.seconds`, so it is for worker threads.

    A mail that was handed over, and whose answer was lost, is sent again under the same Message-ID. Raises
    `OSError` for a file of certificates that can't be read.
    """

    def __init__(
        self, server: Server, clock: Clock, sender: Sender, certificates: Path | None = None
    ) -> None:
        self._server = server
        self._clock = clock
        self._sender = sender
        # Its defaults: TLS 1.2 or later, the certificate must be good and the host's own.
        self._context = None if server.tls is Tls.NONE else ssl.create_default_context(cafile=certificates)

    def send(self, *, to: str, letter: Letter, message_id: str) -> None:
        """Sends one mail. Raises `MailDelayedError` and `MailRefusedError`."""
        now = self._clock.now()
        content = compose(letter, sender=self._sender, to=to, message_id=message_id, at=now)
        sender, recipient = ascii_domain(self._sender.address), ascii_domain(to)
        utf8 = not content.partition(b"\r\n\r\n")[0].isascii()
        with connected(self._server, self._sender.domain, self._context) as line:
            _must_carry(line, utf8=utf8)
            line.envelope(sender, recipient, utf8=utf8)
            line.data(content)

    def look(self) -> ServerReport:
        """Connects, logs in and offers our address as the sender; sends nothing. Raises as `send` does."""
        with connected(self._server, self._sender.domain, self._context) as line:
            sender = ascii_domain(self._sender.address)
            utf8 = not sender.isascii()
            _must_carry(line, utf8=utf8)
            line.envelope(sender, None, utf8=utf8)
            return ServerReport(line.protocol, tuple(name for name in _EXTENSIONS if line.offers(name)))


def _must_carry(line: Line, *, utf8: bool) -> None:
    if utf8 and not line.offers("smtputf8"):
        raise MailRefusedError("the mail server carries no addresses of other alphabets (RFC 6531)")
