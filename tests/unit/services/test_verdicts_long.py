"""Judging a long conversation: by its last messages, which is said, and without blaming it for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.conversations import Author, Message, ReplyKind
from bot.domain.declarations import DECLARATIONS_SHOWN
from bot.services import dossier, verdicts
from bot.services.dossier import Dossier
from bot.services.verdicts import LAST, Judged, Judgement
from tests.fixtures.builders import message
from tests.unit.services.chat import Chat
from tests.unit.services.script import CANCEL
from tests.unit.services.test_verdicts import WORDS, cancelled, retold
from tests.unit.services.world import World


def judged(world: World, found: Dossier) -> Judged:
    """By receipts that are ours."""
    return verdicts.judge(world.deps, found, WORDS, lambda _: True)


def states(found: Judged) -> dict[str, Judgement]:
    """Each promise's judgement."""
    return {item.promise: item.judgement for item in found.verdicts}


def chatter(chat: Chat, count: int, author: Author = Author.STAFF) -> list[Message]:
    """What nobody can hold against anybody."""
    return [message(chat.id, "Hm", author=author) for _ in range(count)]


def long(world: World, chat: Chat, messages: Sequence[Message], total: int) -> Dossier:
    """Messages, and staff who go on until there are so many."""
    return retold(world, chat, [*messages, *chatter(chat, total - len(messages))])


@pytest.mark.parametrize(("total", "of_last"), [(LAST - 1, None), (LAST, None), (LAST + 1, LAST)])
def test_it_says_of_how_many(world: World, total: int, of_last: int | None) -> None:
    """Where more was said than is judged, and only there."""
    chat = world.chat("ada")
    assert judged(world, long(world, chat, chatter(chat, 1), total)).of_last == of_last


def test_what_was_said_before_is_judged_no_more(world: World) -> None:
    """Of the acts and their receipts everything is; of the way there nothing is claimed."""
    chat = cancelled(world)
    rude = replace(chat.transcript[-1], text="Hurry", author=Author.BOT, buttons=(), inbox_id=None)
    said = [rude, *chat.transcript]
    seen = judged(world, long(world, chat, said, LAST))
    assert states(seen)["P8"] is Judgement.BROKEN
    found = judged(world, long(world, chat, said, LAST + len(said)))
    assert found.of_last == LAST
    kept = {"P2", "P3", "P4", "P6"}
    assert {name for name, state in states(found).items() if state is Judgement.KEPT} == kept
    assert {name for name, state in states(found).items() if state is Judgement.BROKEN} == set()


def test_a_cut_between_receipt_and_question_is_nobodys_fault(world: World) -> None:
    """The question came after the confirmation, which is no longer looked at."""
    chat = cancelled(world)
    question = next(item for item in chat.transcript if item.kind is ReplyKind.EXIT_QUESTION)
    at = next(place for place, item in enumerate(chat.transcript) if item.receipt is not None)
    head = [*chat.transcript[: at + 1], *chatter(chat, 1, Author.CUSTOMER), question]
    found = judged(world, long(world, chat, head, LAST + at + 1))
    assert found.of_last == LAST
    assert states(found)["P5"] is Judgement.NOT_TOUCHED
    assert Judgement.BROKEN not in states(found).values()


def test_what_the_bot_says_first_belongs_to_what_is_not_judged(world: World) -> None:
    """It answered somebody: without them it might look out of place."""
    chat = world.chat("ada")
    answer = replace(message(chat.id, "Hurry"), author=Author.BOT)
    said = [*chatter(chat, 3, Author.CUSTOMER), answer, answer]
    found = judged(world, long(world, chat, said, LAST + 3))
    assert found.of_last == LAST - 2
    assert states(found)["P8"] is Judgement.NOT_TOUCHED


def test_a_wish_within_the_last_messages_is_judged_whole(world: World) -> None:
    """However much was said before it, and though an earlier one is cut off."""
    chat = cancelled(world)
    before = [replace(item, inbox_id=None) for item in chat.transcript]
    wish, *others = chat.transcript
    said = [*before, *chatter(chat, LAST), wish, *others]
    assert set(states(judged(world, retold(world, chat, said))).values()) == {Judgement.KEPT}
    question = next(item for item in others if item.kind is ReplyKind.EXIT_QUESTION)
    early = [*before, *chatter(chat, LAST), wish, question, *others]
    assert states(judged(world, retold(world, chat, early)))["P5"] is Judgement.BROKEN


def test_many_wishes_are_many_questions(world: World) -> None:
    """Somebody who cancels and undoes more often than is shown was still asked once each time."""
    chat = world.chat("ada")
    for _ in range(DECLARATIONS_SHOWN + 2):
        said = chat.answer(chat.accept("cancel"), CANCEL, intent="cancel")
        chat.press(said.button("undo"))
        world.clock.advance(minutes=1)
    found = dossier.of(world.deps, chat.id)
    assert len(found.declared) == DECLARATIONS_SHOWN
    asked = [item for item in chat.transcript if item.kind is ReplyKind.EXIT_QUESTION]
    assert len(asked) > DECLARATIONS_SHOWN
    assert states(judged(world, found))["P5"] is Judgement.KEPT
