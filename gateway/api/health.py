"""`/healthz`, `/readyz`, `/metrics` and the public keys."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway import faults
from gateway.api.access import runtime_of
from gateway.runtime import Runtime

router = APIRouter()

#: A database that takes longer than this is not one to answer customers with.
DATABASE_SECONDS = 3.0


@router.get("/healthz")
async def alive() -> JSONResponse:
    """The process is alive; nothing else is looked at."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """200 when a message could be answered now; else 503 and what is missing: `database`, `rasa`."""
    runtime = runtime_of(request)
    database, rasa = await asyncio.gather(_database_answers(runtime), runtime.rasa.healthy())
    missing = [name for name, there in (("database", database), ("rasa", rasa)) if not there]
    if not missing:
        return JSONResponse({"status": "ready"})
    body = faults.body_of("not_ready", f"Not able to answer yet; missing: {', '.join(missing)}.")
    return JSONResponse({**body, "missing": missing}, 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    return Response(runtime_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.get("/.well-known/jwks.json")
async def public_keys(request: Request) -> JSONResponse:
    """The keys that receipts are signed with, for anyone to verify them."""
    return _keys(runtime_of(request).application.signer.jwks())


@router.get("/.well-known/jwks-revoked.json")
async def revoked_keys(request: Request) -> JSONResponse:
    """The keys whose signatures count no more, with when and why, for anyone who has saved them once."""
    return _keys(runtime_of(request).application.signer.revoked_jwks())


def _keys(jwks: Mapping[str, object]) -> JSONResponse:
    # A new key is published for longer than this before it signs: see bot.crypto.receipt_rotation.
    return JSONResponse(
        jwks,
        headers={"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"},
        media_type="application/jwk-set+json",
    )


async def _database_answers(runtime: Runtime) -> bool:
    def look() -> None:
        with runtime.deps.store.begin() as work:
            work.conversations.get("")

    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            await runtime.threads.run(look)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not answer
        return False
    return True
