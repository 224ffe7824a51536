"""Links by which who is verified in one chat goes on in another."""

from __future__ import annotations

import pytest

from bot.domain.customers import Role
from bot.domain.errors import ConflictError
from bot.services import identity, members
from tests.unit.services.script import END_DATE, LOG_OUT
from tests.unit.services.world import World


def test_who_is_verified_on_the_website_goes_on_elsewhere(world: World) -> None:
    """Without proving it again, and for no longer than the proof it comes from."""
    web = world.chat("ada")
    world.clock.advance(hours=20)
    token = identity.pass_on(world.deps, web.id, "telegram").token
    chat = world.chat_at("77")
    assert "it's you" in chat.open_link(token).text
    assert web.proof is not None
    assert chat.proof is not None
    assert chat.proof.expires_at == web.proof.expires_at
    world.clock.advance(hours=4)
    assert "which e-mail address" in chat.say("when does it end?", END_DATE).text


def test_a_link_whose_proof_has_ended_is_refused(world: World) -> None:
    """Made five minutes before the proof on the website ended, opened six minutes later."""
    web = world.chat("ada")
    world.clock.advance(hours=23, minutes=55)
    token = identity.pass_on(world.deps, web.id, "telegram").token
    world.clock.advance(minutes=5)
    chat = world.chat_at("77")
    assert "no longer good" in chat.open_link(token).text
    assert chat.proof is None


def test_passing_on_makes_no_proof_younger(world: World) -> None:
    """A link can't turn a proof of this morning into a fresh one, however often it is passed on."""
    web = world.chat("ada")
    made_at = world.clock.now()
    world.clock.advance(hours=9)
    chat = world.chat_at("77")
    chat.open_link(identity.pass_on(world.deps, web.id, "telegram").token)
    assert chat.proof is not None
    assert chat.proof.proved_at == made_at
    again = world.slack()
    again.open_link(identity.pass_on(world.deps, chat.id, "slack").token)
    assert again.proof is not None
    assert again.proof.proved_at == made_at
    assert not again.proof.fresh(world.clock.now())


def test_where_nobody_is_verified_no_link_is_made(world: World) -> None:
    """Not for a stranger, not after logging out, not for an ended proof, not for an unknown chat."""
    stranger, out, ended = world.chat(), world.chat("ada"), world.chat("ada")
    out.say("log me out", LOG_OUT)
    for chat in (stranger, out):
        with pytest.raises(ConflictError):
            identity.pass_on(world.deps, chat.id, "telegram")
    world.clock.advance(hours=24)
    for conversation_id in (ended.id, "c_0"):
        with pytest.raises(ConflictError):
            identity.pass_on(world.deps, conversation_id, "telegram")


def test_a_removed_member_passes_nothing_on(world: World) -> None:
    """A removed member is nobody: not when the link is made, not when it is opened."""
    world.member("kim", Role.BILLING)
    web = world.chat()
    web.verify("kim@example.com")
    token = identity.pass_on(world.deps, web.id, "telegram").token
    members.remove(world.deps, "ada", "kim@example.com")
    chat = world.chat_at("77")
    assert "no longer good" in chat.open_link(token).text
    with pytest.raises(ConflictError):
        identity.pass_on(world.deps, web.id, "telegram")
