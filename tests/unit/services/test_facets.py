from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Understanding
from bot.domain.finding import YES, Facet, Outcome
from bot.domain.periods import Interval
from bot.domain.policies import Pausing, Policies, Rules
from bot.services import cases, facets, pause, turns
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, CHOOSE, PERSON, PRO, REASON, SKIP, STATUS, UNDO
from tests.unit.services.world import Chat, World


def known(chat: Chat) -> dict[Facet, tuple[str, ...]]:
    """What a conversation is found by."""
    with chat.world.store.begin() as work:
        return dict(work.finding.facets(chat.id))


def test_talk_alone_is_found_by_nothing(world: World) -> None:
    """A question that was understood and answered leaves nothing to look for."""
    chat = world.chat("ada")
    chat.say("when does it end?", STATUS)
    assert known(chat) == {}


def test_the_outcome_is_what_was_confirmed_last(world: World) -> None:
    """One at a time; the plans add up, by the names people know them by."""
    chat = world.chat("max")
    done = chat.say("cancel my Pro plan", CANCEL)
    assert known(chat) == {Facet.OUTCOME: ("cancelled",), Facet.PLAN: ("Pro",)}
    chat.press(done.button("undo"))
    assert known(chat)[Facet.OUTCOME] == ("undone",)
    chat.say("cancel the Basic plan", CANCEL)
    assert known(chat) == {Facet.OUTCOME: ("cancelled",), Facet.PLAN: ("Basic", "Pro")}


def test_what_was_only_asked_for_is_no_outcome(world: World) -> None:
    """Neither while it is open which plan is meant, nor for a stranger."""
    asked, stranger = world.chat("max"), world.chat()
    asked.say("cancel", CANCEL)
    stranger.say("cancel", CANCEL)
    assert (known(asked), known(stranger)) == ({}, {})
    asked.say("Team", CHOOSE)
    stranger.verify("ada@example.com")
    assert known(asked)[Facet.OUTCOME] == known(stranger)[Facet.OUTCOME] == ("cancelled",)


def test_a_pause_and_its_end(world: World) -> None:
    """Outcomes like any other."""
    world.deps = replace(
        world.deps, policies=Policies({"*": Rules({"pause": Pausing(Interval("3 months"))})})
    )
    chat = world.chat("ada")
    done = chat.say("can I pause instead?", pause.handle)
    assert known(chat)[Facet.OUTCOME] == ("paused",)
    chat.press(done.button("resume"))
    assert known(chat)[Facet.OUTCOME] == ("resumed",)


def test_every_kind_of_operation_has_an_outcome(world: World) -> None:
    """A new kind can't be forgotten."""
    chat = world.chat("ada")
    found: set[str] = set()
    with world.store.begin() as work:
        for kind in OperationKind:
            facets.confirmed(work, chat.id, kind, "Pro")
            found.add(*work.finding.facets(chat.id)[Facet.OUTCOME])
    assert found == {outcome.value for outcome in Outcome}


def test_with_billing_elsewhere_it_is_noted_once_it_is_done() -> None:
    """P9: not when it was promised."""
    world = RemoteWorld()
    world.customer("ada", PRO)
    chat = world.chat("ada")
    chat.say("when does it end?", STATUS)
    world.billing.away = True
    chat.say("cancel", CANCEL)
    assert Facet.OUTCOME not in known(chat)
    world.billing.away = False
    world.work(minutes=10)
    assert known(chat) == {Facet.OUTCOME: ("cancelled",), Facet.PLAN: ("Pro",)}


def test_reasons_are_the_known_ones(world: World) -> None:
    """Pressed or said; who skips the question has given none."""
    pressed, said, skipped = world.chat("ada"), world.chat("max"), world.chat("max")
    question = pressed.say("cancel", CANCEL)
    pressed.press(question.button("reason:unused"))
    assert known(pressed)[Facet.REASON] == ("unused",)
    said.say("cancel Pro", CANCEL)
    said.say("nothing that is on your list", REASON)
    skipped.say("cancel Team", CANCEL)
    skipped.say("skip", SKIP)
    assert Facet.REASON not in known(said)
    assert Facet.REASON not in known(skipped)


@pytest.mark.parametrize(("confidence", "noted"), [(0.59, True), (0.6, False), (1.0, False), (None, False)])
def test_what_was_understood_with_little_confidence(
    world: World, confidence: float | None, *, noted: bool
) -> None:
    """From the bot's answers, and from what was held for staff; it stays, whatever is said later."""
    held = world.chat("ada")
    held.say("a person please", PERSON)
    assert held.case is not None
    cases.reply(world.deps, held.case.id, "Hello.")
    inbox_id = held.accept("hm")
    held.prepare(inbox_id)
    turns.hold(world.deps, inbox_id, Understanding("greet", confidence))
    assert (known(held).get(Facet.LOW_CONFIDENCE) == (YES,)) is noted


def test_little_confidence_of_the_bots_own_answer(world: World) -> None:
    """One such message is enough."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hm")
    chat.prepare(inbox_id)
    chat.act(inbox_id, STATUS, key=0.4)
    chat.complete(inbox_id)
    chat.say("when does it end?", STATUS)
    assert known(chat) == {Facet.LOW_CONFIDENCE: (YES,)}


def test_handed_over(world: World) -> None:
    """It stays so after the case is closed; whose it was does not."""
    chat = world.chat("ada")
    chat.say("a person please", PERSON)
    assert chat.case is not None
    cases.reply(world.deps, chat.case.id, "Hello.")
    cases.close(world.deps, chat.case.id)
    assert known(chat) == {Facet.HANDED_OVER: (YES,)}


@pytest.mark.parametrize("before", [None, "talk_to_human", "complaint"])
def test_undone_as_a_mistake(world: World, before: str | None) -> None:
    """Whatever case there was before: also where that keeps a graver subject."""
    chat = world.chat("ada")
    if before is not None:
        chat.say("hm", PERSON if before == "talk_to_human" else lambda turn: cases.not_here_yet(turn, before))
    chat.say("cancel", CANCEL)
    chat.say("sorry, that was a mistake", UNDO)
    assert known(chat)[Facet.MISTAKE] == (YES,)
    assert known(chat)[Facet.HANDED_OVER] == (YES,)


def test_undone_without_a_word_is_no_mistake(world: World) -> None:
    """People change their minds."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    chat.press(done.button("undo"))
    assert Facet.MISTAKE not in known(chat)
