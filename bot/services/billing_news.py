"""What a billing system elsewhere has sent: something changed, so that what we know is read anew.

News says who is concerned, and nothing that is believed: state is always read from the billing system itself,
so that news may come late, twice, or in any order.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.customers import Customer, normalise_email
from bot.domain.errors import BillingRefusedError, NotFoundError
from bot.domain.outbox import Job
from bot.ports import BillingNews, UnitOfWork
from bot.services import views
from bot.services.budget import IN_A_JOB
from bot.services.dependencies import Dependencies

#: The kind of job that reads a customer's subscriptions anew.
VIEW = "view"


def accept(deps: Dependencies, news: BillingNews) -> None:
    """Takes news over: who is new, and whose subscriptions are to be read. Again changes nothing."""
    with deps.store.begin() as work:
        for customer in news.customers:
            take_over(work, customer)
        for ref in news.customer_refs:
            # Locked, as by whoever reads them right now: what comes with this must not be taken for older.
            if work.customers.lock(ref) is None:
                continue
            key = f"{VIEW}:{news.event_id}:{ref}"
            job = Job(deps.ids.new("j"), VIEW, key, {"customer": ref}, deps.clock.now())
            if work.outbox.add(job):
                # At once: a turn that comes before the job asks the billing system itself.
                views.spoil(work, ref)
        work.commit()


def look(deps: Dependencies, job: Job) -> None:
    """Reads a customer's subscriptions, unless that has been done since. Raises `BillingUnavailableError`."""
    ref = job.payload["customer"]
    with deps.store.begin() as work:
        known = views.fresh(work, ref)
    if known:
        return
    try:
        views.refresh(deps, ref, IN_A_JOB)
    except (BillingRefusedError, NotFoundError):
        # It stays marked as stale: whoever needs it asks again, and is told what is wrong.
        return


def take_over(work: UnitOfWork, customer: Customer) -> bool:
    """Puts a customer of the billing system into our store; False where somebody else has their address.

    A code sent there would not tell which of the two is asking. Whoever is there keeps the language they
    speak and the number that we know; nobody is ever removed.
    """
    email = normalise_email(customer.email)
    holder, present = work.customers.by_email(email), work.customers.get(customer.ref)
    if holder is not None and holder.ref != customer.ref:
        return False
    wanted = replace(customer, email=email)
    if present is not None:
        country = customer.country or present.country
        wanted = replace(present, name=customer.name, email=email, country=country)
    if wanted != present:
        work.customers.put(wanted)
    return True
