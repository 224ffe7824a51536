from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.identities import LONGEST_LINK, ProofSource, Strength
from bot.domain.inbox import Event
from bot.services import identity
from tests.unit.services.script import CANCEL, CODE, EMAIL, END_DATE, LOG_OUT
from tests.unit.services.secrecy import facts_in, try_everything
from tests.unit.services.world import World


def link(world: World, customer: str = "ada", purpose: str = "telegram") -> str:
    """A link's token, made by the company's server."""
    return identity.issue_link(world.deps, purpose, customer).token


def test_a_link_signs_in_who_opens_it(world: World) -> None:
    """Strongly, for a day; from then on one message is enough (P1)."""
    chat = world.chat_at("77")
    said = chat.open_link(link(world))
    assert "Thank you, it's you" in said.text
    assert "Your Pro plan is running" in said.text
    assert chat.proof is not None
    assert (chat.proof.source, chat.proof.strength) == (ProofSource.LINK, Strength.HIGH)
    assert chat.proof.expires_at == world.clock.now() + timedelta(hours=24)
    assert chat.say("cancel", CANCEL).kinds == ["receipt", "exit_question"]


def test_a_link_used_twice_is_refused(world: World) -> None:
    """Once it was opened it opens nothing, not even in the same chat."""
    chat, token = world.chat_at("77"), link(world)
    chat.open_link(token)
    chat.say("log me out", LOG_OUT)
    assert "no longer good" in chat.open_link(token).text
    assert chat.proof is None


def test_a_link_opened_again_by_who_is_signed_in_changes_nothing(world: World) -> None:
    """Said so, and the proof is as old as it was."""
    chat, token = world.chat_at("77"), link(world)
    chat.open_link(token)
    before = chat.proof
    world.clock.advance(minutes=5)
    assert "you are signed in here already" in chat.open_link(token).text
    assert chat.proof == before


def test_a_link_used_by_another_user_afterwards_is_refused(world: World) -> None:
    """Somebody who looked over a shoulder, or found it in a history, gets nothing by it."""
    token = link(world)
    world.chat_at("77").open_link(token)
    other = world.chat_at("78")
    assert "no longer good" in other.open_link(token).text
    try_everything(other)
    assert facts_in(other) == []
    assert world.ledger("ada") == []


def test_a_link_delivered_twice_by_the_platform_is_used_once_and_works(world: World) -> None:
    """P2: the same update again is the same message, with the same answer."""
    chat, token = world.chat_at("77"), link(world)
    first = chat.accept(token, event=Event.LINK, key="update 1")
    said = chat.answer(first)
    assert chat.accept(token, event=Event.LINK, key="update 1") == first
    assert chat.complete(first) == said
    assert chat.proof is not None


def test_a_link_after_its_end_is_refused(world: World) -> None:
    """Fifteen minutes, to the second."""
    late, soon = link(world), link(world)
    world.clock.advance(minutes=14, seconds=59)
    assert "it's you" in world.chat_at("77").open_link(soon).text
    world.clock.advance(seconds=1)
    chat = world.chat_at("78")
    assert "no longer good" in chat.open_link(late).text
    assert chat.proof is None


def test_a_link_for_another_channel_is_refused_and_stays_good_there(world: World) -> None:
    """A token made for Slack opens nothing on Telegram, and trying does not use it up."""
    token = link(world, purpose="slack")
    telegram = world.chat_at("77")
    assert "no longer good" in telegram.open_link(token).text
    assert telegram.proof is None
    assert "it's you" in world.slack().open_link(token).text


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "0",
        "token-0",
        "token-999",
        "link:token-1",
        "\x00",
        "🦊",
        "' OR 1=1 --",
        "../..",
        "x" * 100_000,
    ],
)
def test_a_guessed_token_is_refused(world: World, token: str) -> None:
    """Whatever it looks like and however long it is, also while a good one is unused."""
    link(world)
    chat = world.chat_at("77")
    assert "no longer good" in chat.open_link(token).text
    assert chat.proof is None


def test_a_digest_from_the_database_is_no_token(world: World) -> None:
    """Who can read the store can't open its links."""
    token = link(world)
    assert "no longer good" in world.chat_at("77").open_link(f"link:{token}").text


def test_a_link_without_a_token_is_refused(world: World) -> None:
    """As an adapter may hand it over."""
    assert "no longer good" in world.chat_at("77").happen(Event.LINK).text


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_a_link_for_no_time_or_too_long_is_not_made(world: World, minutes: int) -> None:
    """At most a day."""
    with pytest.raises(ValueError, match="at most"):
        identity.issue_link(world.deps, "telegram", "ada", timedelta(minutes=minutes))
    assert identity.issue_link(world.deps, "telegram", "ada", LONGEST_LINK).token


def test_a_link_for_nobody_is_not_made(world: World) -> None:
    """The company's server is told."""
    with pytest.raises(NotFoundError):
        identity.issue_link(world.deps, "telegram", "stranger")


def test_a_link_for_a_customer_who_is_gone_is_refused(world: World) -> None:
    """Erased between making and opening."""
    token = link(world)
    world.store.tables["customers"].clear()  # type: ignore[attr-defined]  # the store in memory
    chat = world.chat_at("77")
    assert "no longer good" in chat.open_link(token).text
    assert chat.proof is None


def test_a_link_ends_the_code_that_was_open(world: World) -> None:
    """One way to prove it is enough; the other code is good for nothing then."""
    chat = world.chat_at("77")
    chat.say("when does it end?", END_DATE)
    code = chat.ask_code("max@example.com")
    chat.open_link(link(world))
    chat.say(code, CODE)
    assert chat.proof is not None
    assert chat.proof.customer_ref == "ada"


def test_a_link_that_was_opened_by_mistake_in_the_wrong_account_can_be_put_right(world: World) -> None:
    """The later proof counts: an address and its code."""
    chat = world.linked("max", "77")
    chat.say("log me out", LOG_OUT)
    chat.say("when does it end?", END_DATE)
    chat.say("ada@example.com", EMAIL)
    assert "Your Pro plan" in chat.say(world.mails()[-1].payload["code"], CODE).text
