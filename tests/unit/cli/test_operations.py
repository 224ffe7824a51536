from __future__ import annotations

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Conversation
from bot.domain.outbox import Job
from bot.services import billing_away
from tests.fixtures import builders
from tests.fixtures.fakes import START
from tests.unit.cli.installation import Installation


def test_nothing_hangs(installation: Installation) -> None:
    """Said so."""
    done = installation.run("operations")
    assert (done.code, done.lines) == (0, ["Nothing hangs: the billing system has confirmed everything."])


def test_what_was_promised_while_nothing_was_known_hangs_too(installation: Installation) -> None:
    """With the number the customer has, until it has been gone on with; never in silence (P9)."""
    wish = builders.declaration(
        kind=OperationKind.CANCEL, customer_ref="demo-solo", number="D-4F7K-9M2Q", conversation_id="c_1"
    )
    with installation.deps.store.begin() as work:
        work.conversations.put(Conversation("c_1", "web", "c_1", "en", START, START))
        work.declarations.put(wish)
        job = Job("j_1", billing_away.GO_ON, "go_on:d_1", {"declaration": wish.id}, START)
        work.outbox.add(job)
        work.commit()
    lines = installation.run("operations").lines
    assert lines[1].split()[:3] == ["D-4F7K-9M2Q", "cancel", "demo-solo"]
    assert lines[1].endswith("what they have is not known yet")
    with installation.deps.store.begin() as work:
        work.outbox.done("j_1")
        work.commit()
    assert "Nothing hangs" in installation.run("operations").out
