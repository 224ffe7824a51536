"""What has ended is forgotten, on every store; what holds is not."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.identities import CodeChallenge, Link, ProofSource, proof_of
from bot.ports import Store, UnitOfWork
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures.builders import conversation, customer, webhook_delivery, webhook_event
from tests.fixtures.fakes import START

HOUR = timedelta(hours=1)


def fill(work: UnitOfWork, name: str, end: datetime) -> None:
    """One of everything that ends, then."""
    work.conversations.put(conversation(name))
    work.conversations.add_session(f"session {name}", name, end)
    work.conversations.use_identity_token(f"token {name}", end, START - timedelta(days=100))
    work.identities.put_proof(proof_of(name, "ada", ProofSource.EMAIL_CODE, end - timedelta(hours=24)))
    challenge = CodeChallenge(name, None, "ada", "hash", START, end - timedelta(days=2))
    work.identities.put_challenge(challenge)
    work.identities.record_code_request("address", name, end - timedelta(days=2))
    work.identities.add_link(Link(f"link {name}", "telegram", "ada", end))
    work.vault.put(f"secret {name}", "value", end)
    work.visits.note(f"visitor {name}", (START,), end, START - timedelta(days=100))
    work.webhooks.add_event(webhook_event(f"e_{name}", occurred_at=end - timedelta(days=30)))
    work.webhooks.add(webhook_delivery(f"e_{name}"))


EACH = {
    *("sessions", "used_identity_tokens", "proofs", "code_challenges", "code_requests"),
    *("links", "vault", "visits", "webhook_events"),
}


def test_what_has_ended_is_forgotten(store: Store) -> None:
    """One of each kind, at the moment of its end; what ends a second later stays whole."""
    with store.begin() as work:
        work.customers.put(customer())
        fill(work, "c_old", START)
        fill(work, "c_new", START + timedelta(seconds=1))
        work.vault.put("for ever", "value")
        assert work.retention.forget(START, 10) == dict.fromkeys(EACH, 1)
        assert work.retention.forget(START, 10) == {}

        assert work.conversations.session("session c_new", START) == "c_new"
        assert not work.conversations.use_identity_token("token c_new", START + HOUR, START)
        assert work.identities.proof("c_new", START) is not None
        assert work.identities.challenge("c_old") is None
        assert work.identities.challenge("c_new") is not None
        since = START - timedelta(days=9)
        assert work.identities.code_requests(
            address_digest="address", conversation_id="c_new", since=since
        ) == (1, 1)
        assert work.identities.use_link("link c_new", "telegram", "c_new", START) is not None
        assert work.vault.get("secret c_new", START) == work.vault.get("for ever", START) == "value"
        assert work.visits.lock("visitor c_new", START) == [START]
        assert [item.event_id for item, _, _ in work.webhooks.listed()] == ["e_c_new"]
        assert work.webhooks.event("e_c_old") is None


def test_a_long_past_is_forgotten_in_pieces(store: Store) -> None:
    """As many as asked for of each kind: nobody is kept waiting for long."""
    with store.begin() as work:
        work.customers.put(customer())
        for number in range(5):
            fill(work, f"c_{number}", START - HOUR)
        found = [work.retention.forget(START, 3) for _ in range(3)]
        # Some are forgotten by the next one that is made of their kind, too.
        assert [counts["sessions"] for counts in found[:2]] == [3, 2]
        assert [counts["webhook_events"] for counts in found[:2]] == [3, 2]
        assert found[2] == {}


def test_several_at_once_do_not_wait_for_each_other_for_ever(backend: Backend) -> None:
    """Each row is forgotten by one of them."""
    store = backend.store
    with store.begin() as work:
        work.customers.put(customer())
        for number in range(40):
            work.conversations.put(conversation(f"c_{number}"))
            work.conversations.add_session(f"session {number}", f"c_{number}", START)
            work.webhooks.add_event(webhook_event(f"e_{number}", occurred_at=START - timedelta(days=31)))
            work.webhooks.add(webhook_delivery(f"e_{number}"))
        work.commit()

    def forget(_: int) -> int:
        count = 0
        while True:
            with store.begin() as work:
                found = work.retention.forget(START, 7)
                work.commit()
            if not found:
                return count
            count += sum(found.values())

    # On PostgreSQL one may find all that is left locked by others, and stop; those others have it then.
    assert sum(race(4, forget)) == 80
