"""Texts nobody should send: answered, and nothing comes of them. The long run is in tests/soak."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.browser import expect_answer, expect_cancelled, messages, say
from tests.e2e.fuzz import inputs
from tests.e2e.fuzzing import fuzz
from tests.e2e.instance import Instance

SEED = int(os.environ.get("FAIRWELL_FUZZ_SEED", "20261122"))
COUNT = 300
HOSTILE = (
    "<script>window.fuzzed=1</script>",
    '<img src=x onerror="window.fuzzed=1">',
    "</p></li></ol><iframe srcdoc='<script>top.fuzzed=1</script>'></iframe>",
    "<svg/onload=window.fuzzed=1> \u202egnp.live\u202c \u2066x",
    "[weather](javascript:window.fuzzed=1) <a href='javascript:window.fuzzed=1'>the table</a>",
    "{{ 7*7 }} ${7*7} {plan} <%= 7*7 %> {% raw %}",
    "<style>*{display:none}</style><base href='//x.invalid'>",
    "&lt;script&gt; &#x3c;img&#x3e; \u003cb\u003e",
)
#: What a text could have become, were it not shown as text.
INJECTED = "script:not([src]), img, iframe, svg, style, base, b, a[href^='javascript']"


def test_any_text_is_answered_and_cancels_nothing(fairwell: Instance) -> None:
    """Random and hostile texts of every kind: no fault, no silence, no end of anything, no word in a log."""
    fairwell.reset_demo()

    counts = fuzz(fairwell, SEED, inputs(SEED, COUNT))

    assert set(counts) <= {"200", "413", "422"}
    assert counts["413"]


@pytest.mark.browser
def test_pages_show_any_text_as_text(page: Page, complaints: list[str]) -> None:
    """Said and read again after a reload: it stands there as typed; nothing runs, nothing is inserted."""
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108 - Playwright marks what it is given
    before = page.locator(INJECTED).count()
    for text in HOSTILE:
        say(page, text)
        expect_answer(page)
    for _ in range(2):
        expect(messages(page).and_(page.locator(".own"))).to_have_count(len(HOSTILE))
        shown = messages(page).and_(page.locator(".own")).locator(".bubble").all_text_contents()
        assert [_seen(text) for text in shown] == [_seen(text) for text in HOSTILE]
        assert page.locator(INJECTED).count() == before
        assert page.evaluate("window.fuzzed") is None
        page.reload()
    assert (dialogs, complaints) == ([], [])


@pytest.mark.browser
def test_a_receipt_quotes_any_words_as_words(page: Page, complaints: list[str]) -> None:
    """What was said beside the wish to cancel stands on the receipt's page as typed, and nothing runs."""
    words = (
        "Please cancel my subscription. Ada <img src=x onerror='window.fuzzed=1'> "
        "\u202egnp.live\u202c {{ 7*7 }} ${7*7}"
    )
    say(page, words)
    expect_cancelled(page)

    with page.expect_popup() as popup:
        page.get_by_role("link", name=re.compile("^Open receipt")).click()
    receipt = popup.value

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
