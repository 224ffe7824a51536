"""`GET /receipts/NUMBER?key=…`: a receipt to read, to print, and to verify elsewhere."""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.domain.errors import NotFoundError
from bot.domain.money import Money
from bot.domain.receipts import Receipt, decode, kid_of, open_disclosures
from bot.services import receipts
from gateway import faults
from gateway.api.access import runtime_of
from gateway.api.pages import Pages, file_or_404, in_language
from gateway.runtime import Runtime

router = APIRouter()

_STATIC = "/receipts/static"
#: Kinds of receipts that end a subscription.
_ENDS = frozenset({"cancel", "withdraw"})


@router.get("/receipts/static/{name}")
async def static(request: Request, name: str) -> Response:
    """What the page is drawn with. Not part of the demo: receipts are shown wherever Fairwell runs."""
    pages: Pages = request.app.state.pages
    return file_or_404(pages, name)


@router.get("/receipts/{number}")
async def receipt(request: Request, number: str) -> Response:
    """The receipt as a page, or as JSON where that is asked for. Without its key there is no such page."""
    runtime = runtime_of(request)
    found = await _find(runtime, number, request.query_params.get("key", ""))
    as_json = _wants_json(request)
    if found is None:
        return faults.plain(404) if as_json else _not_found(request, runtime)
    revoked = runtime.application.signer.revocation(kid_of(found.jws))
    if revoked is not None:
        return _revoked_json() if as_json else _revoked(request, found, revoked.at)
    if as_json:
        name = f'attachment; filename="{found.number}.json"'
        body = {"jws": found.jws, "disclosures": list(found.disclosures)}
        return JSONResponse(body, headers={"Content-Disposition": name})
    pages: Pages = request.app.state.pages
    return pages.page("receipt.html", _page(runtime, found), script=True)


async def _find(runtime: Runtime, number: str, key: str) -> Receipt | None:
    # The key is derived from the number, so a wrong one is told without looking for the receipt.
    right = runtime.deps.signer.page_key(number)
    if not hmac.compare_digest(key.encode(), right.encode()):
        return None
    try:
        return await runtime.threads.run(receipts.find, runtime.deps, number)
    except NotFoundError:
        return None


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return request.query_params.get("format") == "json" or (
        "application/json" in accepted and "text/html" not in accepted
    )


def _not_found(request: Request, runtime: Runtime) -> Response:
    pages: Pages = request.app.state.pages
    language = runtime.deps.wording.locale(request.headers.get("accept-language"))
    say = partial(runtime.deps.wording.text, locale=language, values={})
    said = {"title": say("receipt_label_not_found_title"), "text": say("receipt_label_not_found_text")}
    return pages.page("error.html", {**_frame(runtime, language), **said, "way_out": True}, 404)


def _revoked_json() -> Response:
    return faults.response(410, "key_revoked", "The key this receipt was signed with was revoked.")


def _revoked(request: Request, found: Receipt, at: datetime) -> Response:
    """What is signed with a key that somebody else may have is not shown as if it were proof."""
    runtime = runtime_of(request)
    wording, language = runtime.deps.wording, runtime.deps.wording.locale(found.locale)
    values = {"at": at, "company": runtime.deps.company, "number": found.number}
    said = {
        "title": wording.text("receipt_revoked_title", language, {}),
        "text": wording.text("receipt_revoked_text", language, values),
    }
    pages: Pages = request.app.state.pages
    return pages.page("error.html", {**_frame(runtime, language), **said, "way_out": False}, 410)


def _frame(runtime: Runtime, language: str) -> dict[str, object]:
    return {**in_language(runtime.deps.wording, language), "static": _STATIC}


def _page(runtime: Runtime, found: Receipt) -> dict[str, object]:
    """All that the page says is taken from what is signed, so that the two can't differ."""
    _, payload, signature = found.jws.split(".")
    signed, personal = open_disclosures(decode(payload), found.disclosures)
    claims: dict[str, Any] = signed
    wording, language = runtime.deps.wording, runtime.deps.wording.locale(found.locale)

    def time(name: str) -> str:
        return wording.text("receipt_value_time", language, {"at": datetime.fromisoformat(claims[name])})

    def money(name: str) -> str:
        amount = Money(claims[name]["minor"], claims[name]["currency"])
        # What is still charged is said also where it is nothing; what comes back, where something does.
        shown = amount.minor or (name == "charged" and claims["kind"] in _ENDS)
        return wording.text("receipt_value_money", language, {"amount": amount}) if shown else ""

    address = f"/receipts/{found.number}"
    key = runtime.deps.signer.page_key(found.number)
    return {
        **_frame(runtime, language),
        "receipt": {
            "title": wording.text(f"receipt_title_{claims['kind']}", language, {}),
            "company": claims["iss"],
            "number": claims["number"],
            "kind": claims["kind"],
            "subscription": claims["plan"],
            "effective_at": time("effective_at"),
            "until": time("until") if "until" in claims else "",
            "received_at": time("received_at"),
            "carried_out_at": time("carried_out_at"),
            "charged": money("charged"),
            "refunded": money("refunded"),
            "customer_name": personal.get("customer_name", ""),
            "words": personal.get("words", ""),
            "kid": kid_of(found.jws),
            "signature": signature,
            "jws_url": f"{address}?{urlencode({'key': key, 'format': 'json'})}",
            "jwks_url": "/.well-known/jwks.json",
        },
    }
