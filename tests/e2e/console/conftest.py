"""Fixtures: colleagues, each with a browser context of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import REPORT_VIOLATIONS
from tests.e2e.console.colleague import Colleague, Joins, invitation
from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import site, visits

__all__ = ["site", "visits"]

_NUMBERS = itertools.count(1)


@pytest.fixture
def joins(browser: Browser, fairwell: Instance, complaints: list[str]) -> Iterator[Joins]:
    """Invites somebody with a role, who is signed in then; `look` are options of their browser."""
    with ExitStack() as stack:

        def joining(
            role: str = "agent", name: str = "Bea Kraus", at: Instance = fairwell, **look: object
        ) -> Colleague:
            size = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "en-GB"}
            context = browser.new_context(**(size | look))  # type: ignore[arg-type]
            stack.callback(context.close)
            context.add_init_script(REPORT_VIOLATIONS)
            context.on("console", lambda item: complaints.append(item.text) if item.type == "error" else None)
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            email = f"colleague{next(_NUMBERS)}@example.com"
            link = invitation(at, email, role, name)
            return Colleague(context.new_page(), at, email).accepts(link)

        yield joining
