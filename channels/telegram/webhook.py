"""The webhook: Telegram shows its secret and hands over one update at a time."""

from __future__ import annotations

import hmac
import json

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.telegram.intake import Intake

log = structlog.get_logger(__name__)

PATH = "/channels/telegram"
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def route(secret: str, intake: Intake) -> Route:
    """The route. An update is answered with 200 once it is stored; on 503 Telegram sends it again."""

    async def take(request: Request) -> Response:
        if not _is_genuine(request.headers.get(_HEADER), secret):
            log.warning("telegram_webhook_refused", given=_HEADER in request.headers)
            return _fault(401, "unauthorized", "Only Telegram may write here, with its secret.")
        try:
            update = json.loads(await request.body())
        except (ValueError, RecursionError):
            update = None
        if not isinstance(update, dict):
            return _fault(400, "invalid", "The body is not an update.")
        try:
            await intake.take(update)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the update is not stored
            log.warning("telegram_update_not_taken", fault=type(fault).__name__)
            return _fault(503, "unavailable", "Not taken in. Please send it again.")
        return JSONResponse({"ok": True})

    return Route(PATH, take, methods=["POST"])


def _is_genuine(given: str | None, secret: str) -> bool:
    if not given or not secret:
        return False
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())


def _fault(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
