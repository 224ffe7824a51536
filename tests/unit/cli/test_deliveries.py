from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Author, Conversation, Message, ReplyKind
from bot.domain.deliveries import Delivery, DeliveryState
from bot.services import deliveries
from bot.services.dependencies import Dependencies
from tests.unit.cli.installation import Installation

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
DEAD, DOUBTFUL, SENT = DeliveryState.DEAD, DeliveryState.DOUBTFUL, DeliveryState.SENT


def put(installation: Installation, *found: Delivery) -> None:
    """Messages, and how they stand."""
    with installation.deps.store.begin() as work:
        for item in found:
            name = item.conversation_id
            if work.conversations.get(name) is None:
                work.conversations.put(Conversation(name, item.channel, name, "en", AT, AT))
            work.messages.add(Message(name, 0, Author.BOT, ReplyKind.TEXT, "text", AT))
            work.deliveries.add(item)
        work.commit()


def delivery(seq: int, state: DeliveryState, name: str = "c_1", **fields: object) -> Delivery:
    """One."""
    plain = Delivery(name, seq, "telegram", AT, state=state, fault="blocked")
    return replace(plain, **fields)  # type: ignore[arg-type]  # a test names fields by name


def states(installation: Installation, *seqs: int) -> list[str]:
    """How some stand."""
    with installation.deps.store.begin() as work:
        found = [work.deliveries.get("c_1", seq) for seq in seqs]
    return [item.state.value for item in found if item is not None]


def test_nothing_is_lost(installation: Installation) -> None:
    """Said so, and no table without rows."""
    put(installation, delivery(1, SENT), delivery(2, DeliveryState.WAITING))
    for command in (["deliveries"], ["deliveries", "list"]):
        done = installation.run(*command)
        assert (done.code, done.lines) == (0, ["Everything was delivered, or is on its way."])


def test_what_is_lost_is_listed(installation: Installation) -> None:
    """Oldest first, with everything to decide by, in the company's time; never with what was said."""
    put(
        installation,
        delivery(1, DEAD, tries=200, fault="the platform is away", run_at=AT + timedelta(days=1)),
        delivery(2, DOUBTFUL, fault=None),
        delivery(3, SENT),
        delivery(1, DEAD, "c_2", channel="slack"),
    )
    done = installation.run("deliveries")
    # Half past eleven in UTC is half past midnight in Berlin.
    assert [re.split(" {2,}", line) for line in done.lines] == [
        ["id", "channel", "state", "tries", "since", "why"],
        ["c_1:2", "telegram", "doubtful", "0", "2026-11-23 00:30", "-"],
        ["c_2:1", "slack", "dead", "0", "2026-11-23 00:30", "blocked"],
        ["c_1:1", "telegram", "dead", "200", "2026-11-24 00:30", "the platform is away"],
    ]
    assert installation.run("deliveries", "list").out == done.out


def test_a_dead_letter_is_sent_again(installation: Installation) -> None:
    """One, or several."""
    put(installation, *(delivery(seq, DEAD) for seq in (1, 2, 3)))
    done = installation.run("deliveries", "resend", "c_1:3", "c_1:1")
    assert (done.code, done.lines) == (0, ["2 back on their way."])
    assert states(installation, 1, 2, 3) == ["waiting", "dead", "waiting"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--all"),
        (["c_1:1"], "c_1:1 is doubtful, not dead"),
        (["c_1:2"], "c_1:2 is sent, not dead"),
        (["c_1:9"], "there is no delivery c_1:9"),
        (["c_1"], "'c_1' is not an id"),
        ([":1"], "':1' is not an id"),
        (["c_1:-1"], "is not an id"),
        (["c_1:\u0661"], "is not an id"),
        (["c_1:3", "nonsense"], "'nonsense' is not an id"),
    ],
)
def test_what_can_not_be_sent_again(installation: Installation, arguments: list[str], said: str) -> None:
    """One line that says why; what is doubtful may have arrived (P5), and a slip sends nothing."""
    put(installation, delivery(1, DOUBTFUL), delivery(2, SENT), delivery(3, DEAD))
    code, line = installation.run("deliveries", "resend", *arguments).fault
    assert code == 1
    assert said in line
    assert states(installation, 1, 2, 3) == ["doubtful", "sent", "dead"]


def test_all_dead_letters_are_sent_again(installation: Installation) -> None:
    """However many there are, also behind many that are doubtful; those stay."""
    put(installation, *(delivery(seq, DOUBTFUL) for seq in range(1, 202)))
    put(installation, *(delivery(seq, DEAD, run_at=AT + timedelta(days=1)) for seq in range(202, 208)))
    done = installation.run("deliveries", "resend", "--all")
    assert (done.code, done.lines) == (0, ["6 back on their way."])
    assert set(states(installation, *range(1, 202))) == {"doubtful"}
    assert set(states(installation, *range(202, 208))) == {"waiting"}
    assert installation.run("deliveries", "resend", "--all").lines == ["0 back on their way."]


def test_what_is_refused_again_at_once_is_not_sent_for_ever(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app runs meanwhile, and the customer has blocked the bot."""
    put(installation, delivery(1, DEAD), delivery(2, DEAD))
    again, sent = deliveries.send_again, []

    def refused_at_once(deps: Dependencies, conversation_id: str, seq: int) -> None:
        again(deps, conversation_id, seq)
        sent.append(seq)
        assert len(sent) < 10
        with deps.store.begin() as work:
            work.deliveries.put(delivery(seq, DEAD))
            work.commit()

    monkeypatch.setattr(deliveries, "send_again", refused_at_once)
    done = installation.run("deliveries", "resend", "--all")
    assert (done.lines, sent) == (["2 back on their way."], [1, 2])
