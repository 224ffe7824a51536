from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import MailDelayedError, MailRefusedError, NotFoundError
from bot.services import jobs, mailing
from tests.fixtures.builders import job
from tests.fixtures.fakes import RecordingMailer
from tests.unit.services.script import CANCEL, EMAIL
from tests.unit.services.world import World


def test_the_mail_with_the_code_is_worded_when_it_is_sent(world: World) -> None:
    """Once, under the job's own id: a second try is the same mail."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    (asked,) = world.mails()
    mailer = RecordingMailer()
    mailing.send(world.deps, mailer, asked)
    mailing.send(world.deps, mailer, asked)
    (mail,) = mailer.sent
    assert (mail.to, mail.message_id) == ("ada@example.com", asked.id)
    assert (mail.subject, mail.letter.code) == (f"Your code: {mail.letter.code}", asked.payload["code"])
    assert f"Your code\n\n{mail.letter.code}\n\nIt is good for ten minutes." in mail.text
    assert "Nobody from Example will ever ask" in mail.text


def test_the_mail_to_an_unknown_address_holds_no_code(world: World) -> None:
    """It says that there is no account, and what to do."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("nobody@example.com", EMAIL)
    mailer = RecordingMailer()
    mailing.send(world.deps, mailer, world.mails()[0])
    assert "There is no account under it" in mailer.sent[0].text
    assert not any(character.isdigit() for character in mailer.sent[0].text)


def test_a_code_that_holds_no_more_is_not_mailed(world: World) -> None:
    """The mail server was away: "good for ten minutes" would not be true."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    (asked,) = world.mails()
    mailer = RecordingMailer()
    world.clock.advance(minutes=10)
    mailing.send(world.deps, mailer, asked)
    assert mailer.sent == []


def test_a_mail_that_is_delayed_for_days_is_given_up(world: World) -> None:
    """As mail servers do; until then it is tried again."""
    mailer = RecordingMailer(broken=True)
    payload = {"to": "a@example.com", "locale": "en", "template": "mail_test"}
    held_up = job(payload=payload, attempts=mailing.MOST_TRIES - 1)
    with pytest.raises(MailDelayedError):
        mailing.send(world.deps, mailer, held_up)
    with pytest.raises(MailRefusedError, match="given up after 140 tries; the last: no mail server"):
        mailing.send(world.deps, mailer, replace(held_up, attempts=mailing.MOST_TRIES))


def test_what_was_given_up_is_tried_again_when_staff_say_so(world: World) -> None:
    """From the beginning, with all it had; what was not given up is left alone."""
    with world.store.begin() as work:
        for item in (job(), job("j_2")):
            work.outbox.add(item)
        work.outbox.give_up("j_1", "nobody there")
        work.commit()
    assert [(item.id, item.fault) for item in jobs.given_up(world.deps)] == [("j_1", "nobody there")]
    jobs.try_again(world.deps, "j_1")
    assert jobs.given_up(world.deps) == []
    assert [item.payload for item in world.mails()] == [job().payload, job().payload]
    with pytest.raises(NotFoundError):
        jobs.try_again(world.deps, "j_2")
