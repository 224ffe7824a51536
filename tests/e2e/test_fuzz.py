"""Texts nobody should send: answered, and nothing comes of them. The long run is in tests/soak."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import Visit
from tests.e2e.fuzz import inputs
from tests.e2e.fuzzing import fuzz
from tests.e2e.instance import Instance

SEED = int(os.environ.get("FAIRWELL_FUZZ_SEED", "20261122"))
COUNT = 300
#: What a text could have become, were it not shown as text.
INJECTED = "script:not([src]), img, iframe, svg, style, base, b, a[href^='javascript']"


def test_any_text_is_answered_and_cancels_nothing(fairwell: Instance) -> None:
    """Random and hostile texts of every kind: no fault, no silence, no end of anything, no word in a log."""
    fairwell.reset_demo()

    counts = fuzz(fairwell, SEED, inputs(SEED, COUNT))

    assert set(counts) <= {"200", "413", "422"}
    assert counts["413"]


@pytest.mark.browser
def test_a_receipt_quotes_any_words_as_words(
    context: BrowserContext, visit: Visit, complaints: list[str]
) -> None:
    """What was said beside the wish to cancel stands on the receipt's page as typed, and nothing runs."""
    words = (
        "Please cancel my subscription. Ada <img src=x onerror='window.fuzzed=1'> "
        "\u202egnp.live\u202c {{ 7*7 }} ${7*7}"
    )
    confirmation = visit("demo-solo").say(words)[0]
    assert confirmation.receipt is not None

    receipt = context.new_page()
    receipt.goto(confirmation.receipt["url"])

    quote = receipt.get_by_role("blockquote")
    expect(quote).to_be_visible()
    assert _seen(quote.inner_text()) == _seen(words)
    assert quote.locator("q > *").count() == 0
    assert receipt.locator(INJECTED).count() == 0
    assert receipt.evaluate("window.fuzzed") is None
    assert complaints == []


def _seen(text: str) -> str:
    """Without what shows nothing and only turns writing around, and with single spaces."""
    return " ".join(re.sub("[\u202a-\u202e\u2066-\u2069]", "", text).split()).strip('“”" ')
