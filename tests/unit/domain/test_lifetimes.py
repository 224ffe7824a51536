from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import STAFF_MUST_ANSWER_WITHIN, Case, CaseState
from bot.domain.customers import is_email, normalise_email
from bot.domain.declarations import HOLDS_FOR, Declaration, DeclarationState
from bot.domain.errors import ImportFaultError
from bot.domain.exit_interview import OPEN_FOR, ExitQuestion, QuestionState, Reason, choices
from bot.domain.identities import CODE_HOLDS_FOR, CodeChallenge, ProofSource, proof_of
from tests.unit.domain.support import ANCHOR, in_days

INSTANT = timedelta(microseconds=1)
SAID = Declaration("d_1", "c_1", "i_1", "I want to cancel", arrived_at=ANCHOR)


def test_a_declaration_counts_from_the_platforms_signed_time() -> None:
    """Else from our arrival time (P4)."""
    assert SAID.declared_at == ANCHOR
    assert replace(SAID, said_at=in_days(-1)).declared_at == in_days(-1)


@pytest.mark.parametrize("state", list(DeclarationState))
def test_a_declaration_holds_for_seven_days_while_it_waits(state: DeclarationState) -> None:
    """To the instant, from when it was said; what is done, dropped or expired holds no more."""
    waiting = state in {DeclarationState.WAITING, DeclarationState.OFFERED}
    said = replace(SAID, said_at=in_days(-1), state=state)
    assert said.holds(in_days(-1)) is waiting
    assert said.holds(in_days(-1) + HOLDS_FOR - INSTANT) is waiting
    assert not said.holds(in_days(-1) + HOLDS_FOR)
    assert timedelta(days=7) == HOLDS_FOR


@pytest.mark.parametrize("state", list(DeclarationState))
def test_what_a_known_customer_was_told_stands_has_no_end(state: DeclarationState) -> None:
    """They have its number; without one, or without a proof, the seven days count (P4, P9)."""
    waiting = state in {DeclarationState.WAITING, DeclarationState.OFFERED}
    told = replace(SAID, state=state, customer_ref="ada", number="D-0001")
    assert told.holds(in_days(400)) is waiting
    assert not replace(told, number=None).holds(in_days(7))
    assert not replace(told, customer_ref=None).holds(in_days(7))


@pytest.mark.parametrize("state", list(QuestionState))
def test_the_exit_question_is_open_for_a_day(state: QuestionState) -> None:
    """Until answered, skipped or closed (P5)."""
    question = ExitQuestion("q_1", "d_1", "c_1", ANCHOR, state)
    unanswered = state is QuestionState.OPEN
    assert question.is_open(ANCHOR) is unanswered
    assert question.is_open(ANCHOR + OPEN_FOR - INSTANT) is unanswered
    assert not question.is_open(ANCHOR + OPEN_FOR)
    assert timedelta(hours=24) == OPEN_FOR


@given(st.integers())
def test_all_reasons_are_offered_something_else_last(seed: int) -> None:
    """Each exactly once, whatever the order."""
    offered = choices(random.Random(seed))
    assert offered[-1] is Reason.OTHER
    assert sorted(offered) == sorted(Reason)


def test_no_reason_profits_from_its_place() -> None:
    """Over many questions each comes first about as often as the others."""
    shuffle = random.Random(7)
    first = Counter(choices(shuffle)[0] for _ in range(4000))
    assert set(first) == set(Reason) - {Reason.OTHER}
    assert all(400 < count < 600 for count in first.values())


def test_the_reasons_are_stripes_and_temporary() -> None:
    """So that they can be handed on as they are."""
    assert {reason.value for reason in Reason} == {
        *("customer_service", "low_quality", "missing_features", "other", "switched_service"),
        *("too_complex", "too_expensive", "unused", "temporary"),
    }


@pytest.mark.parametrize("state", list(CaseState))
def test_an_accepted_case_is_overdue_after_fifteen_minutes(state: CaseState) -> None:
    """Only once staff have accepted it, and only while a customer waits (P10)."""
    case = Case("k_1", "c_1", "talk_to_human", state, ANCHOR, waiting_since=ANCHOR)
    accepted = state is CaseState.ACCEPTED
    assert not case.overdue(ANCHOR + STAFF_MUST_ANSWER_WITHIN - INSTANT)
    assert case.overdue(ANCHOR + STAFF_MUST_ANSWER_WITHIN) is accepted
    assert not replace(case, waiting_since=None).overdue(in_days(9))
    assert timedelta(minutes=15) == STAFF_MUST_ANSWER_WITHIN


def test_a_proof_holds_until_it_expires() -> None:
    """To the instant."""
    proof = proof_of("c_1", "demo-solo", ProofSource.EMAIL_CODE, ANCHOR)
    day = timedelta(hours=24)
    assert proof.holds(ANCHOR + day - INSTANT)
    assert not proof.holds(ANCHOR + day)


def test_a_code_can_be_entered_while_time_and_tries_last() -> None:
    """Ten minutes and five tries, whichever ends first."""
    challenge = CodeChallenge("c_1", "d_1", "demo-solo", "hash", ANCHOR, ANCHOR + CODE_HOLDS_FOR)
    assert challenge.tries_left == 5
    assert challenge.live(ANCHOR + CODE_HOLDS_FOR - INSTANT)
    assert not challenge.live(ANCHOR + CODE_HOLDS_FOR)
    assert replace(challenge, tries_left=1).live(ANCHOR)
    assert not replace(challenge, tries_left=0).live(ANCHOR)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ada@Example.COM. ", "ada@example.com"),
        ("<ada@example.com>", "ada@example.com"),
        ("ａｄａ@example.com", "ada@example.com"),
        ("JU\u0308RGEN@müller.de", "jürgen@müller.de"),
        ("'ada@example.com',", "ada@example.com"),
    ],
)
def test_addresses_are_compared_in_one_form(typed: str, stored: str) -> None:
    """However they are typed: case, width, composition, what stands around them."""
    assert normalise_email(typed) == stored
    assert normalise_email(stored) == stored
    assert is_email(stored)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@example.com", "a@b.c"),
        *(
            "ada@example.com\n",
            "ada@example.com,bob@example.com",
            "a" * 65 + "@example.com",
            "ada@example.c0m",
        ),
        *("ada@" + "x" * 250 + ".com", "Ada <ada@example.com>", "ada@example.com!"),
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    """One address, nothing around it, of a length that mail allows."""
    assert not is_email(text)


@pytest.mark.parametrize(
    "text", ["a@b.de", "ada+tag@mail.example.co.uk", "jürgen@müller.example", "a@x.xn--p1ai"]
)
def test_addresses_of_all_languages_are_addresses(text: str) -> None:
    """Plus signs, subdomains, umlauts, punycode."""
    assert is_email(text)


def test_a_broken_import_names_the_place() -> None:
    """File, line, column and what is wrong there, in one line."""
    fault = ImportFaultError("customers.csv", 7, "email", "not an address")
    assert str(fault) == "customers.csv:7: column email: not an address"
    assert (fault.file, fault.line, fault.column) == ("customers.csv", 7, "email")
