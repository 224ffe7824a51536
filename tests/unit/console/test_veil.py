"""Personal data on the pages of the console: dots, until somebody says what they need it for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.crypto.hashing import HmacHasher
from bot.domain.audit import Action
from bot.domain.customers import Customer
from bot.domain.staff import Role
from bot.services import audit
from console.routes import audit as routes_audit
from tests.fixtures import builders
from tests.unit.console.office import CUSTOMER, Browser, Office


def whose(office: Office) -> Customer:
    """Who the conversation is with."""
    with office.store.reading() as work:
        customer = work.customers.get(CUSTOMER)
    assert customer is not None
    return customer


async def shown(browser: Browser, conversation: str, customer: Customer) -> list[str]:
    """What of them is on the page."""
    page = (await browser.get(f"/conversations/{conversation}")).text
    part = (await browser.get(f"/conversations/{conversation}", part="transcript")).text
    return [word for word in (customer.name, customer.email, "+49 170 1234567") if word in page + part]


async def test_a_page_shows_dots_until_there_is_a_reason(office: Office) -> None:
    """To each who asks, in that conversation, for half an hour; the reason is kept."""
    customer = whose(office)
    said = f"I am {customer.name}, {customer.email}, call +49 170 1234567"
    conversation, other = office.conversation(said), office.conversation(said)
    agent, colleague = office.signed_in(Role.AGENT), office.signed_in(Role.ADMIN)
    assert agent.staff is not None
    assert await shown(agent, conversation, customer) == []
    assert (await agent.post(f"/conversations/{conversation}/reveal", why=" a b ")).status_code == 400
    assert await shown(agent, conversation, customer) == []
    assert (
        await agent.post(f"/conversations/{conversation}/reveal", why="has to be called")
    ).status_code == 303
    assert len(await shown(agent, conversation, customer)) == 3
    assert await shown(agent, other, customer) == []
    assert await shown(colleague, conversation, customer) == []
    (kept,) = audit.listed(office.deps, action=Action.REVEALED.value)
    assert (kept.who, kept.subject, kept.why) == (agent.staff.id, conversation, "has to be called")
    office.clock.advance(minutes=30)
    assert await shown(agent, conversation, customer) == []


async def test_who_may_not_see_it_any_more_does_not(office: Office) -> None:
    """A viewer gets nothing by a reason, nor by what they were before."""
    customer = whose(office)
    conversation = office.conversation(f"I am {customer.name}")
    agent = office.signed_in(Role.AGENT)
    assert agent.staff is not None
    await agent.post(f"/conversations/{conversation}/reveal", why="has to be called")
    with office.store.begin() as work:
        less = replace(agent.staff, role=Role.VIEWER)
        work.staff.put(less)
        work.commit()
    viewer = office.signed_in(less)
    assert await shown(viewer, conversation, customer) == []
    assert (await viewer.post(f"/conversations/{conversation}/reveal", why="curious")).status_code == 403


async def test_the_audit_is_read_page_by_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newest first; what is no number, or no such, is no reason to fail."""
    monkeypatch.setattr(routes_audit, "_PAGE", 10)
    manager = office.signed_in(Role.MANAGER)
    # A chain of readable digests would double with each entry.
    deps = replace(office.deps, hasher=HmacHasher(bytes(32)))
    for number in range(11):
        audit.alone(deps, "cli", Action.READ, f"c_{number:03d}x")
    newest = (await manager.get("/audit")).text
    assert "c_010x" in newest
    assert "c_000x" not in newest
    earlier = (await manager.get("/audit", before="3")).text
    assert "c_000x" in earlier
    for odd in ("9" * 5000, "x", "-1", "٣"):
        assert (await manager.get("/audit", before=odd, action="none", who="'")).status_code == 200


@pytest.mark.parametrize("broken", ["number", "signature"])
def test_a_receipt_is_ours_or_not(office: Office, broken: str) -> None:
    """By its signature, which covers all that it says."""
    receipt = builders.receipt()
    assert not office.application.genuine(receipt)
    signer = office.application.signer
    signed = signer.sign(b'{"_sd":[],"_sd_alg":"sha-256","number":"R-1"}')
    assert office.application.genuine(replace(receipt, jws=signed, disclosures=()))
    head, payload, signature = signed.split(".")
    other = signer.sign(b'{"_sd":[],"_sd_alg":"sha-256","number":"R-2"}').split(".")
    forged = f"{head}.{other[1]}.{signature}" if broken == "number" else f"{head}.{payload}.{other[2]}"
    assert not office.application.genuine(replace(receipt, jws=forged, disclosures=()))
