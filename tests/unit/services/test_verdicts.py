from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cancellations import Operation
from bot.domain.conversations import Author, Message, ReplyKind
from bot.domain.receipts import Receipt
from bot.services import dossier, verdicts
from bot.services.dossier import Declared, Dossier
from bot.services.verdicts import Judgement, Verdict
from tests.fixtures.manners_talks import lexicons
from tests.unit.services.chat import Chat
from tests.unit.services.script import CANCEL, CHOOSE, REASON, UNCLEAR
from tests.unit.services.world import World

WORDS = tuple(lexicons().values())
ALL = [f"P{number}" for number in range(1, 9)]


def judged(
    world: World, found: Dossier, genuine: Callable[[Receipt], bool] = lambda _: True
) -> dict[str, Verdict]:
    """Each promise's verdict."""
    return {item.promise: item for item in verdicts.judge(world.deps, found, WORDS, genuine).verdicts}


def cancelled(world: World, customer: str = "ada") -> Chat:
    """A conversation that went as it should."""
    chat = world.chat(customer)
    chat.answer(chat.accept("I want to cancel"), CANCEL, intent="cancel")
    if customer == "max":
        chat.answer(chat.accept("Pro"), CHOOSE, intent="choose")
    chat.answer(chat.accept("too expensive"), REASON, intent="give_reason")
    return chat


def of(world: World, chat: Chat) -> Dossier:
    """What is kept of it."""
    return dossier.of(world.deps, chat.id)


def retold(world: World, chat: Chat, messages: Sequence[Message]) -> Dossier:
    """The same acts, with other words around them."""
    other = world.chat()
    with world.store.begin() as work:
        for message in messages:
            work.messages.add(replace(message, conversation_id=other.id))
        work.commit()
    return replace(of(world, chat), conversation=other.state)


def altered(
    found: Dossier, change: Callable[[Operation, Receipt | None], tuple[Operation, Receipt | None]]
) -> Dossier:
    """With other acts or receipts."""
    declared = [
        Declared(item.declaration, [change(*done) for done in item.operations], item.answers)
        for item in found.declared
    ]
    return replace(found, declared=declared)


@pytest.mark.parametrize("customer", ["ada", "max"])
def test_a_good_conversation_keeps_every_promise(world: World, customer: str) -> None:
    """One plan or one of three: all eight are touched, and kept."""
    found = judged(world, of(world, cancelled(world, customer)))
    assert list(found) == ALL
    assert {item.judgement for item in found.values()} == {Judgement.KEPT}


def test_where_nothing_was_done_nothing_is_claimed(world: World) -> None:
    """Talk alone has to do with manners only."""
    chat = world.chat("ada")
    chat.answer(chat.accept("hm"), UNCLEAR, intent="nlu_fallback")
    found = judged(world, of(world, chat))
    touched = [name for name, item in found.items() if item.judgement is not Judgement.NOT_TOUCHED]
    assert touched == ["P8"]


def test_p1_is_broken_by_a_long_way(world: World) -> None:
    """More messages before the receipt than one, a pick and a press; codes don't count."""
    chat = cancelled(world)
    wish, *others = chat.transcript
    asked = replace(wish, author=Author.BOT, text="Really?", inbox_id=None)
    yes = replace(wish, text="yes", inbox_id=None)
    code = replace(wish, text="[code]", inbox_id=None)
    assert judged(world, retold(world, chat, [wish, asked, yes, asked, code, *others]))["P1"].judgement is (
        Judgement.KEPT
    )
    long = judged(world, retold(world, chat, [wish, *([asked, yes] * 3), *others]))["P1"]
    assert (long.judgement, long.why) == (Judgement.BROKEN, "It took 4 messages to cancel.")


def test_p2_is_broken_by_a_second_act(world: World) -> None:
    """In the same generation, or under one number."""
    found = of(world, cancelled(world))
    (declared,) = found.declared
    twice = replace(found, declared=[replace(declared, operations=[*declared.operations] * 2)])
    verdict = judged(world, twice)["P2"]
    assert verdict.judgement is Judgement.BROKEN
    assert "twice" in verdict.why
    assert "stands for two acts" in verdict.why


def test_p3_is_broken_by_anothers_subscription(world: World) -> None:
    """What one customer declared is done to their own only."""
    found = of(world, cancelled(world))
    others = altered(found, lambda done, receipt: (replace(done, customer_ref="max"), receipt))
    assert judged(world, others)["P3"].judgement is Judgement.BROKEN


def test_p4_is_broken_by_a_later_time(world: World) -> None:
    """The receipt states when it was said."""
    found = of(world, cancelled(world))
    (declared,) = found.declared
    earlier = replace(declared.declaration, arrived_at=declared.declaration.arrived_at - timedelta(minutes=1))
    late = replace(found, declared=[replace(declared, declaration=earlier)])
    assert judged(world, late)["P4"].judgement is Judgement.BROKEN


def test_p5_is_broken_by_asking_before_or_twice(world: World) -> None:
    """The exit question comes once, after the confirmation."""
    chat = cancelled(world)
    question = next(item for item in chat.transcript if item.kind is ReplyKind.EXIT_QUESTION)
    assert question.receipt is None
    wish, *others = chat.transcript
    before = judged(world, retold(world, chat, [wish, question, *others]))["P5"]
    assert before.judgement is Judgement.BROKEN
    assert "before the confirmation" in before.why
    again = judged(world, retold(world, chat, [wish, *others, question]))["P5"]
    assert again.why == "The exit question was asked more than once for a declaration."


def test_p6_is_broken_without_proof(world: World) -> None:
    """No receipt, one nobody can read, one that we did not sign, or one of another number."""
    found = of(world, cancelled(world))

    def with_receipt(change: Callable[[Receipt], Receipt | None]) -> Dossier:
        return altered(found, lambda done, kept: (done, change(kept) if kept else None))

    for broken, why in (
        (with_receipt(lambda _: None), "has no receipt"),
        (with_receipt(lambda kept: replace(kept, jws="a.b.c")), "does not prove"),
        (with_receipt(lambda kept: replace(kept, jws="nothing")), "does not prove"),
        (with_receipt(lambda kept: replace(kept, number="R-9999")), "another number"),
    ):
        verdict = judged(world, broken)["P6"]
        assert verdict.judgement is Judgement.BROKEN
        assert why in verdict.why
    assert "does not prove" in judged(world, found, lambda _: False)["P6"].why


def test_p7_is_broken_without_a_way_back(world: World) -> None:
    """Undo is there for a week, and told."""
    chat = cancelled(world)
    bare = [replace(item, buttons=()) for item in chat.transcript]
    verdict = judged(world, retold(world, chat, bare))["P7"]
    assert verdict.judgement is Judgement.BROKEN
    assert "without a way back" in verdict.why


def test_p8_is_broken_by_pressure(world: World) -> None:
    """What the bot said, not what anybody else did."""
    chat = cancelled(world)
    last = chat.transcript[-1]
    for author, judgement in ((Author.BOT, Judgement.BROKEN), (Author.CUSTOMER, Judgement.KEPT)):
        hurry = replace(last, author=author, text="Hurry", buttons=(), kind=ReplyKind.TEXT, inbox_id=None)
        assert judged(world, retold(world, chat, [*chat.transcript, hurry]))["P8"].judgement is judgement
