from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.identities import CodeChallenge, Proof, ProofSource
from bot.ports import Store
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=10)
PROOF = Proof("c_1", "ada", ProofSource.EMAIL_CODE, START, SOON)
CHALLENGE = CodeChallenge("c_1", "d_1", "ada", "hash", START, SOON)


def test_a_proof_holds_in_its_conversation_until_its_end(populated: Store) -> None:
    """Found while it lives, in its own conversation; gone at its end, or when it is ended."""
    with populated.begin() as work:
        work.identities.put_proof(PROOF)
        assert work.identities.proof("c_1", START) == PROOF
        assert work.identities.proof("c_1", SOON) is None
        assert work.identities.proof("c_2", START) is None
        work.identities.end_proof("c_1")
        assert work.identities.proof("c_1", START) is None


def test_a_conversation_has_one_proof(populated: Store) -> None:
    """A new proof takes the place of the old one."""
    newer = replace(PROOF, customer_ref="bob", source=ProofSource.WEB_TOKEN)
    with populated.begin() as work:
        work.identities.put_proof(PROOF)
        work.identities.put_proof(newer)
        assert work.identities.proof("c_1", START) == newer


def test_a_conversation_has_one_code(populated: Store) -> None:
    """A new code takes the place of the old one; tries are counted down on it; ending it leaves none."""
    unknown = replace(CHALLENGE, declaration_id=None, customer_ref=None, tries_left=4)
    with populated.begin() as work:
        assert work.identities.challenge("c_1") is None
        work.identities.put_challenge(CHALLENGE)
        assert work.identities.challenge("c_1") == CHALLENGE
        work.identities.put_challenge(unknown)
        assert work.identities.challenge("c_1") == unknown
        work.identities.end_challenge("c_1")
        assert work.identities.challenge("c_1") is None


def test_code_requests_are_counted_for_the_address_and_the_conversation(populated: Store) -> None:
    """Each on its own, since a time, the moment itself included."""
    with populated.begin() as work:
        work.conversations.put(builders.conversation("c_2"))
        for digest, conversation_id, minutes in [("a", "c_1", 0), ("a", "c_2", 1), ("b", "c_1", 2)]:
            at = START + timedelta(minutes=minutes)
            work.identities.record_code_request(digest, conversation_id, at)
        count = work.identities.code_requests
        assert count(address_digest="a", conversation_id="c_1", since=START) == (2, 2)
        assert count(address_digest="a", conversation_id="c_1", since=START + timedelta(minutes=1)) == (1, 1)
        assert count(address_digest="x", conversation_id="c_9", since=START) == (0, 0)


def test_code_requests_of_an_address_can_be_forgotten(populated: Store) -> None:
    """Those of this address, in every conversation, and of no other."""
    with populated.begin() as work:
        for digest in ("a", "a", "b"):
            work.identities.record_code_request(digest, "c_1", START)
        work.identities.forget_code_requests("a")
        work.identities.record_code_request("c", "c_1", START)
        count = work.identities.code_requests
        assert count(address_digest="a", conversation_id="c_1", since=START) == (0, 2)
        assert count(address_digest="b", conversation_id="c_1", since=START) == (1, 2)
