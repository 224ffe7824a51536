"""What is done on a channel around a turn, and what a channel may ask for: who writes, and the overview."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.identities import Proof, ProofSource, proof_of
from bot.services import identity
from gateway.platforms import Platforms
from tests.fixtures.fake_channel import FakeChannel
from tests.unit.gateway.connected import Pagers, connected
from tests.unit.gateway.support import until


@dataclass
class Hanging(FakeChannel):
    """A platform that does not say whether it has shown anything until it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def working(self, address: str) -> None:
        """Shows it at last."""
        await self.let_go.wait()
        await super().working(address)


@pytest.fixture
async def pagers(tmp_path: Path) -> AsyncIterator[Pagers]:
    """A gateway with pagers; the platform vouches for nobody until a test says so."""
    async with connected(tmp_path) as made:
        yield made


def proof(pagers: Pagers, address: str = "77") -> Proof | None:
    """The one that stands in the conversation with an address."""
    conversation_id = pagers.conversation(address)
    with pagers.runtime.deps.store.begin() as work:
        return work.identities.proof(conversation_id, pagers.clock.now())


def platforms(pagers: Pagers) -> Platforms:
    """The gateway's."""
    return pagers.runtime.platforms


async def test_it_is_shown_that_an_answer_is_coming(pagers: Pagers) -> None:
    """Before there is one, to who wrote and nobody else, with every message."""
    gate = pagers.rasa.gate = asyncio.Event()
    await pagers.write("hello")
    await until(lambda: pagers.rasa.waiting == 1)
    assert pagers.channel.shown == ["77"]
    assert pagers.channel.sent == []
    gate.set()
    await pagers.answered()
    await pagers.write("hello")
    await pagers.answered()
    assert pagers.channel.shown == ["77", "77"]


async def test_a_platform_that_hangs_holds_up_nothing(tmp_path: Path) -> None:
    """The answer does not wait for what is only to be seen; it may be shown later."""
    channel = Hanging()
    async with connected(tmp_path, channel) as pagers:
        for _ in range(3):
            await pagers.write("hello")
        assert await pagers.answered() == ["hello there"] * 3
        assert channel.shown == []
        channel.let_go.set()
        await until(lambda: channel.shown == ["77"] * 3)
        await until(lambda: not platforms(pagers)._signs)


async def test_who_is_vouched_for_is_verified(pagers: Pagers) -> None:
    """P1: before their first message is answered; weakly, and for an hour."""
    pagers.channel.emails["77"] = "demo-solo@example.com"
    await pagers.write("I want to cancel")
    confirmation, _ = await pagers.answered()
    assert confirmation.startswith("cancel_done")
    found = proof(pagers)
    assert found is not None
    assert (found.customer_ref, found.source) == ("demo-solo", ProofSource.WORKSPACE_PROFILE)
    assert found.expires_at == found.proved_at + timedelta(hours=1)


async def test_the_platform_is_asked_while_nobody_is_verified(pagers: Pagers) -> None:
    """With every message until it vouches; then not, until that proof has ended."""

    async def write() -> list[str]:
        await pagers.write("hello")
        await pagers.answered()
        return pagers.channel.asked

    assert await write() == ["77"]
    assert await write() == ["77", "77"]
    pagers.channel.emails["77"] = "demo-solo@example.com"
    assert await write() == ["77"] * 3
    assert await write() == ["77"] * 3
    pagers.clock.advance(hours=1)
    assert await write() == ["77"] * 4


async def test_the_platform_is_not_asked_once_somebody_has_logged_out(pagers: Pagers) -> None:
    """Its word alone signs nobody in again; another chat's is asked for as before."""
    await pagers.write("hello")
    await pagers.answered()
    conversation_id = pagers.conversation()
    with pagers.runtime.deps.store.begin() as work:
        conversation = work.conversations.lock(conversation_id)
        assert conversation is not None
        work.conversations.put(replace(conversation, logged_out=True))
        work.commit()
    pagers.channel.emails.update({"77": "demo-solo@example.com", "78": "demo-multi@example.com"})
    for address in ("77", "78"):
        await pagers.write("hello", address)
        await pagers.answered(address)
    assert pagers.channel.asked == ["77", "78"]
    assert proof(pagers) is None
    assert proof(pagers, "78") is not None


@pytest.mark.parametrize("email", ["nobody@example.com", "no address", ""])
async def test_a_vouched_address_of_nobody_verifies_nobody(pagers: Pagers, email: str) -> None:
    """P3: they are asked who they are, as anybody."""
    pagers.channel.emails["77"] = email
    await pagers.write("I want to cancel")
    (asked,) = await pagers.answered()
    assert asked.startswith("verify_ask_email")
    assert proof(pagers) is None


async def test_a_channel_that_fails_is_survived(pagers: Pagers, log: io.StringIO) -> None:
    """It never should; the message is answered, and who writes proves who they are by a code."""
    pagers.channel.emails["77"] = "demo-solo@example.com"
    pagers.channel.broken = ZeroDivisionError("a bug of the channel's")
    await pagers.write("I want to cancel")
    (asked,) = await pagers.answered()
    assert asked.startswith("verify_ask_email")
    await until(lambda: "working_not_shown" in log.getvalue())
    assert "not_vouched" in log.getvalue()
    shown = await platforms(pagers).overview("pager", "77")
    assert [reply.text for reply in shown] == ["overview_unverified"]


async def test_who_is_verified_otherwise_is_not_asked_about(pagers: Pagers) -> None:
    """A stronger proof stands: the platform's word would add nothing, and replaces nothing."""
    conversation_id = await pagers.runtime.addresses.conversation("pager", "77")
    stronger = proof_of(conversation_id, "demo-multi", ProofSource.LINK, pagers.clock.now())
    with pagers.runtime.deps.store.begin() as work:
        identity.prove(work, stronger)
        work.commit()
    pagers.channel.emails["77"] = "demo-solo@example.com"
    await pagers.write("hello")
    await pagers.answered()
    await platforms(pagers).overview("pager", "77")
    assert pagers.channel.asked == []
    assert proof(pagers) == stronger


async def test_conversations_elsewhere_are_left_alone(pagers: Pagers) -> None:
    """The website's, those of a channel that is not connected here, and those that are not there."""
    site = FakeChannel("web")
    platforms(pagers).channels = {**platforms(pagers).channels, "web": site}
    web = await pagers.runtime.addresses.conversation("web", "a browser")
    away = await pagers.runtime.addresses.conversation("telegram", "77")
    for conversation_id in (web, away, "c_0"):
        await platforms(pagers).before_turn(conversation_id)
    assert not platforms(pagers)._signs
    for channel in (site, pagers.channel):
        assert (channel.shown, channel.asked) == ([], [])


async def test_the_overview_is_who_is_vouched_fors(pagers: Pagers) -> None:
    """Also before they have written anything; its buttons do what they say, and nothing is written."""
    pagers.channel.emails["77"] = "demo-solo@example.com"
    shown = await pagers.runtime._host("pager").overview("77")
    assert len(shown) == 1
    assert "Pro" in shown[0].text
    assert pagers.transcript() == []
    assert (pagers.channel.sent, pagers.channel.shown) == ([], [])

    token = next(token for name, _, token in shown[0].buttons if name.startswith("cancel"))
    await pagers.write(button=token)
    assert (await pagers.answered())[0].startswith("cancel_done")


async def test_the_overview_of_who_is_not_verified_holds_no_fact(pagers: Pagers) -> None:
    """P3: a sentence without buttons, however often, also after another's was shown."""
    pagers.channel.emails["77"] = "demo-solo@example.com"
    await platforms(pagers).overview("pager", "77")
    for _ in range(2):
        (shown,) = await platforms(pagers).overview("pager", "78")
        assert (shown.text, shown.buttons, shown.receipt) == ("overview_unverified", (), None)
    assert pagers.channel.asked == ["77", "78", "78"]


async def test_a_channels_overview_and_words_are_its_own(pagers: Pagers) -> None:
    """By its own name: the same address on another channel is somebody else."""
    pagers.channel.emails["77"] = "demo-solo@example.com"
    await pagers.runtime._host("pager").overview("77")
    host = pagers.runtime._host("telegram")
    (shown,) = await host.overview("77")
    assert shown.text == "overview_unverified"
    assert pagers.channel.asked == ["77"]
    assert host.words("home_hello", None) == "home_hello"
    await host.vault.put("name", "kept")
    assert await pagers.runtime._host("pager").vault.get("name") is None
