"""Mail: the wording is filled in at the last moment, from what a job has sealed; then it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.errors import MailDelayedError, MailRefusedError
from bot.domain.letters import Letter, Link, one_line, paragraphs
from bot.domain.outbox import Job
from bot.ports import Mailer
from bot.services.dependencies import Dependencies

#: So many tries take about four days, after which mail servers give a mail up too (RFC 5321, 4.5.4.1).
MOST_TRIES = 140


def send(deps: Dependencies, mailer: Mailer, job: Job) -> None:
    """Sends the mail that a job of kind `mail` describes.

    Its payload says `to`, `locale` and `template`: `TEMPLATE_subject`, `_title` and `_text` are messages that
    may use everything else in it, and `company`. What is in `code` stands out. `until`, where it is there, is
    when it stops being of use (ISO 8601): after that it is not sent. `link` is an address to open, and
    `link_label` the message that stands on it.
    """
    until = job.payload.get("until")
    if until is not None and datetime.fromisoformat(until) <= deps.clock.now():
        return
    letter = worded(deps, job.payload["template"], job.payload["locale"], job.payload)
    deliver(mailer, job, job.payload["to"], letter)


def worded(deps: Dependencies, template: str, locale: str, values: Mapping[str, str]) -> Letter:
    """A letter whose words are the messages of a template."""
    given = {**values, "company": deps.company}

    def say(part: str) -> str:
        return deps.wording.text(f"{template}_{part}", locale, given)

    return Letter(
        locale=locale,
        company=deps.company,
        subject=one_line(say("subject")),
        title=say("title"),
        paragraphs=paragraphs(say("text")),
        code=values.get("code", ""),
        link=Link(deps.wording.text(values["link_label"], locale, {}), values["link"])
        if "link" in values
        else None,
    )


def deliver(mailer: Mailer, job: Job, to: str, letter: Letter) -> None:
    """Hands a letter to the mailer under the job's id, so that a second try is the same mail.

    Raises what the mailer raises; `MailRefusedError` also where it has been delayed for days.
    """
    try:
        mailer.send(to=to, letter=letter, message_id=job.id)
    except MailDelayedError as fault:
        if job.attempts >= MOST_TRIES:
            raise MailRefusedError(f"given up after {job.attempts} tries; the last: {fault}") from None
        raise
