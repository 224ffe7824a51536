"""Slack's requests: who doesn't sign as Slack does is told nothing and changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.slack.listeners import Afterwards
from channels.slack.parse import moment

log = structlog.get_logger(__name__)

#: Takes a body and the time of its request; gives Slack's answer and what is to be done after it.
Dispatch = Callable[[Mapping[str, object], str, datetime | None], Awaitable[tuple[BoltResponse, Afterwards]]]

# Neither int() nor compare_digest() takes everything a stranger can send.
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class Webhook:
    """The address for events, commands and interactivity. Bolt sees only what Slack has signed."""

    def __init__(
        self, signing_secret: str, dispatch: Dispatch, later: Callable[[Afterwards], Awaitable[None]]
    ) -> None:
        self._verifier = SignatureVerifier(signing_secret)
        self._dispatch = dispatch
        self._later = later

    async def answer(self, request: Request) -> Response:
        """Answers one request; what is left to do starts when the answer is out."""
        raw = await request.body()
        if _is_ssl_check(raw):
            # Unsigned by design, and without any effect.
            return Response("")
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        if not self._signed(raw, timestamp, request.headers.get("x-slack-signature", "")):
            log.warning("slack_request_refused", reason="signature or time")
            return _fault(401, "unauthorized", "The request is not signed as Slack signs, or too old.")
        body = _body(raw, request.headers.get("content-type", ""))
        if body is None:
            log.warning("slack_request_refused", reason="not readable")
            return _fault(400, "invalid", "The request could not be read.")
        response, afterwards = await self._dispatch(body, "http", moment(timestamp))
        if response.status != 200:
            return _fault(500, "internal", "It could not be taken in. Please send it again.")
        return Response(
            response.body,
            headers=response.first_headers_without_set_cookie(),
            background=BackgroundTask(self._later, afterwards),
        )

    def _signed(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Over `v0:timestamp:body`, at most five minutes old, compared in constant time."""
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return False
        try:
            return self._verifier.is_valid(raw, timestamp, signature)
        except UnicodeDecodeError:
            return False


def _is_ssl_check(raw: bytes) -> bool:
    return len(raw) < 1024 and dict(parse_qsl(raw.decode("latin-1"))).get("ssl_check") == "1"


def _body(raw: bytes, content_type: str) -> Mapping[str, object] | None:
    """JSON for events; forms for commands; for interactivity a form with JSON in its field `payload`."""
    text = raw.decode()
    try:
        if content_type.partition(";")[0].strip().lower() != "application/json":
            form = dict(parse_qsl(text, keep_blank_values=True))
            if "payload" not in form:
                return form or None
            text = form["payload"]
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _fault(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
