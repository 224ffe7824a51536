"""Who says what: signatures on requests, on their answers, and on what the billing system sends by itself.

All three are in the format of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): an HMAC-SHA256 over
`id.timestamp.body`, so that one of its libraries is all the other side needs. What one is can't be passed off
as another: a request's id begins with `req_`, its answer's is the same with `res_`, and no event's does.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from bot.domain.errors import SignatureInvalidError
from bot.ports import Clock

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
#: How far the two machines' clocks may be apart, and how long what was signed counts.
TOLERANCE = timedelta(minutes=5)
_REQUEST, _ANSWER = "req_", "res_"
_PREFIX = "whsec_"
# No dot: it is what parts the id from the timestamp in what is signed.
_IDS = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)


def key_of(secret: str) -> bytes:
    """The key a secret stands for: base64 after `whsec_`, else its own bytes. Raises `ValueError`."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not base64 after whsec_") from None


class Signer:
    """Signs and verifies with one secret."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._webhook = Webhook(key_of(secret))
        self._clock = clock

    def request(self, token: str, body: str) -> dict[str, str]:
        """The headers of a request; `token` is new for each."""
        return self._headers(_REQUEST + token, body)

    def check_answer(self, token: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises `SignatureInvalidError` unless this answers the request with that token."""
        if self._signed_id(headers, body) != _ANSWER + token:
            raise SignatureInvalidError("this answers another request")

    def event(self, headers: Mapping[str, str], body: bytes) -> str:
        """The id of an event they have sent. Raises `SignatureInvalidError`."""
        name = self._signed_id(headers, body)
        if name.startswith((_REQUEST, _ANSWER)):
            raise SignatureInvalidError("a request or an answer is no event")
        return name

    def _headers(self, name: str, body: str) -> dict[str, str]:
        now = self._clock.now()
        return {
            ID: name,
            TIMESTAMP: str(int(now.timestamp())),
            SIGNATURE: self._webhook.sign(name, now, body),
        }

    def _signed_id(self, headers: Mapping[str, str], body: bytes) -> str:
        name, seconds = headers.get(ID, ""), headers.get(TIMESTAMP, "")
        if not _IDS.fullmatch(name) or not _SECONDS.fullmatch(seconds):
            raise SignatureInvalidError("not signed")
        signed_at = datetime.fromtimestamp(int(seconds), UTC)
        try:
            expected = self._webhook.sign(name, signed_at, body.decode())
        except UnicodeDecodeError:
            raise SignatureInvalidError("not text") from None
        given = headers.get(SIGNATURE, "").split(" ")
        # The library's own check raises whatever odd headers lead to, and knows no clock but the machine's.
        if not any(_same(expected, item) for item in given):
            raise SignatureInvalidError("signed with another secret, or altered")
        if abs(self._clock.now() - signed_at) > TOLERANCE:
            raise SignatureInvalidError("signed too long ago, or one of the two clocks is wrong")
        return name


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass"))
