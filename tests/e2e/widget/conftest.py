"""Fixtures: a website on a port of its own with the chat of the shared installation, and visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.e2e.instance import Instance
from tests.e2e.widget.visitor import Visitor
from tests.fixtures.website import Website

Visits = Callable[..., Visitor]


@pytest.fixture
def site(fairwell: Instance) -> Iterator[Website]:
    """A company's website; nobody is signed in on it."""
    fairwell.reset_demo()
    with Website(fairwell.url) as website:
        yield website


@pytest.fixture
def visits(context: BrowserContext, fairwell: Instance, site: Website) -> Visits:
    """Opens the site in a tab, as a customer who is signed in there, or as nobody; the chat is open."""

    def visiting(customer: str | None = None, attributes: str = "", *, opened: bool = True) -> Visitor:
        site.identity = lambda: fairwell.identity(customer) if customer else None
        visitor = Visitor(context.new_page())
        visitor.goes_to(site.page(f'data-identity-url="/identity" {attributes}'))
        return visitor.opens() if opened else visitor

    return visiting
