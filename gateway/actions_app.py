"""The second listener: Rasa's actions, run by rasa-sdk's executor in this process."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk import ActionExecutionRejection
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from starlette.middleware import Middleware

from actions import registry
from bot.domain.errors import FairwellError
from gateway import faults
from gateway.faults import ApiError
from gateway.metrics import Metrics
from gateway.middleware import BodyLimit, Watch

if TYPE_CHECKING:
    from bot.bootstrap import Application

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
SECRET_HEADER = "X-Fairwell-Secret"  # noqa: S105 - the header's name


def create_actions_app(application: Application) -> FastAPI:
    """The application that answers `POST /webhook`, for whoever knows the secret."""
    executor = ActionExecutor()
    for action in registry.build(application.deps):
        executor.register_action(action)
    secret = application.actions_secret.encode()
    app = FastAPI(
        title="Fairwell actions",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(Watch, metrics=Metrics()), Middleware(BodyLimit, limit=MAX_BODY)],
    )
    faults.install(app)

    @app.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret):
            raise ApiError(401, "secret_wrong", "The secret is missing or wrong.")
        return await _run(executor, await _call(request))

    return app


async def _call(request: Request) -> dict[str, Any]:
    try:
        call = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise ApiError(400, "invalid", "The body is not JSON.") from None
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict) or not call.get("next_action"):
        raise ApiError(422, "invalid", "The body is not a request for an action.")
    # Rasa 3.6 leaves the domain out; the executor of a later rasa-sdk insists on one. None of ours reads it.
    return {"domain": {}, **call}


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> JSONResponse:
    """Runs an action. Whatever goes wrong is an error status: Rasa takes anything else as an answer."""
    try:
        result = await executor.run(call)
    except ActionNotFoundException:
        raise ApiError(404, "action_unknown", "There is no such action.") from None
    except ActionExecutionRejection:
        raise ApiError(400, "action_rejected", "The action does not apply.") from None
    except FairwellError as fault:
        log.warning("action_refused", action=str(call["next_action"]), exc_info=fault)
        raise ApiError(409, "action_refused", "The action can not be done for this message.") from None
    if result is None:
        raise ApiError(422, "invalid", "The body names no action.")
    return JSONResponse(result.model_dump())
