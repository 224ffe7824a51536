"""P2 and P9 where billing is elsewhere: whatever is said, lost, late, or done by staff, in whatever order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.subscriptions import Status
from bot.services import views
from tests.fixtures.fake_billing import Fault
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, PRO, STATUS, TEAM, UNDO

SAID = {
    "cancel": CANCEL,
    "cancel my Pro plan": CANCEL,
    "cancel everything": CANCEL,
    "undo": UNDO,
    "undo the Team plan": UNDO,
    "did it work?": STATUS,
}
#: What a subscription is once the last operation on it is confirmed.
LEAVES = {
    OperationKind.CANCEL: Status.CANCELLING,
    OperationKind.UNDO: Status.ACTIVE,
}


class Elsewhere(RuleBasedStateMachine):
    """Two customers in two chats each, a billing system that fails in every way it can, staff, and time."""

    @initialize()
    def begin(self) -> None:
        """Nothing has been said yet."""
        self.world = RemoteWorld()
        self.world.customer("ada", PRO)
        self.world.customer("max", BASIC, PRO, TEAM)
        self.chats = [self.world.chat(ref) for ref in ("ada", "ada", "max", "max")]
        self.by_staff: set[str] = set()

    @rule(
        chat=st.integers(0, 3),
        words=st.sampled_from(sorted(SAID)),
        faults=st.lists(st.sampled_from([None, *Fault]), max_size=4),
    )
    def say(self, chat: int, words: str, faults: list[Fault | None]) -> None:
        """Something is said, and the calls it makes may fail."""
        self.world.clock.advance(seconds=1)
        self.world.billing.faults = faults
        self.chats[chat].say(words, SAID[words])
        self.world.billing.faults = []

    @rule(chat=st.integers(0, 3), which=st.integers(0, 30))
    def press(self, chat: int, which: int) -> None:
        """A button shown at any time is pressed."""
        tokens = [token for item in self.chats[chat].transcript for _, _, token in item.buttons]
        if tokens:
            self.chats[chat].press(tokens[which % len(tokens)])

    @rule(away=st.booleans())
    def go(self, away: bool) -> None:
        """The billing system goes away or comes back."""
        self.world.billing.away = away

    @rule(ref=st.sampled_from(["ada-pro", "max-team"]), cancels=st.booleans(), heard=st.booleans())
    def staff(self, ref: str, cancels: bool, heard: bool) -> None:
        """Staff cancel or resume in the billing system itself; its message about that may be lost."""
        held = self.world.billing.get(ref)
        ends = self.world.clock.now() + timedelta(days=20)
        changed = (
            replace(held, status=Status.CANCELLING, ends_at=ends)
            if cancels
            else replace(held, status=Status.ACTIVE, ends_at=None)
        )
        self.world.billing.put(changed)
        self.by_staff.add(ref)
        if heard:
            with self.world.store.begin() as work:
                views.spoil(work, held.customer_ref)
                work.commit()

    @rule(minutes=st.sampled_from([0.5, 2, 30]))
    def wait(self, minutes: float) -> None:
        """Time passes, and jobs are done; what is late arrives before it is given up for good."""
        self.world.work(minutes=0.5)
        self.world.billing.arrive()
        self.world.work(minutes=minutes)

    @invariant()
    def one_effect_a_key(self) -> None:
        """And one receipt for each operation that is confirmed, none for any other."""
        keys = Counter(key for key, _ in self.world.billing.effects)
        assert not [key for key, times in keys.items() if times > 1]
        for ref in ("ada", "max"):
            ledger, receipts = self.world.ledger(ref), self.world.receipts(ref)
            confirmed = [item.id for item in ledger if item.state is OperationState.CONFIRMED]
            assert sorted(item.operation_id for item in receipts) == sorted(confirmed)

    def teardown(self) -> None:
        """In the end nothing is open, and each plan is what was said of it last, unless by staff."""
        if not hasattr(self, "world"):
            return
        self.world.billing.away = False
        for _ in range(3):
            self.world.work(minutes=0.5)
            self.world.billing.arrive()
            self.world.work(minutes=5)
        for ref in ("ada", "max"):
            ledger = self.world.ledger(ref)
            assert not [item for item in ledger if item.open]
            latest = {item.subscription_ref: item for item in ledger}
            for subscription_ref, item in latest.items():
                if subscription_ref not in self.by_staff and item.state is OperationState.CONFIRMED:
                    assert self.world.state(subscription_ref) is LEAVES[item.kind], item
            promised = [item for item in ledger if item.tell_later and item is latest[item.subscription_ref]]
            said = "".join(message.text for chat in self.chats for message in chat.transcript)
            for item in promised:
                receipt = next((r for r in self.world.receipts(ref) if r.operation_id == item.id), None)
                assert receipt is None or receipt.number in said


TestElsewhere = Elsewhere.TestCase
TestElsewhere.settings = settings(
    max_examples=60, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
)
