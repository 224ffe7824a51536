"""P2: whatever the order of words, presses and repeated requests, one effect and one receipt a generation."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.cancellations import OperationKind
from bot.domain.subscriptions import Status
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, NO, PRO, UNDO, YES
from tests.unit.services.world import Chat, World


def test_two_chats_racing_get_one_cancellation_and_the_same_answer(world: World) -> None:
    """Said in both before either was carried out: one operation, one receipt, one exit question."""
    chat, other = world.chat("ada"), world.chat("ada")
    first, second = chat.accept("cancel"), other.accept("cancel")
    world.clock.advance(seconds=1)
    done, joined = chat.answer(first, CANCEL), other.answer(second, CANCEL)
    assert joined.messages[0].text == done.messages[0].text
    assert joined.numbers == done.numbers
    assert (len(world.ledger("ada")), len(world.receipts("ada"))) == (1, 1)


def test_two_chats_racing_for_everything_get_the_same_receipts(world: World) -> None:
    """The same with three subscriptions."""
    chat, other = world.chat("max"), world.chat("max")
    first, second = chat.accept("cancel everything"), other.accept("cancel everything")
    world.clock.advance(seconds=1)
    done, joined = chat.answer(first, CANCEL), other.answer(second, CANCEL)
    assert joined.numbers == done.numbers
    assert len(world.ledger("max")) == 3


def test_cancel_undo_cancel_opens_a_generation_each_time(world: World) -> None:
    """Each with a receipt of its own, and an idempotency key of its own at the provider."""
    chat = world.chat("ada")
    for words, handler in (("cancel", CANCEL), ("undo", UNDO), ("cancel", CANCEL)):
        chat.say(words, handler)
    ledger = world.ledger("ada")
    assert [operation.idempotency_key for operation in ledger] == ["ada-pro:1", "ada-pro:2", "ada-pro:3"]
    assert len({receipt.number for receipt in world.receipts("ada")}) == 3
    assert world.state("ada-pro") is Status.CANCELLING


def test_a_receipts_number_is_never_given_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is taken is drawn again."""
    numbers = iter(["R-1", "R-1", "R-1", "R-2"])
    monkeypatch.setattr(world.ids, "number", lambda _: next(numbers))
    world.chat("max").say("cancel Basic and Pro", CANCEL)
    assert [receipt.number for receipt in world.receipts("max")] == ["R-1", "R-2"]


WORDS = {
    "cancel": CANCEL,
    "cancel my Pro plan": CANCEL,
    "cancel everything": CANCEL,
    "undo": UNDO,
    "undo everything": UNDO,
    "undo my Basic plan": UNDO,
    "Pro": CHOOSE,
    "yes": YES,
    "no": NO,
}


class Leaving(RuleBasedStateMachine):
    """A customer with two plans and two chats, saying and pressing anything in any order, some twice."""

    @initialize()
    def begin(self) -> None:
        """Everything runs."""
        self.world = World()
        self.world.customer("max", BASIC, PRO)
        self.chats = [self.world.chat("max"), self.world.chat("max")]
        self.tokens: list[tuple[Chat, str]] = []
        self.acted: list[tuple[Chat, str]] = []

    @rule(where=st.integers(0, 1), words=st.sampled_from(sorted(WORDS)), wait=st.integers(0, 90))
    def say(self, where: int, words: str, wait: int) -> None:
        """Something is said and carried out."""
        self.world.clock.advance(minutes=wait)
        chat = self.chats[where]
        inbox_id = chat.accept(words)
        self._take(chat, inbox_id, words)

    @rule(words=st.lists(st.sampled_from(sorted(WORDS)), min_size=2, max_size=2))
    def race(self, words: list[str]) -> None:
        """Something is said in both chats before either is carried out."""
        self.world.clock.advance(minutes=1)
        entries = [chat.accept(said) for chat, said in zip(self.chats, words, strict=True)]
        for chat, entry, said in zip(self.chats, entries, words, strict=True):
            self._take(chat, entry, said)

    @rule(which=st.integers(0, 10_000))
    def press(self, which: int) -> None:
        """A button shown at any time is pressed, perhaps not for the first time."""
        if self.tokens:
            self.world.clock.advance(minutes=1)
            chat, token = self.tokens[which % len(self.tokens)]
            self._take(chat, chat.accept(button=token), None)

    @rule(which=st.integers(0, 10_000))
    def repeat(self, which: int) -> None:
        """A turn of before is asked for again: Rasa timed out, or a process died before it completed."""
        if self.acted:
            chat, inbox_id = self.acted[which % len(self.acted)]
            before = self.world.ledger("max")
            chat.act(inbox_id, CANCEL)
            chat.complete(inbox_id)
            assert self.world.ledger("max") == before

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        """Time passes; proofs expire, and so may periods. The customer signs in anew in a fresh chat."""
        self.world.clock.advance(days=days)
        self.chats[0] = self.world.chat("max")

    @invariant()
    def one_operation_a_generation(self) -> None:
        """Generations count from 1 without a gap and without a second of any."""
        ledger = self.world.ledger("max")
        assert all(count == 1 for count in Counter(item.idempotency_key for item in ledger).values())
        for ref in ("max-basic", "max-pro"):
            generations = [item.generation for item in ledger if item.subscription_ref == ref]
            assert generations == list(range(1, len(generations) + 1))

    @invariant()
    def one_receipt_an_operation(self) -> None:
        """Every operation is proved, once."""
        operations = [item.id for item in self.world.ledger("max")]
        assert [receipt.operation_id for receipt in self.world.receipts("max")] == operations

    @invariant()
    def cancel_and_undo_take_turns(self) -> None:
        """Nothing is cancelled twice without an undo between."""
        for ref in ("max-basic", "max-pro"):
            kinds = [item.kind for item in self.world.ledger("max") if item.subscription_ref == ref]
            turns = [OperationKind.CANCEL, OperationKind.UNDO] * len(kinds)
            assert kinds == turns[: len(kinds)]

    @invariant()
    def the_book_is_what_the_ledger_says(self) -> None:
        """The last operation decides."""
        for ref in ("max-basic", "max-pro"):
            last = [item.kind for item in self.world.ledger("max") if item.subscription_ref == ref][-1:]
            running = self.world.state(ref) is Status.ACTIVE
            assert running is (last != [OperationKind.CANCEL])

    def _take(self, chat: Chat, inbox_id: str, words: str | None) -> None:
        replies = chat.answer(inbox_id, WORDS[words] if words is not None else None)
        shown = [(chat, token) for message in replies.messages for _, _, token in message.buttons]
        self.tokens += shown
        if words is not None:
            self.acted.append((chat, inbox_id))


Leaving.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLeaving = Leaving.TestCase
