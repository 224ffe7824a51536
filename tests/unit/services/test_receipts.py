from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import ConflictError
from bot.services import receipts
from tests.fixtures import builders
from tests.fixtures.fakes import FixedSigner
from tests.unit.services.world import World


class NewSigner(FixedSigner):
    """Signs with the next key."""

    def sign(self, payload: bytes) -> str:
        """Under another header."""
        _, _, rest = super().sign(payload).partition(".")
        return f"new.{rest}"


@pytest.fixture
def world() -> World:
    """With more receipts of one key than are looked at in one go."""
    made = World()
    with made.store.begin() as work:
        builders.populate(work)
        for number in range(1, 252):
            work.operations.add(builders.operation(f"o_{number}", generation=number))
            kept = builders.receipt(f"R-{number}", operation_id=f"o_{number}", jws="old.e30.c2ln")
            work.receipts.add(kept)
        work.commit()
    made.deps = replace(made.deps, signer=NewSigner())
    return made


def test_all_that_a_key_has_signed_is_signed_again_once(world: World) -> None:
    """The payload stays as it is, and so does everything beside it; again there is nothing to do."""
    before = world.receipts("ada")
    assert receipts.renew(world.deps, "old") == 251
    assert receipts.renew(world.deps, "old") == 0
    after = world.receipts("ada")
    assert {item.jws for item in after} == {"new.e30.c2lnbmVk"}
    assert [replace(item, jws="") for item in after] == [replace(item, jws="") for item in before]


def test_the_key_that_signs_does_not_take_its_own_place(world: World) -> None:
    """Else it would never end; nothing is changed."""
    receipts.renew(world.deps, "old")
    with pytest.raises(ConflictError):
        receipts.renew(world.deps, "new")
    assert receipts.renew(world.deps, "other") == 0
