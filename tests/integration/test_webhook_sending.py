"""The sender and servers that really listen: what arrives, what must not be reached, what takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from bot.domain.webhooks import EndpointInvalidError, Secret
from bot.ports.webhooks import Answer, NotDeliveredError
from bot.webhooks.addresses import Resolve
from bot.webhooks.http import HttpWebhookSender
from tests.fixtures.builders import webhook_endpoint, webhook_event
from tests.fixtures.receiver import Receiver, certificate, running, serving, speaking, trusting

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
SECRET = "whsec_" + "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="


def names(*addresses: str, asked: list[str] | None = None) -> Resolve:
    """A name service in which every name leads here."""

    async def resolve(host: str) -> Sequence[str]:
        if asked is not None:
            asked.append(host)
        return addresses

    return resolve


async def send(sender: HttpWebhookSender, url: str) -> Answer:
    """Sends one event there."""
    endpoint = webhook_endpoint(url=url, secrets=(Secret(SECRET),))
    return await sender.send(endpoint, webhook_event(), datetime.now(UTC))


async def refused(sender: HttpWebhookSender, url: str) -> str:
    """Why nothing was sent there."""
    with pytest.raises(NotDeliveredError) as fault:
        await send(sender, url)
    return str(fault.value)


async def test_it_arrives_signed(tmp_path: Path) -> None:
    """By TLS, at the name's own machine, with the name in the request; the receiver's library verifies it."""
    tls = certificate(tmp_path, "hooks.example")
    asked: list[str] = []
    sender = HttpWebhookSender(HERE, names("127.0.0.1", asked=asked), trusting(tls))
    async with running(Receiver(secret=SECRET), tls) as receiver:
        url = f"https://hooks.example:{receiver.port}/hooks?token=x"
        assert await send(sender, url) == Answer(204)
        await sender.check(url)
    ((headers, body),) = receiver.requests
    assert headers["host"] == f"hooks.example:{receiver.port}"
    assert headers["content-type"] == "application/json"
    assert body == webhook_event().body(words=False).encode()
    # Once to send: what was looked at is what was connected to, whatever the name leads to a moment later.
    assert asked == ["hooks.example"] * 2


@pytest.mark.parametrize("name", ["hooks.example", "127.0.0.1"])
async def test_another_ones_certificate_is_not_taken(tmp_path: Path, name: str) -> None:
    """Nor one that nobody vouches for; an address is proved like a name."""
    tls, other = certificate(tmp_path, name), certificate(tmp_path, "other.example")
    async with running(Receiver(secret=SECRET), tls) as receiver:
        url = f"https://{name}:{receiver.port}/hooks"
        here = names("127.0.0.1")
        assert await send(HttpWebhookSender(HERE, here, trusting(tls)), url) == Answer(204)
        for sender in (HttpWebhookSender(HERE, here, trusting(other)), HttpWebhookSender(HERE, here)):
            assert await refused(sender, url) == "its certificate is not good"
        elsewhere = f"https://elsewhere.example:{receiver.port}/hooks"
        sender = HttpWebhookSender(HERE, here, trusting(tls))
        assert await refused(sender, elsewhere) == "its certificate is not good"
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "0.0.0.0", "LOCALHOST."),  # noqa: S104 - the point
    ],
)
async def test_this_machine_is_not_reached(host: str) -> None:
    """By none of its names, unless a setting says so; the receiver that listens hears nothing."""
    async with running(Receiver(secret=SECRET)) as receiver:
        for scheme in ("http", "https"):
            why = await refused(HttpWebhookSender(), f"{scheme}://{host}:{receiver.port}/hooks")
            assert why in {"its address is not public", "its name is not known", "it is no address"}
    assert receiver.requests == []


async def test_a_name_that_leads_here_is_not_followed() -> None:
    """Nor where it leads to other places as well; said when it is set up, too."""
    async with running(Receiver(secret=SECRET)) as receiver:
        url = f"https://rebound.example:{receiver.port}/hooks"
        for addresses in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]):
            sender = HttpWebhookSender(resolve=names(*addresses))
            assert await refused(sender, url) == "its address is not public"
            with pytest.raises(EndpointInvalidError, match="not public"):
                await sender.check(url)
    assert receiver.requests == []


async def test_redirects_are_not_followed() -> None:
    """Neither to machines inside, nor anywhere: the answer is the redirect."""
    inside = Receiver(secret=SECRET)
    async with running(inside), running(Receiver(secret=SECRET)) as receiver:
        sender = HttpWebhookSender(HERE)
        for status in (301, 302, 303, 307, 308):
            receiver.script.append(RedirectResponse(inside.url, status))
            assert (await send(sender, receiver.url)).status == status
    assert inside.requests == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would look up names by themselves."""
    proxy = Receiver(secret=SECRET)
    async with running(proxy), running(Receiver(secret=SECRET)) as receiver:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        assert await send(HttpWebhookSender(HERE), receiver.url) == Answer(204)
    assert proxy.requests == []


async def test_of_several_machines_one_that_is_there() -> None:
    """The next is tried where one takes no connection; where none does, it was not reached."""
    async with running(Receiver(secret=SECRET)) as receiver:
        url = f"http://hooks.example:{receiver.port}/hooks"
        assert await send(HttpWebhookSender(HERE, names("127.0.0.9", "127.0.0.1")), url) == Answer(204)
        assert await refused(HttpWebhookSender(HERE, names("127.0.0.9", "::1")), url) == "not reached"


async def test_a_server_that_does_not_answer() -> None:
    """Is given up after its time: silent, dripping its headers, or never done with them."""

    async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(30)

    sender = HttpWebhookSender(HERE, seconds=0.3)
    async with serving(silent) as port:
        assert await refused(sender, f"http://127.0.0.1:{port}/") == "no answer within 0.3 seconds"
    drip = b"X-Header: a\r\n"
    async with speaking(b"HTTP/1.1 200 OK\r\n", endless=drip, pause=0.02) as port:
        assert await refused(sender, f"http://127.0.0.1:{port}/") == "no answer within 0.3 seconds"


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 2", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nBad\x00: \r\n\r\n"]
)
async def test_a_connection_that_is_dropped(said: bytes) -> None:
    """Without an answer, in the middle of one, or after what is none."""
    async with speaking(said) as port:
        why = await refused(HttpWebhookSender(HERE), f"http://127.0.0.1:{port}/?token=secret")
    assert why == "the connection was dropped"


async def test_an_answer_without_end_is_not_read() -> None:
    """Its status is enough; nor are headers without end."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    async with speaking(body, endless=b"x" * 65536) as port:
        assert await send(HttpWebhookSender(HERE), f"http://127.0.0.1:{port}/") == Answer(200)
    headers = b"X-Header: " + b"a" * 8000 + b"\r\n"
    async with speaking(b"HTTP/1.1 200 OK\r\n", endless=headers) as port:
        assert (
            await refused(HttpWebhookSender(HERE), f"http://127.0.0.1:{port}/")
            == "the connection was dropped"
        )


async def test_who_asks_to_wait_is_heard() -> None:
    """In seconds or by a date; nonsense is no answer, and a date that has passed is no wait."""
    now = datetime.now(UTC).replace(microsecond=0)
    dates = {"date": now + timedelta(hours=1), "past": now - timedelta(hours=1)}
    shown = {name: at.strftime("%a, %d %b %Y %H:%M:%S GMT") for name, at in dates.items()}
    async with running(Receiver(secret=SECRET)) as receiver:
        found, sender = [], HttpWebhookSender(HERE)
        for header in ("120", shown["date"], shown["past"], "soon", "-5", "9" * 40, "٣"):
            value = header.encode("latin-1", "ignore").decode("latin-1")
            receiver.script.append(Response(status_code=429, headers={"Retry-After": value}))
            found.append((await send(sender, receiver.url)).retry_after)
    assert found[0] == timedelta(minutes=2)
    assert found[1] is not None
    assert timedelta(minutes=59) < found[1] <= timedelta(hours=1)
    assert found[2:] == [timedelta(0), None, None, None, None]
