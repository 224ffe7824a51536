from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.declarations import DeclarationState
from bot.domain.errors import ConflictError, CurrencyMismatchError
from bot.domain.money import Money
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START


def test_a_declaration_comes_back_as_it_was_put(populated: Store) -> None:
    """Words, both times and where it stands; replaced when it moves on."""
    full = builders.declaration(
        "d_2", words="Ich möchte kündigen [code]", said_at=START - timedelta(seconds=3), customer_ref="ada"
    )
    with populated.begin() as work:
        work.declarations.put(full)
        assert work.declarations.get("d_2") == full
        work.declarations.put(replace(full, state=DeclarationState.CARRIED_OUT))
        assert work.declarations.get("d_2") == replace(full, state=DeclarationState.CARRIED_OUT)
        assert work.declarations.get("none") is None


def test_declarations_are_listed_newest_first_twenty_at_most(populated: Store) -> None:
    """In the order they came in, also where their times are equal."""
    with populated.begin() as work:
        work.conversations.put(builders.conversation("c_2"))
        work.declarations.put(builders.declaration("other", conversation_id="c_2"))
        for number in range(2, 24):
            work.declarations.put(builders.declaration(f"d_{number}"))
        work.declarations.put(builders.declaration("d_2", state=DeclarationState.DROPPED))
        listed = [item.id for item in work.declarations.of_conversation("c_1")]
        assert listed == [f"d_{number}" for number in range(23, 3, -1)]


def test_an_operation_comes_back_as_it_was_added(populated: Store) -> None:
    """Every field, and again once it is confirmed."""
    confirmed = builders.operation(
        state=OperationState.CONFIRMED, confirmed_at=START, effective_at=START + timedelta(days=9)
    )
    with populated.begin() as work:
        work.operations.add(builders.operation())
        assert work.operations.latest("s_1") == builders.operation()
        work.operations.put(confirmed)
        assert work.operations.latest("s_1") == confirmed
        assert work.operations.latest("none") is None


def test_the_operations_of_a_subscription_by_generation(populated: Store) -> None:
    """All of them and nobody else's, however many others the customer has."""
    with populated.begin() as work:
        for number in range(1, 131):
            work.operations.add(builders.operation(f"o_{number}", subscription_ref=f"s_{number}"))
        work.operations.add(builders.operation("third", subscription_ref="s_2", generation=3))
        work.operations.add(builders.operation("second", subscription_ref="s_2", generation=2))
        assert [item.id for item in work.operations.of_subscription("s_2")] == ["o_2", "second", "third"]
        assert work.operations.of_subscription("none") == []


def test_amounts_of_one_operation_have_one_currency(populated: Store) -> None:
    """A ledger row that mixes currencies is refused."""
    with pytest.raises(CurrencyMismatchError), populated.begin() as work:
        work.operations.add(builders.operation(charged=Money(1, "USD")))


def test_a_generation_has_one_operation(populated: Store) -> None:
    """Whatever its kind and id: a second of the same generation is a conflict, the next generation is not."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        with pytest.raises(ConflictError):
            work.operations.add(builders.operation("o_2", kind=OperationKind.UNDO))
        work.operations.add(builders.operation("o_2", generation=2, kind=OperationKind.UNDO))
        work.operations.add(builders.operation("o_3", subscription_ref="s_2"))
        latest = work.operations.latest("s_1")
        assert latest is not None
        assert latest.id == "o_2"
        assert work.operations.latest("s_9") is None


def test_a_generation_goes_to_one_of_many(populated: Store) -> None:
    """Sixteen threads add the same generation at once: one does, the others are told."""

    def add(number: int) -> bool:
        with populated.begin() as work:
            try:
                work.operations.add(builders.operation(f"o_{number}"))
            except ConflictError:
                return False
            work.commit()
            return True

    assert sum(race(16, add)) == 1
    with populated.begin() as work:
        assert len(work.operations.of_customer("ada")) == 1


def test_operations_are_listed_by_declaration_and_customer(populated: Store) -> None:
    """A declaration's in the order they were made, a customer's newest first, as many as asked for."""
    with populated.begin() as work:
        for number in range(1, 4):
            work.operations.add(builders.operation(f"o_{number}", generation=number))
        work.operations.add(builders.operation("b_1", subscription_ref="s_2", customer_ref="bob"))
        assert [item.id for item in work.operations.of_declaration("d_1")] == ["o_1", "o_2", "o_3", "b_1"]
        assert [item.id for item in work.operations.of_customer("ada")] == ["o_3", "o_2", "o_1"]
        assert [item.id for item in work.operations.of_customer("ada", limit=1)] == ["o_3"]


def test_a_receipt_comes_back_as_it_was_added(populated: Store) -> None:
    """Every field, by number and by operation."""
    full = builders.receipt(locale="de", disclosures=("a", "ü"))
    with populated.begin() as work:
        work.operations.add(builders.operation())
        work.receipts.add(full)
        assert work.receipts.get(full.number) == full
        assert work.receipts.of_operation("o_1") == full
        assert work.receipts.get("none") is None
        assert work.receipts.of_operation("none") is None


def test_an_operation_has_one_receipt_and_a_number_one_owner(populated: Store) -> None:
    """A second receipt of the operation, and a number that is taken, are conflicts."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        work.operations.add(builders.operation("o_2", generation=2))
        work.receipts.add(builders.receipt())
        with pytest.raises(ConflictError):
            work.receipts.add(builders.receipt("R-0002"))
        with pytest.raises(ConflictError):
            work.receipts.add(builders.receipt(operation_id="o_2"))
        work.receipts.add(builders.receipt("R-0002", operation_id="o_2"))


def test_an_operation_gets_one_receipt_of_many(populated: Store) -> None:
    """Eight threads issue a receipt for the same operation: one stands."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        work.commit()

    def issue(number: int) -> bool:
        with populated.begin() as work:
            try:
                work.receipts.add(builders.receipt(f"R-{number}"))
            except ConflictError:
                return False
            work.commit()
            return True

    assert sum(race(8, issue)) == 1


def test_receipts_are_listed_newest_first(populated: Store) -> None:
    """A customer's own, newest first; removing a customer's receipts and operations leaves other people's."""
    with populated.begin() as work:
        for number in range(1, 4):
            work.operations.add(builders.operation(f"o_{number}", generation=number))
            work.receipts.add(builders.receipt(f"R-{number}", operation_id=f"o_{number}"))
        work.operations.add(builders.operation("b_1", subscription_ref="s_2", customer_ref="bob"))
        work.receipts.add(builders.receipt("B-1", operation_id="b_1", customer_ref="bob"))
        assert [item.number for item in work.receipts.of_customer("ada")] == ["R-3", "R-2", "R-1"]
        assert [item.number for item in work.receipts.of_customer("ada", limit=2)] == ["R-3", "R-2"]
        work.receipts.remove_customer("ada")
        work.operations.remove_customer("ada")
        assert list(work.receipts.of_customer("ada")) == []
        assert work.operations.latest("s_1") is None
        assert work.receipts.of_operation("b_1") is not None


def test_operations_with_receipts_are_not_removed(populated: Store, backend: Backend) -> None:
    """What a receipt proves stays for as long as the receipt does."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        work.receipts.add(builders.receipt())
        with pytest.raises(backend.missing_parent):
            work.operations.remove_customer("ada")


def test_receipts_of_one_key_are_signed_anew(populated: Store) -> None:
    """Found by the whole header their JWS begins with, oldest first; nothing else of them changes."""
    jws = {
        "R-1": "old_.a.x",
        "R-2": "oldX.b.x",
        "R-3": "old_.c.x",
        "R-4": "old_more.d.x",
        "R-5": "new.old_.x",
    }
    with populated.begin() as work:
        for number, (name, signed) in enumerate(jws.items(), 1):
            work.operations.add(builders.operation(f"o_{number}", generation=number))
            work.receipts.add(builders.receipt(name, operation_id=f"o_{number}", jws=signed))
        assert [item.number for item in work.receipts.signed_as("old_")] == ["R-1", "R-3"]
        assert [item.number for item in work.receipts.signed_as("old_", limit=1)] == ["R-1"]
        assert [item.number for item in work.receipts.signed_as("old_", "R-1")] == ["R-3"]
        assert list(work.receipts.signed_as("old_", "R-3")) == []
        work.receipts.put_signature("R-1", "new.a.y")
        work.receipts.put_signature("none", "new.a.y")
        before = builders.receipt("R-1", operation_id="o_1")
        assert work.receipts.get("R-1") == replace(before, jws="new.a.y")
        assert [item.number for item in work.receipts.signed_as("old_")] == ["R-3"]
