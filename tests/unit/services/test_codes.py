from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.domain.subscriptions import Status
from bot.store.unit_of_work import SqlStore
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import sqlite_engine, sqlite_template
from tests.unit.services.script import CANCEL, CODE, EMAIL, PRO
from tests.unit.services.world import Chat, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def code_of(world: World) -> str:
    """The code in the mail sent last."""
    return world.mails()[-1].payload["code"]


def asked(world: World, email: str = "ada@example.com") -> tuple[Chat, str]:
    """A chat in which "I want to cancel" was said and a code asked for, and that code."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say(email, EMAIL)
    return chat, code_of(world)


@pytest.mark.parametrize("typed", ["{} {}", "{}-{}", "my code is {}{}."])
def test_a_code_may_be_typed_as_people_do(world: World, typed: str) -> None:
    """With a space, with a dash, in a sentence."""
    chat, code = asked(world)
    assert chat.say(typed.format(code[:3], code[3:]), CODE).kinds[0] == "receipt"


def test_the_time_is_kept_through_an_hour_of_wrong_codes(world: World) -> None:
    """P4: a slow code never moves the clock."""
    said_at = world.clock.now()
    chat, _ = asked(world)
    for _ in range(3):
        assert "doesn't match" in chat.say("000000", CODE).text
    world.clock.advance(hours=1, minutes=10)
    assert "no longer good" in chat.say("000000", CODE).text
    chat.say("ada@example.com", EMAIL)
    chat.say(code_of(world), CODE)
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_five_wrong_codes_end_the_code(world: World) -> None:
    """The fifth ends it; the right one is too late; a new one carries the same wish out."""
    chat, code = asked(world)
    said = [chat.say("000000", CODE).text for _ in range(5)]
    assert ["can't be tried any more" in text for text in said] == [False] * 4 + [True]
    assert "No code is open" in chat.say(code, CODE).text
    assert world.state("ada-pro") is Status.ACTIVE
    chat.say("ada@example.com", EMAIL)
    assert chat.say(code_of(world), CODE).kinds[0] == "receipt"


def test_tries_elsewhere_never_count(world: World) -> None:
    """§7: somebody who types wrong codes in chats of their own uses up none of Ada's tries."""
    chat, code = asked(world)
    thief, _ = asked(world)
    for _ in range(5):
        thief.say("000000", CODE)
    for _ in range(4):
        chat.say("000000", CODE)
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_the_right_code_of_another_chat_is_refused(world: World) -> None:
    """A code is bound to the chat that asked for it."""
    chat, code = asked(world)
    other, _ = asked(world)
    assert "doesn't match" in other.say(code, CODE).text
    assert "No code is open" in world.chat().say(code, CODE).text
    assert world.state("ada-pro") is Status.ACTIVE
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_an_expired_code_is_refused_and_a_new_one_works(world: World) -> None:
    """Ten minutes."""
    chat, code = asked(world)
    world.clock.advance(minutes=10)
    assert "no longer good" in chat.say(code, CODE).text
    chat.say("ada@example.com", EMAIL)
    assert chat.say(code_of(world), CODE).kinds[0] == "receipt"


def test_a_second_code_replaces_the_first(world: World) -> None:
    """One code per conversation."""
    chat, first = asked(world)
    chat.say("ada@example.com", EMAIL)
    second = code_of(world)
    assert "doesn't match" in chat.say(first, CODE).text
    assert chat.say(second, CODE).kinds[0] == "receipt"


def test_a_text_without_a_code_uses_up_no_try(world: World) -> None:
    """Words like "I can't find it" are no wrong code."""
    chat, code = asked(world)
    for _ in range(6):
        assert "six-digit code" in chat.say("I can't find it", CODE).text
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_new_codes_are_slowed_for_a_chat_and_the_open_one_stays_good(world: World) -> None:
    """Limits slow down new codes; what was sent is never refused by them."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    for _ in range(6):
        world.clock.advance(seconds=20)
        assert "on its way" in chat.say("ada@example.com", EMAIL).text
    code = code_of(world)
    world.clock.advance(seconds=20)
    assert "wait an hour" in chat.say("max@example.com", EMAIL).text
    assert world.mails() == []
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_new_codes_are_slowed_for_an_address_known_or_not(world: World) -> None:
    """From however many chats; the same for an address of nobody."""
    for email in ("ada@example.com", "nobody@example.com"):
        for _ in range(12):
            asked(world, email)
        chat = world.chat()
        chat.say("cancel", CANCEL)
        assert "wait an hour" in chat.say(email, EMAIL).text
    world.clock.advance(hours=1, seconds=1)
    assert asked(world)[1]


def test_a_day_has_its_limit_too(world: World) -> None:
    """Twenty in a chat, and the day is said."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    for _ in range(20):
        world.clock.advance(minutes=15)
        assert "on its way" in chat.say("ada@example.com", EMAIL).text
    world.clock.advance(minutes=61)
    assert "wait a day" in chat.say("ada@example.com", EMAIL).text


def test_a_day_has_its_limit_for_an_address(world: World) -> None:
    """Thirty from however many chats."""
    for _ in range(30):
        asked(world)
        world.clock.advance(minutes=10)
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "wait a day" in chat.say("ada@example.com", EMAIL).text
    assert "on its way" in chat.say("max@example.com", EMAIL).text


def test_an_unknown_address_gets_a_mail_that_says_so_and_no_code_ever_matches(world: World) -> None:
    """Nobody learns from the chat which addresses have an account."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("nobody@example.com", EMAIL)
    (job,) = world.mails()
    assert (job.payload["template"], job.payload["code"]) == ("mail_no_account", "")
    for number in range(100001, 100005):
        assert "doesn't match" in chat.say(str(number), CODE).text


def test_known_and_unknown_addresses_run_the_same_statements(tmp_path: Path) -> None:
    """P4, §2: same words, same statements in the same order, one mail job each, also for a wrong code."""
    traces = []
    for email in ("ada@example.com", "nobody@example.com"):
        folder = tmp_path / email
        folder.mkdir()
        with sqlite_engine(sqlite_template(folder), folder) as engine:
            world = World(store=SqlStore(engine, PlainSealer()))
            world.customer("ada", PRO)
            chat = world.chat()
            said = [chat.say("I want to cancel", CANCEL).text]
            statements: list[str] = []
            event.listen(engine, "before_cursor_execute", _note(statements))
            said += [chat.say(email, EMAIL).text, chat.say("000000", CODE).text]
            traces.append((said, statements, len(world.mails())))
    assert traces[0] == traces[1]
    assert traces[0][2] == 1
    assert len(traces[0][1]) > 20


def _note(statements: list[str]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    return note


def test_a_code_for_a_customer_who_is_gone_proves_nothing(world: World) -> None:
    """Erased between the mail and the code: as for an address of nobody."""
    chat, code = asked(world)
    world.store.tables["customers"].clear()  # type: ignore[attr-defined]  # the store in memory
    assert "doesn't match" in chat.say(code, CODE).text


def test_a_renewal_between_word_and_code_is_paid_back(world: World) -> None:
    """P4: said on the last day of a period, proved in the next: the renewal comes back after one press."""
    world.clock.time += timedelta(days=21, hours=21)
    chat = world.chat()
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=2)
    chat.say("ada@example.com", EMAIL)
    final = chat.say(code_of(world), CODE)
    assert "€12.00 is paid back" in final.text
    assert "€12.00 will be paid back" in chat.press(final.button("cancel_now")).text
