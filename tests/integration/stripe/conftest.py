"""The provider, and a stand-in for Stripe that it talks to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.stripe.connected import Connected, connected


@pytest.fixture
def stripe() -> Iterator[Connected]:
    """Connected to an account in which `ada` has one subscription, `sub_1`."""
    with connected() as made:
        yield made
