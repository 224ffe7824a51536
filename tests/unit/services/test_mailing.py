from __future__ import annotations

from bot.services import mailing
from tests.fixtures.fakes import RecordingMailer
from tests.unit.services.script import CANCEL, EMAIL
from tests.unit.services.world import World


def test_the_mail_with_the_code_is_worded_when_it_is_sent(world: World) -> None:
    """Once, under the job's own id: a second try is the same mail."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    (job,) = world.mails()
    mailer = RecordingMailer()
    mailing.send(world.deps, mailer, job)
    mailing.send(world.deps, mailer, job)
    (mail,) = mailer.sent
    assert (mail.to, mail.message_id) == ("ada@example.com", job.id)
    assert job.payload["code"] in mail.text
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
