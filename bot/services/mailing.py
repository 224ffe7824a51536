"""Carrying mail jobs out: the wording is filled in at the last moment, from what the job has sealed."""

from __future__ import annotations

from bot.domain.outbox import Job
from bot.ports import Mailer
from bot.services.dependencies import Dependencies


def send(deps: Dependencies, mailer: Mailer, job: Job) -> None:
    """Sends the mail a job describes; the job's id is the mail's, so that a second try is the same mail."""
    locale = job.payload["locale"]
    values = {"code": job.payload["code"], "company": deps.company}
    mailer.send(
        to=job.payload["to"],
        subject=deps.wording.text(f"{job.payload['template']}_subject", locale, values),
        text=deps.wording.text(f"{job.payload['template']}_text", locale, values),
        message_id=job.id,
    )
