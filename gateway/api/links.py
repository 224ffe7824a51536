"""One-time links into another channel: from a verified chat, and for the company's own server."""

from __future__ import annotations

import hmac
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.domain.errors import ConflictError, NotFoundError
from bot.services import identity
from bot.services.identity import IssuedLink
from channels.contract import Channel
from channels.web.render import timestamp
from gateway.api.access import conversation_of, runtime_of
from gateway.api.models import CustomerLinkRequest, LinkRequest, read
from gateway.faults import ApiError
from gateway.runtime import Runtime

router = APIRouter()


@router.post("/chat/links")
async def go_on(request: Request) -> JSONResponse:
    """A link with which who is verified in this chat goes on in another channel, without proving it again."""
    runtime = runtime_of(request)
    conversation_id = await conversation_of(request)
    wanted = await read(request, LinkRequest)
    channel = _channel(runtime, wanted.channel)
    try:
        issued = await runtime.threads.run(identity.pass_on, runtime.deps, conversation_id, wanted.channel)
    except ConflictError:
        raise ApiError(409, "not_verified", "Nobody is verified in this conversation.") from None
    return _answer(channel, issued)


@router.post("/api/v1/links")
async def for_customer(request: Request) -> JSONResponse:
    """A link for a customer, on the word of the company's own server: shown to who is signed in there."""
    runtime = runtime_of(request)
    _authorised(runtime, request)
    wanted = await read(request, CustomerLinkRequest)
    channel = _channel(runtime, wanted.channel)
    try:
        issued = await runtime.threads.run(
            identity.issue_link,
            runtime.deps,
            wanted.channel,
            wanted.customer,
            timedelta(minutes=wanted.minutes),
        )
    except NotFoundError:
        raise ApiError(404, "customer_unknown", "There is no such customer.") from None
    return _answer(channel, issued)


def _authorised(runtime: Runtime, request: Request) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), runtime.application.api_key.encode())
    if scheme.casefold() != "bearer" or not right:
        raise ApiError(
            401, "api_key_invalid", "This takes the installation's API key.", {"WWW-Authenticate": "Bearer"}
        )


def _channel(runtime: Runtime, name: str) -> Channel:
    channel = runtime.platforms.channels.get(name)
    if channel is None:
        raise ApiError(404, "channel_unknown", "There is no such channel here.")
    # Asked with nothing at stake, before a token is made that would lead nowhere.
    if channel.link("token") is None:
        raise ApiError(409, "channel_takes_no_links", "This channel takes no links, or is not connected yet.")
    return channel


def _answer(channel: Channel, issued: IssuedLink) -> JSONResponse:
    return JSONResponse({"url": channel.link(issued.token), "expires_at": timestamp(issued.expires_at)}, 201)
