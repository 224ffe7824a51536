from __future__ import annotations

import asyncio
from ipaddress import ip_network

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.webhooks import EndpointInvalidError
from bot.ports.webhooks import NotDeliveredError
from bot.webhooks.http import HttpWebhookSender
from bot.webhooks.slack import SlackWebhook
from tests.fixtures.receiver import serving

HERE = (ip_network("127.0.0.0/8"),)


async def test_a_text_is_posted_as_slack_takes_it() -> None:
    """JSON with the text, and nothing else; the status comes back."""
    taken = []

    async def take(request: Request) -> Response:
        taken.append((request.headers["content-type"], await request.json()))
        return Response(status_code=200 if len(taken) == 1 else 404)

    async with serving(Starlette(routes=[Route("/services/T1", take, methods=["POST"])])) as port:
        sender, url = SlackWebhook(HttpWebhookSender(HERE)), f"http://127.0.0.1:{port}/services/T1"
        await asyncio.to_thread(sender.check, url)
        assert await asyncio.to_thread(sender.post, url, "Somebody waits: “ä” <x>") == 200
        assert await asyncio.to_thread(sender.post, url, "again") == 404
    assert taken[0] == ("application/json", {"text": "Somebody waits: “ä” <x>"})


async def test_nothing_is_posted_into_our_own_network() -> None:
    """Whoever sets alerts up could look around in it otherwise; nobody learns the address from the fault."""
    sender = SlackWebhook(HttpWebhookSender())
    with pytest.raises(NotDeliveredError) as fault:
        await asyncio.to_thread(sender.post, "https://127.0.0.1:9/secret", "x")
    assert "secret" not in str(fault.value)
    with pytest.raises(EndpointInvalidError):
        await asyncio.to_thread(sender.check, "https://169.254.169.254/latest")
