"""P1 and P8, walked exhaustively: from every state a conversation can be in, "cancel" is all it takes."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from bot.domain.cases import CaseState
from bot.domain.conversations import Author
from bot.domain.periods import Interval
from bot.domain.policies import Pausing, Policies, Rules
from bot.domain.subscriptions import Subscription
from bot.services import cases, pause, withdraw
from tests.fixtures.memory_store import MemoryStore
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import (
    BASIC,
    CANCEL,
    CHOOSE,
    DAY_PASS,
    END_DATE,
    NO,
    PERSON,
    PRO,
    REASON,
    SKIP,
    STATUS,
    UNCLEAR,
    UNDO,
    YES,
)  # fmt: skip
from tests.unit.services.world import Chat, World

#: What somebody may say, and what it is understood as; presses of what is shown come on top.
SAID = {
    "I want to cancel": CANCEL,
    "cancel everything": CANCEL,
    "cancel it on 31 December 2020": CANCEL,
    "undo": UNDO,
    "yes": YES,
    "no": NO,
    "skip": SKIP,
    "too expensive": REASON,
    "the Pro plan": CHOOSE,
    "did it work?": STATUS,
    "when does it end?": END_DATE,
    "qwertz": UNCLEAR,
    "a person please": PERSON,
    "can I pause?": pause.handle,
    "I withdraw": withdraw.handle,
}
HOLDINGS = {
    "one plan": [PRO],
    "two plans": [BASIC, PRO],
    "one that ends at once": [DAY_PASS],
    "one of each": [PRO, DAY_PASS],
}
POLICIES = Policies({"*": Rules({"pause": Pausing(Interval("3 months"))})})
#: How many messages lead to a state: so many here, and two more in `make soak`, until nothing new is found.
DEPTHS = [3, pytest.param(5, marks=pytest.mark.soak)]

Move = tuple[str, str]


@dataclass
class Walk:
    """A conversation of a verified customer, and how it got where it is."""

    world: World
    chat: Chat

    def go(self, move: Move) -> None:
        """Says or presses one thing."""
        self.world.clock.advance(seconds=3)
        what, which = move
        if what == "say":
            self.chat.say(which, SAID[which])
        else:
            self.chat.press(self.shown()[which])

    def shown(self) -> dict[str, str]:
        """The buttons of the bot's last words, by name."""
        last = []
        for message in reversed(self.chat.transcript):
            if message.author is Author.CUSTOMER:
                break
            last.append(message)
        return {name: token for message in reversed(last) for name, _, token in message.buttons}

    def moves(self) -> list[Move]:
        """Everything that can be done next."""
        return [*(("say", words) for words in SAID), *(("press", name) for name in self.shown())]

    def state(self) -> tuple[object, ...]:
        """What the next answer depends on."""
        now, question = self.chat.state, self.chat.question
        said = [item for item in self.chat.declarations if item.id == now.declaration_id]
        waiting = [(item.kind, item.state) for item in said]
        held = [(item.plan.ref, item.status) for item in self.held()]
        case = self.chat.case
        return (
            now.awaiting, now.purpose, tuple(waiting), now.clarified,
            question.state if question is not None else None,
            case.state if case is not None else None,
            tuple(sorted(held)), tuple(sorted(self.shown())),
        )  # fmt: skip

    def held(self) -> list[Subscription]:
        """What the customer holds."""
        return [self.world.subscription(ref) for ref in self.refs]

    refs: tuple[str, ...] = ()

    def remember(self) -> Callable[[], None]:
        """Returns what brings everything back to how it is now: one walk is many."""
        store, clock, ids = self.world.store, self.world.clock, self.world.ids
        assert isinstance(store, MemoryStore)
        tables, time, counted = store.tables.copy(), clock.time, copy.deepcopy(ids.__dict__)
        elsewhere = self.world.billing if isinstance(self.world, RemoteWorld) else None
        held = copy.deepcopy(elsewhere._held) if elsewhere is not None else {}
        effects = list(elsewhere.effects) if elsewhere is not None else []

        def back() -> None:
            store.tables, clock.time = tables.copy(), time
            ids.__dict__.update(copy.deepcopy(counted))
            if elsewhere is not None:
                elsewhere._held, elsewhere.effects = dict(held), list(effects)

        return back


def begin(world: Callable[[], World], holding: str) -> Walk:
    """A new company with one customer, who is signed in."""
    made = world()
    made.deps = replace(made.deps, policies=POLICIES)
    plans = HOLDINGS[holding]
    made.customer("ada", *plans, withdrawal_until=made.clock.now().replace(year=2027))
    return Walk(made, made.chat("ada"), tuple(f"ada-{plan.ref}" for plan in plans))


def every_state(walk: Walk, depth: int) -> Iterator[tuple[Move, ...]]:
    """Brings the walk into each state that can be reached, and tells the way there."""
    seen: set[tuple[object, ...]] = set()
    ways: deque[tuple[tuple[Move, ...], Callable[[], None]]] = deque([((), walk.remember())])
    while ways:
        way, back = ways.popleft()
        back()
        if walk.state() in seen:
            continue
        seen.add(walk.state())
        yield way
        back()
        if len(way) < depth:
            for move in walk.moves():
                back()
                walk.go(move)
                if walk.state() not in seen:
                    ways.append(((*way, move), walk.remember()))


def cancels(walk: Walk) -> int:
    """How many messages and presses it takes from here until something is cancelled; 9 is never."""
    done = len(walk.world.ledger("ada"))
    walk.go(("say", "I want to cancel"))
    for taken in range(1, 4):
        if len(walk.world.ledger("ada")) > done and walk.world.ledger("ada")[-1].kind == "cancel":
            return taken
        offered = [name for name in walk.shown() if name.startswith("cancel:") or name == "cancel_now"]
        if not offered:
            return 9
        walk.go(("press", offered[0]))
    return 9


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("world", [World, RemoteWorld])
@pytest.mark.parametrize("holding", HOLDINGS)
def test_cancel_confirms_from_every_state(world: Callable[[], World], holding: str, depth: int) -> None:
    """One message; with several plans two, and one press more for what can't be undone. Never a loop."""
    states, walk = 0, begin(world, holding)
    for way in every_state(walk, depth):
        running = [item for item in walk.held() if item.cancellable]
        if not running:
            continue
        states += 1
        final = any(item.plan.ref == "pass" for item in running)
        assert cancels(walk) <= 1 + (len(running) > 1) + final, way
    assert states > 10


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("holding", HOLDINGS)
def test_while_a_person_is_in_charge_nothing_is_cancelled(holding: str, depth: int) -> None:
    """From every state in which staff may have taken over (P10)."""
    walk = begin(World, holding)
    for way in every_state(walk, depth):
        walk.chat.say("a person please", PERSON)
        assert walk.chat.case is not None
        cases.reply(walk.world.deps, walk.chat.case.id, "Hello, this is Kim.")
        assert walk.chat.case.state is CaseState.ACCEPTED
        before = len(walk.world.ledger("ada"))
        walk.chat.hold("I want to cancel", "cancel")
        assert len(walk.world.ledger("ada")) == before, way
