from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.conversations import RenderedReply, ReplyKind
from bot.domain.deliveries import MAX_TRIES, DeliveryState
from bot.services import deliveries
from channels.contract import NotSentError, RefusedError
from gateway.deliveries import split
from tests.unit.gateway.post import Post
from tests.unit.gateway.support import QUICK, until

TEXT, QUESTION = ReplyKind.TEXT, ReplyKind.EXIT_QUESTION


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """Running."""
    made = Post(tmp_path)
    async with made.app.router.lifespan_context(made.app):
        yield made


async def test_what_is_said_arrives_in_order_and_once(post: Post) -> None:
    """With its buttons, in the conversation's language for what a channel adds."""
    post.says((TEXT, "one"), (TEXT, "two"))
    post.says((TEXT, "three"))
    await until(lambda: post.channel.texts() == ["one", "two", "three"])
    assert post.channel.sent[0][1].locale == "de"
    assert post.channel.sent[0][1].buttons == (("skip", "Skip", "t"),)
    await until(lambda: post.states(3) == [DeliveryState.SENT] * 3)
    await until(lambda: post.outcomes("sent") == 3)


async def test_the_web_is_sent_nothing(post: Post) -> None:
    """It fetches: there is no delivery at all."""
    post.says((TEXT, "one"), channel="web")
    with post.deps.store.begin() as work:
        assert work.deliveries.get("c_1", 1) is None


async def test_asked_to_wait_it_waits_in_its_place(post: Post) -> None:
    """Nothing overtakes in its conversation, others go on, and being told to wait is no failed try."""
    post.channel.script.append(NotSentError("flood", retry_after=30))
    post.says((TEXT, "one"), (TEXT, "two"))
    await until(lambda: post.delivery(1).fault == "flood")
    post.says((TEXT, "hello"), address="2")
    await until(lambda: post.channel.texts("2") == ["hello"])
    assert post.channel.texts() == []
    assert post.delivery(1).tries == 0

    post.clock.advance(seconds=31)
    await until(lambda: post.channel.texts() == ["one", "two"])


async def test_refused_for_good_the_next_has_its_turn(post: Post) -> None:
    """A dead letter is listed with its reason and can be sent again."""
    post.channel.script.append(RefusedError("blocked"))
    post.says((TEXT, "one"), (TEXT, "two"))
    await until(lambda: post.channel.texts() == ["two"])
    assert [(item.seq, item.fault) for item in deliveries.undelivered(post.deps)] == [(1, "blocked")]

    deliveries.send_again(post.deps, "c_1", 1)
    await until(lambda: post.channel.texts() == ["two", "one"])
    await until(lambda: post.outcomes("refused") == 1)


async def test_in_doubt_a_text_goes_again_and_the_question_does_not(post: Post) -> None:
    """At least once for what must be known; at most once for the exit question (P5)."""
    post.channel.script.extend([TimeoutError(), TimeoutError()])
    post.says((TEXT, "one"), (QUESTION, "why?"), (TEXT, "two"))
    await until(lambda: post.delivery(1).tries == 1)
    # The second time-out is met by whichever comes next: the text once more.
    post.clock.advance(seconds=2)
    await until(lambda: post.delivery(1).tries == 2)
    post.channel.script.append(TimeoutError())
    post.clock.advance(seconds=4)
    await until(lambda: post.delivery(1).tries == 3)
    post.channel.script.clear()
    post.clock.advance(seconds=10)
    await until(lambda: post.channel.texts() == ["one", "why?", "two"])


async def test_a_question_in_doubt_is_not_asked_again(post: Post) -> None:
    """Doubtful it stays, and staff can't send it again either."""
    post.channel.script.append(TimeoutError())
    post.says((QUESTION, "why?"), (TEXT, "two"))
    await until(lambda: post.channel.texts() == ["two"])
    assert post.delivery(1).state is DeliveryState.DOUBTFUL
    with pytest.raises(Exception, match="doubtful"):
        deliveries.send_again(post.deps, "c_1", 1)
    post.clock.advance(hours=24)
    post.says((TEXT, "three"))
    await until(lambda: post.channel.texts() == ["two", "three"])


async def test_a_question_that_was_refused_may_go_again(post: Post) -> None:
    """The platform said that it did not take it: there is no doubt."""
    post.channel.script.append(NotSentError("no connection"))
    post.says((QUESTION, "why?"))
    await until(lambda: post.delivery(1).tries == 1)
    assert not post.delivery(1).begun
    post.clock.advance(seconds=2)
    await until(lambda: post.channel.texts() == ["why?"])


def test_not_for_ever(tmp_path: Path) -> None:
    """After about a day of tries it is a dead letter, and what is behind it has its turn."""
    post = Post(tmp_path)
    post.says((TEXT, "one"), (TEXT, "two"))
    began = post.clock.now()
    while (taken := deliveries.lease(post.deps, "app", QUICK.delivery_lease, 1)[0]).delivery.seq == 1:
        left = deliveries.not_sent(post.deps, taken, "app", "no connection")
        post.clock.time = max(left.run_at, post.clock.now())
    assert post.delivery(1).state is DeliveryState.DEAD
    assert post.delivery(1).tries == MAX_TRIES
    assert timedelta(hours=12) < post.clock.now() - began < timedelta(hours=36)


async def test_a_dead_process_leaves_its_lease(tmp_path: Path) -> None:
    """Its text is sent by another one when the lease has run out; its question, begun, is not (P5)."""
    post = Post(tmp_path)
    post.says((TEXT, "one"))
    post.says((QUESTION, "why?"), address="2")
    assert len(deliveries.lease(post.deps, "the dead", QUICK.delivery_lease, 10)) == 2
    async with post.app.router.lifespan_context(post.app):
        post.says((TEXT, "hello"), address="3")
        await until(lambda: post.channel.texts("3") == ["hello"])
        assert post.channel.texts() == []
        post.clock.advance(seconds=QUICK.delivery_lease.total_seconds())
        await until(lambda: post.channel.texts() == ["one"])
        await until(lambda: post.delivery(1, "c_2").state is DeliveryState.DOUBTFUL)
    assert post.channel.texts("2") == []


async def test_parts_that_have_arrived_are_not_sent_again(post: Post) -> None:
    """A long message is split at words; after a fault in the middle it goes on from there."""
    post.channel.script.extend([None, TimeoutError()])
    post.says((TEXT, "a long text that has, all in all, several parts"), (TEXT, "two"))
    await until(lambda: post.delivery(1).tries == 1)
    assert post.delivery(1).parts_sent == 1

    post.clock.advance(seconds=2)
    await until(lambda: post.channel.texts()[-1] == "two")
    assert post.channel.texts() == ["a long text that", "has, all in all,", "several parts", "two"]
    assert [bool(reply.buttons) for _, reply in post.channel.sent] == [False, False, True, True]


async def test_a_channel_that_is_not_connected_keeps_what_waits(post: Post) -> None:
    """Its messages go once it is connected again."""
    post.says((TEXT, "one"), channel="pigeons")
    await until(lambda: post.delivery(1).fault == "the channel is not connected")
    assert post.delivery(1).state is DeliveryState.WAITING


async def test_what_is_being_sent_arrives_before_the_end(tmp_path: Path) -> None:
    """A stop waits for it, and what was said last goes out too."""
    post = Post(tmp_path)
    post.channel.gate = asyncio.Event()
    async with post.app.router.lifespan_context(post.app):
        post.says((TEXT, "one"))
        await until(lambda: post.channel.tried == 1)
        post.channel.gate.set()
    assert post.channel.texts() == ["one"]
    assert post.delivery(1).state is DeliveryState.SENT


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("short", ["short"]),
        ("", [""]),
        ("x" * 20, ["x" * 20]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("one two three four five six", ["one two three four", "five six"]),
        ("first line\nsecond line", ["first line", "second line"]),
    ],
)
def test_where_a_long_text_is_split(text: str, parts: list[str]) -> None:
    """At the end of a line or a word where there is one; nothing is lost but the blank it is split at."""
    found = split(RenderedReply(TEXT, text, (("skip", "Skip", "t"),), locale="de"), 20)
    assert [part.text for part in found] == parts
    assert [bool(part.buttons) for part in found] == [False] * (len(parts) - 1) + [True]
    assert {part.locale for part in found} == {"de"}
