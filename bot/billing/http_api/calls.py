"""One call: asked with a signature, and its answer believed only with one that is made for this request."""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.billing.http_api.line import Answer, DroppedError, Line
from bot.billing.http_api.signing import Signer
from bot.billing.http_api.told import OddError, Told, parse
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    ConflictError,
    NotFoundError,
    SignatureInvalidError,
)
from bot.ports import Clock, Ids

#: Stands in every request. Within a version fields are only ever added.
VERSION = 1
#: A request that was held up somewhere is not to act after that. Much less than the two minutes after which a
#: call that nobody heard of counts as lost, and what it was for is given up; clocks may differ by the rest.
EXPIRES_AFTER = timedelta(minutes=1)
#: Nobody is waited for longer than that, in seconds, whatever they ask for.
_LONGEST_WAIT = 3600.0
#: Asked again with the same key: what was asked may have been done, and may not.
_AGAIN = frozenset({408, 425, 429})
_CODE = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)
_NOT_OURS = (
    "the billing system does not take our signature: "
    "the secrets must be the same, and both machines' clocks right"
)
_Read = TypeVar("_Read")


class Calls:
    """Asks over a line; raises our own faults only."""

    def __init__(self, line: Line, signer: Signer, ids: Ids, clock: Clock) -> None:
        self._line = line
        self._signer = signer
        self._ids = ids
        self._clock = clock

    def ask(self, call: str, read: Callable[[Told], _Read], seconds: float, **given: object) -> _Read:
        """Calls `call` with what is `given`, and returns what `read` makes of the answer.

        All within so many seconds. Raises `NotFoundError`, `ConflictError`, `BillingRefusedError` where the
        billing system says so with its signature. Whatever else comes back, or does not, is a
        `BillingUnavailableError`: a proxy's "404" during a deployment must not end an operation for good.
        """
        end = time.monotonic() + seconds
        asked = {"version": VERSION, "call": call, **given}
        try:
            return self._once(asked, read, seconds)
        except DroppedError:
            # Most likely a kept connection that was just being closed. Asking again is safe: keys act once.
            left = end - time.monotonic()
            if left <= 0:
                raise
            return self._once(asked, read, left)

    def _once(self, asked: Mapping[str, object], read: Callable[[Told], _Read], seconds: float) -> _Read:
        token, expires = self._ids.token(), timestamp(self._clock.now() + EXPIRES_AFTER)
        body = json.dumps({**asked, "expires": expires}, separators=(",", ":"))
        answer = self._line.post(self._signer.request(token, body), body, seconds)
        self._must_be_final(answer)
        try:
            self._signer.check_answer(token, answer.headers, answer.body)
            told = parse(answer.body)
            code = told["error"].maybe(_code)
            if answer.status == 200 and code is None:
                return read(told)
        except SignatureInvalidError as fault:
            raise BillingUnavailableError(f"status {answer.status}, {fault}") from None
        except OddError as fault:
            raise BillingUnavailableError(str(fault)) from None
        raise _meaning(answer.status, code)

    def _must_be_final(self, answer: Answer) -> None:
        """Raises `BillingUnavailableError` for what says nothing of what was asked, signed or not."""
        if answer.status in _AGAIN or answer.status >= 500:
            wait = _retry_after(answer.headers, self._clock.now())
            raise BillingUnavailableError(f"status {answer.status}", wait)
        if answer.status == 401:
            raise BillingUnavailableError(_NOT_OURS)
        if 300 <= answer.status < 400:
            raise BillingUnavailableError(f"status {answer.status}: it is at another address")


def timestamp(at: datetime) -> str:
    """A time as requests have it: UTC, RFC 3339."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _code(error: Told) -> str:
    return error["code"].matching(_CODE, "a word such as not_found")


def _meaning(status: int, code: str | None) -> Exception:
    """What a signed answer says that is not what was asked for: its status and its code have to agree."""
    if (status == 404, status == 409) != (code == "not_found", code == "conflict"):
        return BillingUnavailableError(f"status {status} does not go with {code or 'no error'}")
    if code == "not_found":
        return NotFoundError("the billing system does not know it")
    if code == "conflict":
        return ConflictError("the billing system says that it is changed already")
    if code is not None and 400 <= status < 500:
        return BillingRefusedError(f"the billing system refuses: {code}")
    return BillingUnavailableError(f"status {status} does not go with {code or 'no error'}")


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds it asks to wait (RFC 9110, 10.2.3: seconds or a date); None where it does not."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return min(float(given), _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(given)
        wait = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT)
