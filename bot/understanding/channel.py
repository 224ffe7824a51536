"""The one way into Rasa: POST /webhooks/fairwell/webhook, with a secret; text and intent are fields apart."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.understanding import request as requests
from bot.understanding import rulebook
from bot.understanding.decision import FALLBACK
from bot.understanding.turn import ActionFailedError, take_turn

_LOG = logging.getLogger("fairwell.understanding")
_RULES = Path(__file__).resolve().parents[2] / "data" / "rules"
MAX_BODY = 64 * 1024
# Rasa's own intents change its tracker. What the gateway may not let Rasa read, it sends as not understood.
_NOT_FOR_SENDING = set(DEFAULT_INTENTS) - {FALLBACK}


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)


class FairwellInput(InputChannel):  # type: ignore[misc]  # Rasa ships no types
    """The gateway's channel; the contract of its route is in docs/understanding.md."""

    def __init__(self, secret: str, rules: rulebook.RuleBook) -> None:
        self._secret = secret.encode()
        self._rules = rules

    @classmethod
    def name(cls) -> str:
        """The last part of the route's prefix."""
        return "fairwell"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "FairwellInput":
        """Build it from credentials.yml. Raises ValueError without a secret."""
        secret = (credentials or {}).get("secret")
        if not isinstance(secret, str) or len(secret) < 16 or secret.startswith("${"):
            raise ValueError("FAIRWELL_RASA_SECRET must be set to at least 16 characters")
        return cls(secret, rulebook.load(_RULES))

    def _is_known(self, request: Request) -> bool:
        given = request.headers.get("X-Fairwell-Secret", "")
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret)

    async def _turn(self, request: Request) -> HTTPResponse:
        if not self._is_known(request):
            return _error(401, "unauthorized", "the secret is missing or wrong")
        if len(request.body) > MAX_BODY:
            return _error(413, "too_large", f"the body must not exceed {MAX_BODY} bytes")
        try:
            body = request.json
        except SanicException:
            return _error(400, "invalid", "the body must be JSON")
        agent: Agent = request.app.ctx.agent
        try:
            wanted = requests.read(body, set(agent.domain.intents) - _NOT_FOR_SENDING)
            answer = await take_turn(agent, self._rules, wanted)
        except requests.RequestError as error:
            return _error(422, error.code, str(error))
        except ActionFailedError as error:
            cause = type(error.__cause__).__name__ if error.__cause__ else "no answer"
            _LOG.error("%s failed: %s", error.action, cause)
            return _error(502, "action_failed", str(error))
        return response.json(answer)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; Rasa's handler of messages is not used, see bot.understanding.turn."""
        routes = Blueprint("fairwell_webhook")

        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()
            return response.json({"status": "ok" if ready else "starting"}, status=200 if ready else 503)

        async def webhook(request: Request) -> HTTPResponse:
            return await self._turn(request)

        routes.add_route(health, "/", methods=["GET"])
        routes.add_route(webhook, "/webhook", methods=["POST"])
        return routes
