from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from bot.domain.customers import Role
from bot.domain.identities import ProofSource, Strength
from bot.services import identity
from gateway.addresses import Addresses
from gateway.platforms import Platforms
from gateway.threads import Threads
from tests.unit.services.script import CANCEL, CODE, EMAIL, END_DATE, LOG_OUT
from tests.unit.services.secrecy import facts_in, facts_of, try_everything
from tests.unit.services.world import World

if TYPE_CHECKING:
    from channels.contract import Channel


@dataclass
class Slack:
    """As much of a channel as is needed: it vouches for an address, or for none."""

    email: str | None
    asked: list[str] = field(default_factory=list)

    async def working(self, address: str) -> None:
        """Nothing."""

    async def vouch(self, address: str) -> str | None:
        """What it was told to say."""
        self.asked.append(address)
        return self.email


@pytest.fixture
async def platforms(world: World) -> AsyncIterator[Platforms]:
    """The gateway's side of it."""
    threads = Threads()
    yield Platforms(world.deps, threads, Addresses(world.deps, threads))
    threads.close()


def connect(platforms: Platforms, slack: Slack) -> Slack:
    """Connects it."""
    platforms.channels = {"slack": cast("Channel", slack)}
    return slack


async def test_an_untrusted_workspace_proves_nothing(world: World, platforms: Platforms) -> None:
    """P3: whoever runs a workspace can give its users any address; there it is not asked for any."""
    connect(platforms, Slack(None))
    chat = world.slack()
    await platforms.before_turn(chat.id)
    assert chat.proof is None
    assert "which e-mail address" in chat.say("cancel", CANCEL).text
    try_everything(chat)
    assert facts_in(chat) == []
    assert facts_of(list(await platforms.overview("slack", "T1:U1"))) == []
    assert world.ledger("ada") == []


async def test_a_trusted_workspace_is_believed_before_the_message_is_answered(
    world: World, platforms: Platforms
) -> None:
    """P1: one message then."""
    slack = connect(platforms, Slack("ada@example.com"))
    chat = world.slack()
    inbox_id = chat.accept("cancel")
    await platforms.before_turn(chat.id)
    assert chat.answer(inbox_id, CANCEL).kinds == ["receipt", "exit_question"]
    await platforms.before_turn(chat.id)
    assert slack.asked == ["T1:U1"]


async def test_who_logged_out_is_not_even_asked_for(world: World, platforms: Platforms) -> None:
    """The platform's word alone signs nobody in again."""
    slack = connect(platforms, Slack("ada@example.com"))
    chat = world.slack("ada@example.com")
    chat.say("log me out", LOG_OUT)
    await platforms.before_turn(chat.id)
    assert slack.asked == []
    assert chat.proof is None


def test_a_vouched_address_is_weak_proof_for_an_hour(world: World) -> None:
    """Asked for again by itself, so that who left the workspace is not taken for its member all day."""
    chat = world.slack("Ada@Example.com")
    assert chat.proof is not None
    assert (chat.proof.customer_ref, chat.proof.source) == ("ada", ProofSource.WORKSPACE_PROFILE)
    assert chat.proof.strength is Strength.LOW
    assert chat.proof.expires_at == world.clock.now() + timedelta(hours=1)
    world.clock.advance(hours=1)
    assert chat.proof is None
    assert identity.wants_vouching(world.deps, chat.id)
    identity.vouched(world.deps, chat.id, "ada@example.com")
    assert chat.proof is not None


@pytest.mark.parametrize("email", ["nobody@example.com", "", "ada", "ada@example.com.evil.test", "@"])
def test_a_vouched_address_of_nobody_proves_nothing(world: World, email: str) -> None:
    """Nor does what is no address."""
    chat = world.slack(email)
    assert chat.proof is None
    assert "which e-mail address" in chat.say("cancel", CANCEL).text


def test_vouching_in_a_chat_that_is_not_there_proves_nothing(world: World) -> None:
    """It may have gone meanwhile."""
    identity.vouched(world.deps, "c_0", "ada@example.com")
    assert not identity.wants_vouching(world.deps, "c_0")


def test_vouching_after_logging_out_proves_nothing(world: World) -> None:
    """However often the platform says so."""
    chat = world.slack("ada@example.com")
    chat.say("log me out", LOG_OUT)
    for _ in range(3):
        identity.vouched(world.deps, chat.id, "ada@example.com")
        assert chat.proof is None
        assert not identity.wants_vouching(world.deps, chat.id)
        world.clock.advance(hours=2)


def test_a_code_after_logging_out_signs_in_again_and_lets_vouching_count_again(world: World) -> None:
    """Who proves it themselves has changed their mind."""
    chat = world.slack("ada@example.com")
    chat.say("log me out", LOG_OUT)
    chat.verify("ada@example.com")
    assert chat.proof is not None
    assert chat.proof.source is ProofSource.EMAIL_CODE
    world.clock.advance(hours=24)
    assert identity.wants_vouching(world.deps, chat.id)
    identity.vouched(world.deps, chat.id, "ada@example.com")
    assert chat.proof is not None


def test_a_wrong_code_after_logging_out_changes_nothing(world: World) -> None:
    """Only a proof does."""
    chat = world.slack("ada@example.com")
    chat.say("log me out", LOG_OUT)
    chat.say("when does it end?", END_DATE)
    chat.ask_code("ada@example.com")
    chat.say("000000", CODE)
    assert not identity.wants_vouching(world.deps, chat.id)


def test_vouching_replaces_no_live_proof(world: World) -> None:
    """Not another account's, and not a stronger one of the same."""
    for customer in ("max", "ada"):
        chat = world.linked(customer, f"T1:{customer}", "slack")
        before = chat.proof
        assert not identity.wants_vouching(world.deps, chat.id)
        identity.vouched(world.deps, chat.id, "ada@example.com")
        assert chat.proof == before is not None


def test_a_vouched_proof_keeps_its_end_while_it_stands(world: World) -> None:
    """It is not renewed with every message."""
    chat = world.slack("ada@example.com")
    before = chat.proof
    world.clock.advance(minutes=30)
    identity.vouched(world.deps, chat.id, "ada@example.com")
    assert chat.proof == before is not None


def test_a_wish_from_before_is_not_carried_out_by_vouching(world: World) -> None:
    """P4: the code it asked for carries it out, or saying so again; with its first time."""
    chat = world.slack()
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    identity.vouched(world.deps, chat.id, "ada@example.com")
    assert "Your Pro plan is running" in chat.say("when does it end?", END_DATE).text
    assert world.ledger("ada") == []
    world.clock.advance(minutes=1)
    chat.say("I want to cancel", CANCEL)
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_a_code_that_was_open_when_the_workspace_vouched_still_works(world: World) -> None:
    """P4: it proves more, and carries out what it was asked for."""
    chat = world.slack()
    chat.say("I want to cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    code = world.mails()[-1].payload["code"]
    identity.vouched(world.deps, chat.id, "ada@example.com")
    assert chat.say(code, CODE).kinds[0] == "receipt"
    assert chat.proof is not None
    assert chat.proof.source is ProofSource.EMAIL_CODE


def test_a_colleague_without_the_role_sees_and_changes_nothing(world: World) -> None:
    """§7: a trusted address of somebody who may not decide for the account."""
    world.member("kim", Role.MEMBER)
    chat = world.slack("kim@example.com")
    assert "it's for its holder to decide" in chat.say("cancel", CANCEL).text
    try_everything(chat)
    assert facts_in(chat) == []
    assert world.ledger("ada") == []


def test_a_colleague_with_the_role_cancels_by_one_message(world: World) -> None:
    """P1 holds for who may decide."""
    world.member("kim", Role.BILLING)
    assert world.slack("kim@example.com").say("cancel", CANCEL).kinds[0] == "receipt"
