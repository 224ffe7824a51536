"""Rasa as the gateway sees it, over real sockets: its channel, and its calls of the action endpoint."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.unit.gateway.fake_rasa import action_call


def rasa_stand_in(secret: str, actions_url: str, actions_secret: str) -> FastAPI:
    """Understands "cancel", and lets the app's action answer it; greets back otherwise."""
    app = FastAPI()

    @app.get("/webhooks/fairwell/")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/webhooks/fairwell/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if request.headers.get("X-Fairwell-Secret") != secret:
            return JSONResponse({"error": {"code": "unauthorized", "message": ""}}, 401)
        turn = await request.json()
        if "cancel" not in (turn["text"] or ""):
            return JSONResponse(_answer("greet", [{"text": "hello there"}]))
        call = action_call("action_cancel", turn["sender"], turn["inbox_id"], "cancel")
        async with httpx.AsyncClient(trust_env=False) as client:
            ran = await client.post(actions_url, json=call, headers={"X-Fairwell-Secret": actions_secret})
        if ran.status_code != 200:
            return JSONResponse({"error": {"code": "action_failed", "message": ""}}, 502)
        return JSONResponse(_answer("cancel", ran.json()["responses"]))

    return app


def _answer(intent: str, replies: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "intent": {"name": intent, "confidence": 0.97},
        "ranking": [],
        "language": "en",
        "nlu_ms": 1.0,
        "total_ms": 2.0,
        "actions": [],
        "rule": intent,
        "policy": "RulePolicy",
        "replies": replies,
    }
