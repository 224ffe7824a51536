"""The long run of texts nobody should send."""

from __future__ import annotations

import os
import time

import pytest

from tests.e2e.fuzz import inputs
from tests.e2e.fuzzing import fuzz
from tests.e2e.instance import Instance

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

SEED = int(os.environ.get("FAIRWELL_SOAK_SEED", "20261122"))
INPUTS = int(os.environ.get("FAIRWELL_SOAK_INPUTS", "10000"))


def test_any_text_is_answered_and_cancels_nothing(fairwell: Instance) -> None:
    """Random and hostile texts by the thousand; a failure names the seed and what was said."""
    fairwell.reset_demo()
    began = time.monotonic()

    counts = fuzz(fairwell, SEED, inputs(SEED, INPUTS))

    print(f"seed {SEED}: {counts} in {time.monotonic() - began:.0f} s")  # noqa: T201 - the figures of a long run
    assert set(counts) <= {"200", "413", "422"}
