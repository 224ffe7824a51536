from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.conversations import Author
from bot.domain.customers import Role
from bot.domain.errors import NotFoundError
from bot.domain.follow_ups import TextMissingError
from bot.services import cases, deliveries, follow_up_news, mailing, members
from tests.fixtures.fakes import RecordingMailer
from tests.unit.services.script import CANCEL, CODE, DAY_PASS, PERSON, UNDO
from tests.unit.services.world import Chat, World

NEWS = {"en": "Pro now costs €5 a month.", "de": "Pro kostet jetzt 5 € im Monat."}


def wait(chat: Chat, reason: str = "too_expensive") -> Chat:
    """Cancels, gives a reason, and asks to be told."""
    thanks = chat.press(chat.say("cancel everything", CANCEL).button(f"reason:{reason}"))
    chat.press(thanks.button("tell_me"))
    return chat


def tell(world: World, *which: str, texts: dict[str, str] | None = None) -> Counter[str]:
    """Sends the news."""
    return follow_up_news.tell(world.deps, which, texts or NEWS)


def told(chat: Chat) -> list[str]:
    """What the bot has said in a chat without being asked."""
    return [item.text for item in chat.transcript if item.author is Author.BOT and item.kind == "notice"]


def test_who_asked_on_a_platform_is_told_there(world: World) -> None:
    """Once, with what they asked for and when, the company's words marked as such; then it is used up."""
    chat = wait(world.linked("ada", "42"))
    world.clock.advance(days=90)
    assert tell(world, "too_expensive") == {"telegram": 1}
    (text,) = told(chat)
    asked = "On 10 March 2026 you asked to hear if this changes: “Too expensive”."
    news = "Example writes: “Pro now costs €5 a month.”"
    assert text == f"{asked} {news} That was the one message about it."
    assert deliveries.waiting(world.deps) > 0
    assert tell(world, "too_expensive") == {}
    assert told(chat) == [text]
    assert world.mails() == []


def test_who_asked_on_the_website_gets_a_mail(world: World) -> None:
    """A session is over by then; the mail says the same, and names no plan (P3)."""
    chat = wait(world.chat("ada"))
    world.clock.advance(days=90)
    assert tell(world, "too_expensive") == {"mail": 1}
    assert told(chat) == []
    (job,) = world.mails()
    mailer = RecordingMailer()
    mailing.send(world.deps, mailer, job)
    (mail,) = mailer.sent
    assert (mail.to, mail.subject) == ("ada@example.com", "What you asked Example to tell you")
    for part in (
        "On 10 March 2026",
        "“Too expensive”",
        "“Pro now costs €5 a month.”",
        "You will get no other",
    ):
        assert part in mail.text
    assert tell(world, "too_expensive") == {}


def test_only_those_whose_reason_it_is(world: World) -> None:
    """By reason, or by the id of a consent; the others go on waiting."""
    wait(world.linked("ada", "1"))
    wait(world.linked("max", "2"), "missing_features")
    assert tell(world, "low_quality") == {}
    assert tell(world, "missing_features") == {"telegram": 1}
    (left,) = follow_up_news.waiting(world.deps)
    assert left.newest.customer_ref == "ada"
    assert tell(world, left.newest.id) == {"telegram": 1}
    assert follow_up_news.waiting(world.deps) == []


def test_what_is_no_reason_tells_nobody(world: World) -> None:
    """A slip is no message to everybody."""
    wait(world.linked("ada", "1"))
    for which in ("cheap", "", "u_0"):
        with pytest.raises(NotFoundError):
            tell(world, "too_expensive", which)
    assert len(follow_up_news.waiting(world.deps)) == 1


def test_each_in_their_language_or_nobody(world: World) -> None:
    """What lacks is said before anybody is told."""
    english, german = wait(world.linked("ada", "1")), wait(world.linked("max", "2", locale="de"))
    with pytest.raises(TextMissingError, match="1 of 2 speak 'de'"):
        tell(world, "too_expensive", texts={"en": "cheaper"})
    assert told(english) == []
    assert tell(world, "too_expensive") == {"telegram": 2}
    assert "Example schreibt: „Pro kostet jetzt 5 € im Monat.“" in told(german)[0]
    assert "„Zu teuer“" in told(german)[0]


def test_who_asked_twice_is_told_once(world: World) -> None:
    """After two cancellations, for the same reason: where they asked last, and both are used up."""
    first = wait(world.linked("ada", "1"))
    first.say("undo", UNDO)
    world.clock.advance(minutes=1)
    second = wait(world.slack("ada@example.com"))
    assert tell(world, "too_expensive") == {"slack": 1}
    assert (len(told(first)), len(told(second))) == (0, 1)
    assert follow_up_news.waiting(world.deps) == []


def test_who_took_it_back_is_not_told(world: World) -> None:
    """Also when that was a moment ago, between looking and telling."""
    chat = wait(world.linked("ada", "1"))
    (person,) = follow_up_news.waiting(world.deps)
    chat.answer(chat.accept("don't write to me"))
    assert follow_up_news._tell(world.deps, person, "cheaper") is None
    assert told(chat) == []


def test_while_a_person_is_in_charge_the_bot_is_silent(world: World) -> None:
    """P10: they wait, and are told when it is sent again."""
    chat = wait(world.linked("ada", "1"))
    chat.say("a person please", PERSON)
    assert chat.case is not None
    cases.reply(world.deps, chat.case.id, "Hello, this is Kim.")
    assert tell(world, "too_expensive") == {"with a person": 1}
    assert not any("Pro now costs" in text for text in told(chat))
    cases.close(world.deps, chat.case.id)
    assert tell(world, "too_expensive") == {"telegram": 1}


def test_a_member_is_told_and_not_the_holder(world: World) -> None:
    """At their own address; and not at all once they belong to the account no more."""
    world.customer("firm", DAY_PASS)
    world.member("kim", Role.BILLING, "firm")
    for left in (False, True):
        world.customer("firm", DAY_PASS)
        chat = world.chat()
        chat.say("cancel", CANCEL)
        asked = chat.say(chat.ask_code("kim@example.com"), CODE)
        done = chat.press(asked.button("cancel_now"))
        chat.press(chat.press(done.button("reason:low_quality")).button("tell_me"))
        world.mails()
        if left:
            members.remove(world.deps, "firm", "kim@example.com")
        assert tell(world, "low_quality") == ({"gone": 1} if left else {"mail": 1})
        assert [job.payload["to"] for job in world.mails()] == ([] if left else ["kim@example.com"])
    assert follow_up_news.waiting(world.deps) == []


def test_where_no_reason_was_known_their_own_words_are_said_back(world: World) -> None:
    """So that they know what it is about."""
    chat = world.linked("ada", "1")
    chat.press(chat.say("cancel", CANCEL).button("reason:other"))
    chat.answer(chat.accept("let me know when you have tags"))
    tell(world, "other")
    assert "if this changes: “let me know when you have tags”" in told(chat)[0]


def test_the_companys_text_stays_text(world: World) -> None:
    """Braces mean nothing in it, and no invisible character turns the message round."""
    chat = wait(world.linked("ada", "1"))
    tell(world, "too_expensive", texts={"en": " {company} \u202eis\u202c cheaper\r\n"})
    assert "Example writes: “{company} is cheaper”" in told(chat)[0]
