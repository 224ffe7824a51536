"""Guessing codes from many chats, and using up what somebody else's address is allowed (§7)."""

from __future__ import annotations

import pytest

from bot.domain.customers import Role
from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, CODE, DELETE_DATA, EMAIL, END_DATE
from tests.unit.services.world import Chat, World

ADA = "ada@example.com"


def asked(chat: Chat, email: str = ADA) -> str:
    """Says "I want to cancel" and an address; returns what was answered."""
    chat.say("I want to cancel", CANCEL)
    return chat.say(email, EMAIL).text


def use_up(world: World, email: str = ADA) -> None:
    """Somebody opens one web session after another until no code is sent to an address any more."""
    while "wait" not in asked(world.chat(), email):
        assert len(world.mails()) == 1


def test_tries_in_one_chat_never_count_in_another(world: World) -> None:
    """Ada has all her tries, however many a guesser has used up in twelve chats of theirs."""
    chat = world.chat()
    asked(chat)
    code = world.mails()[-1].payload["code"]
    for _ in range(11):
        guesser = world.chat()
        asked(guesser)
        for _ in range(5):
            guesser.say("000000", CODE)
    for _ in range(4):
        assert "doesn't match" in chat.say("000000", CODE).text
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_five_wrong_tries_end_the_code_only_there(world: World) -> None:
    """The guesser's own; the others' are as good as before."""
    chats = [world.chat() for _ in range(3)]
    for chat in chats:
        asked(chat)
    codes = [job.payload["code"] for job in world.mails()]
    for _ in range(5):
        chats[0].say("000000", CODE)
    assert "No code is open" in chats[0].say(codes[0], CODE).text
    assert chats[1].say(codes[1], CODE).kinds[0] == "receipt"
    assert chats[2].say(codes[2], CODE).kinds[0] == "receipt"


def test_a_wrong_try_elsewhere_leaves_the_owners_code_alone(world: World) -> None:
    """Not even its number of tries changes."""
    chat, other = world.chat(), world.chat()
    asked(chat)
    with world.store.begin() as work:
        before = work.identities.challenge(chat.id)
    other.say("000000", CODE)
    asked(other)
    other.say("000000", CODE)
    with world.store.begin() as work:
        assert work.identities.challenge(chat.id) == before is not None


def test_a_code_is_no_use_in_any_other_chat(world: World) -> None:
    """Trying one number in a thousand chats finds nothing: each has its own code."""
    chat = world.chat()
    asked(chat)
    code = world.mails()[-1].payload["code"]
    for _ in range(10):
        guesser = world.chat()
        asked(guesser)
        assert "doesn't match" in guesser.say(code, CODE).text
    assert world.state("ada-pro") is Status.ACTIVE


def test_new_codes_for_an_address_are_slowed_across_web_chats(world: World) -> None:
    """Twelve an hour, from however many sessions, however the address is spelt."""
    spelt = [ADA, "ADA@example.com", "Ada@Example.COM", "\uff41da@example.com"]
    for place in range(12):
        assert "on its way" in asked(world.chat(), spelt[place % 4])
    assert len(world.mails()) == 12
    for email in spelt:
        assert "wait an hour" in asked(world.chat(), email)
    assert world.mails() == []


def test_a_day_of_guessing_is_limited_across_web_chats(world: World) -> None:
    """Thirty a day: one in about 6 700 that any of five tries each is right."""
    sent = 0
    for _ in range(24):
        use_up_an_hour = [asked(world.chat()) for _ in range(12)]
        sent += sum("on its way" in said for said in use_up_an_hour)
        world.clock.advance(hours=1, seconds=1)
        world.mails()
    assert sent == 30


def test_a_members_address_is_slowed_as_any(world: World) -> None:
    """The same limits."""
    world.member("kim", Role.BILLING)
    for _ in range(12):
        asked(world.chat(), "kim@example.com")
    assert "wait an hour" in asked(world.chat(), "kim@example.com")


@pytest.mark.parametrize("channel", ["telegram", "slack"])
def test_using_up_an_address_on_the_web_does_not_lock_its_owner_out_elsewhere(
    world: World, channel: str
) -> None:
    """Where an identity can't be had by opening a window, codes still go out: in the same hour and day."""
    use_up(world)
    owner = world.chat_at("77", channel)
    assert "on its way" in asked(owner)
    assert owner.say(world.mails()[-1].payload["code"], CODE).kinds[0] == "receipt"


def test_a_whole_day_of_it_does_not_either(world: World) -> None:
    """The limit of a day is another one."""
    for _ in range(3):
        use_up(world)
        world.clock.advance(hours=1, seconds=1)
    assert "wait a day" in asked(world.chat())
    owner = world.chat_at("77")
    asked(owner)
    assert owner.say(world.mails()[-1].payload["code"], CODE).kinds[0] == "receipt"


def test_who_is_verified_already_can_still_prove_it_once_more(world: World) -> None:
    """On the website too: their own address is known, and theirs."""
    owner = world.chat("ada")
    world.clock.advance(minutes=11)
    use_up(world)
    assert "once more" in owner.say("delete my data", DELETE_DATA).text
    code = world.mails()[-1].payload["code"]
    assert "Data can't be deleted in this chat yet" in owner.say(code, CODE).text


def test_a_member_who_is_verified_can_too(world: World) -> None:
    """At their own address."""
    world.member("kim", Role.BILLING)
    chat = world.chat()
    chat.verify("kim@example.com")
    world.clock.advance(minutes=11)
    use_up(world, "kim@example.com")
    assert "once more" in chat.say("delete my data", DELETE_DATA).text


def test_an_account_of_ones_own_is_no_way_to_use_up_anothers_address(world: World) -> None:
    """Max, signed in in one session after another, gives Ada's address: the web's limit holds for it."""
    for _ in range(40):
        chat = world.chat("max")
        world.clock.advance(minutes=11)
        chat.say("delete my data", DELETE_DATA)
        world.mails()
        chat.say(ADA, EMAIL)
        world.clock.advance(minutes=-10)
    with world.store.begin() as work:
        asked_for, _ = work.identities.code_requests(
            address_digest=f"address:{ADA}",
            conversation_id="c_0",
            since=world.clock.now().replace(hour=0),
        )
    assert asked_for == 12
    assert "on its way" in asked(world.chat_at("77"))


def test_a_limit_refuses_no_code_that_was_sent(world: World) -> None:
    """The owner's open code is as good as before when somebody uses up the rest."""
    owner = world.chat()
    asked(owner)
    code = world.mails()[-1].payload["code"]
    use_up(world)
    assert owner.say(code, CODE).kinds[0] == "receipt"


def test_other_addresses_are_not_touched(world: World) -> None:
    """Using up Ada's says nothing about Max's."""
    use_up(world)
    chat = world.chat()
    chat.say("when does it end?", END_DATE)
    assert "on its way" in chat.say("max@example.com", EMAIL).text


def test_there_is_a_limit_where_accounts_are_held_too(world: World) -> None:
    """Three times as much: nobody guesses on for ever with many accounts."""
    said = [asked(world.chat_at(str(address))) for address in range(40)]
    assert ["on its way" in text for text in said] == [True] * 36 + [False] * 4


def test_who_is_slowed_can_still_reach_a_person(world: World) -> None:
    """P10."""
    use_up(world)
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    assert chat.say(ADA, EMAIL).names == ["talk_to_human"]
