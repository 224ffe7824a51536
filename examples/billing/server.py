"""How Fairwell asks, how it is answered, and how it is told: signatures and HTTP. This you can take as it is.

The signatures are those of Standard Webhooks, https://www.standardwebhooks.com, which has libraries for most
languages.
"""

import json
import os
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import book

Json = dict[str, Any]

#: The present one first. With two of them, requests and answers may be signed with either.
SECRETS = [Webhook(secret) for secret in os.environ.get("BILLING_SECRET", "").split()]
FAIRWELL_URL = os.environ.get("FAIRWELL_URL", "")
_LONGEST = 64 * 1024  # bytes of a request


async def fairwell(request: Request) -> Response:
    """All of Fairwell's calls: what is signed says which one it is."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _LONGEST:
        return JSONResponse({"error": {"code": "too_long"}}, 413)
    body = await request.body()
    if not from_fairwell(request.headers, body):
        return JSONResponse({"error": {"code": "not_signed"}}, 401)
    status, told = await run_in_threadpool(answer, json.loads(body))
    return answered(request, status, told)


def answer(asked: Json) -> tuple[int, Json]:
    """What there is to say to a request that is Fairwell's."""
    call = book.CALLS.get(asked["call"]) if asked["version"] == 1 else None
    if call is None:
        return 400, {"error": {"code": "not_understood"}}
    try:
        with book.transaction() as db:
            # Looked at when it would act: by now Fairwell may have given it up, and told the customer so.
            if datetime.fromisoformat(asked["expires"]) < datetime.now(UTC):
                return 408, {"error": {"code": "expired"}}
            return 200, call(db, asked)
    except book.Refused as refused:
        return refused.status, {"error": {"code": refused.code}}


def answered(request: Request, status: int, told: Json) -> Response:
    """Signed, with the request's id in which `req_` is `res_`: this answers that request, and no other."""
    content = json.dumps(told)
    name = request.headers["webhook-id"].replace("req_", "res_", 1)
    return Response(content, status, signed(name, content), "application/json")


def from_fairwell(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether it is a request, is signed with a secret of ours, and was signed in the last minutes."""
    if not headers.get("webhook-id", "").startswith("req_"):
        return False
    for secret in SECRETS:
        try:
            secret.verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return True
    return False


def signed(name: str, body: str) -> dict[str, str]:
    """The headers of an answer, or of an event."""
    at = datetime.now(UTC)
    signatures = " ".join(secret.sign(name, at, body) for secret in SECRETS)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }


def send_news() -> None:
    """Tells Fairwell what there is to tell. What has not arrived is sent again, with the same id."""
    with book.transaction() as db:
        waiting = db.execute("SELECT id, customer FROM news ORDER BY rowid").fetchall()
    for name, customer in waiting:
        body = json.dumps({"type": "customer.changed", "customer": {"id": customer}})
        headers = {"content-type": "application/json", **signed(name, body)}
        url = f"{FAIRWELL_URL}/billing/http"
        request = urllib.request.Request(url, body.encode(), headers)  # noqa: S310 - it is what you have set
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - as above
        except OSError:
            continue  # it is away, or has refused
        with book.transaction() as db:
            db.execute("DELETE FROM news WHERE id = ?", (name,))


def _go_on_telling() -> None:
    while True:
        send_news()
        time.sleep(5)


async def effects(_: Request) -> Response:
    """What was done, in order: to see that it was done once."""
    with book.transaction() as db:
        rows = db.execute("SELECT key, call, subscription, at, refund FROM effects ORDER BY rowid")
        columns = [column[0] for column in rows.description]
        return JSONResponse([dict(zip(columns, row, strict=True)) for row in rows])


@asynccontextmanager
async def started(_: Starlette) -> AsyncIterator[None]:
    """Makes the file where it is missing, and begins to tell."""
    book.prepare()
    if FAIRWELL_URL:
        threading.Thread(target=_go_on_telling, daemon=True).start()
    yield


ROUTES = [Route("/fairwell", fairwell, methods=["POST"])]
if os.environ.get("BILLING_SHOW_EFFECTS") == "1":
    ROUTES.append(Route("/effects", effects))
app = Starlette(routes=ROUTES, lifespan=started)
