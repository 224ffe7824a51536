"""How much is taken in, and how fast."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.inbox import TooManyMessagesError
from tests.unit.services.world import World


def test_many_messages_are_slowed_then_refused(world: World) -> None:
    """§6: twenty a minute at once, the next one every two seconds, above forty none; the same id always."""
    chat = world.chat("ada")
    accepted = [chat.accept("hello", key=str(number)) for number in range(40)]
    with pytest.raises(TooManyMessagesError):
        chat.accept("hello", key="40")
    assert chat.accept("hello", key="0") == accepted[0]
    with world.store.begin() as work:
        entries = [work.inbox.get(entry) for entry in accepted]
    waits = [entry.not_before for entry in entries if entry is not None]
    now = world.clock.now()
    assert waits[:20] == [None] * 20
    assert waits[20:] == [now + timedelta(seconds=2 * place) for place in range(1, 21)]
    world.clock.advance(minutes=1, seconds=1)
    assert chat.accept("hello", key="40")


def test_who_goes_on_writing_waits_two_seconds_for_each_message(world: World) -> None:
    """§6: one every two seconds is the pace, however many have been written in this minute."""
    chat = world.chat("ada")
    for _ in range(20):
        chat.accept("hello")
    for _ in range(15):
        inbox_id = chat.accept("hello")
        with world.store.begin() as work:
            entry = work.inbox.get(inbox_id)
        assert entry is not None
        assert entry.not_before == world.clock.now() + timedelta(seconds=2)
        world.clock.advance(seconds=2)


def test_a_message_waits_no_longer_than_all_that_are_taken_in_a_minute(world: World) -> None:
    """§6: a message that waits for another try, far off, does not put off those after it any further."""
    chat = world.chat("ada")
    accepted = [chat.accept("hello") for _ in range(20)]
    with world.store.begin() as work:
        entry = work.inbox.get(accepted[0])
        assert entry is not None
        work.inbox.put(replace(entry, not_before=world.clock.now() + timedelta(hours=1)))
        work.commit()
    inbox_id = chat.accept("hello")
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    assert entry.not_before == world.clock.now() + timedelta(seconds=40)
