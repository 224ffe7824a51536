from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.exit_interview import Reason
from bot.domain.follow_ups import FollowUpState
from bot.ports import Store
from bot.services import follow_up_news
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.builders import follow_up
from tests.fixtures.fakes import START
from tests.unit.services.world import World


def test_a_consent_comes_back_as_it_was_given(populated: Store) -> None:
    """Every field, by declaration and by id, and as it was settled."""
    reasons = (Reason.TOO_EXPENSIVE, Reason.LOW_QUALITY)
    full = follow_up(member_id="p_1", reasons=reasons, words="sagt Bescheid, wenn’s günstiger wird")
    with populated.begin() as work:
        assert work.follow_ups.add(full)
        assert work.follow_ups.of_declaration("d_1") == full
        assert work.follow_ups.lock("u_1") == full
        assert work.follow_ups.of_declaration("none") is None
        assert work.follow_ups.lock("none") is None
        told = replace(full, state=FollowUpState.TOLD, settled_at=START + timedelta(days=30))
        work.follow_ups.put(told)
        assert work.follow_ups.lock("u_1") == told


def test_there_is_one_for_a_declaration_ever(populated: Store) -> None:
    """Whatever became of it; asked for by eight threads at once, one is kept."""

    def ask(number: int) -> bool:
        with populated.begin() as work:
            added = work.follow_ups.add(follow_up(f"u_{number}"))
            work.commit()
            return added

    assert sum(race(8, ask)) == 1
    with populated.begin() as work:
        (kept,) = work.follow_ups.open()
        work.follow_ups.put(replace(kept, state=FollowUpState.WITHDRAWN))
        assert not work.follow_ups.add(follow_up("u_99"))


def test_the_open_ones_oldest_first(populated: Store) -> None:
    """All, a customer's, a conversation's, or of either; never those that are settled."""
    with populated.begin() as work:
        work.customers.put(builders.customer("bob"))
        work.conversations.put(builders.conversation("c_2"))
        for number in range(2, 6):
            work.declarations.put(builders.declaration(f"d_{number}"))
        for item in (
            follow_up("u_5", declaration_id="d_5"),
            follow_up("u_2", declaration_id="d_2", conversation_id="c_2"),
            follow_up("u_3", declaration_id="d_3", conversation_id="c_2", customer_ref="bob"),
            follow_up("u_4", declaration_id="d_4", state=FollowUpState.TOLD),
        ):
            work.follow_ups.add(item)

        def found(**whose: str) -> list[str]:
            return [item.id for item in work.follow_ups.open(**whose)]

        assert found() == ["u_5", "u_2", "u_3"]
        assert found(customer_ref="ada") == ["u_5", "u_2"]
        assert found(conversation_id="c_2") == ["u_2", "u_3"]
        assert found(customer_ref="ada", conversation_id="c_2") == ["u_5", "u_2", "u_3"]
        assert found(customer_ref="nobody") == []
        work.follow_ups.remove_customer("ada")
        assert found() == ["u_3"]
        assert work.follow_ups.of_declaration("d_4") is None


@pytest.mark.parametrize("field", ["customer_ref", "conversation_id", "declaration_id"])
def test_a_consent_is_somebodys(populated: Store, backend: Backend, field: str) -> None:
    """It hangs on a customer, a conversation and a declaration that are there."""
    with populated.begin() as work, pytest.raises(backend.missing_parent):
        work.follow_ups.add(replace(follow_up(), **{field: "none"}))  # type: ignore[arg-type]  # by name


def test_told_by_four_at_once_is_told_once(populated: Store) -> None:
    """Somebody runs the command again and again: one message for each."""
    with populated.begin() as work:
        for number in range(10):
            conversation, declaration = f"t_{number}", f"t_{number}"
            work.conversations.put(builders.conversation(conversation, channel="telegram"))
            work.declarations.put(builders.declaration(declaration))
            work.customers.put(builders.customer(f"c{number}"))
            where = {"conversation_id": conversation, "declaration_id": declaration}
            work.follow_ups.add(
                follow_up(f"u_{number}", customer_ref=f"c{number}", channel="telegram", **where)
            )
        work.commit()
    deps = World(populated).deps
    told = race(4, lambda _: follow_up_news.tell(deps, ["missing_features"], {"en": "There are tags."}))
    assert sum(item["telegram"] for item in told) == 10
    with populated.begin() as work:
        assert work.follow_ups.open() == []
        assert {len(work.messages.after(f"t_{number}", 0)) for number in range(10)} == {1}
