"""An installation whose billing is the example billing system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.billing.http_api.billing import HttpBilling
from bot.bootstrap import build
from bot.domain.errors import ConflictError
from bot.ports import CancelAt
from bot.settings import Settings
from cli import billing_checks
from tests.contract.world import NOTHING
from tests.fixtures import builders
from tests.fixtures.billing_process import SECRET, BillingServer
from tests.fixtures.fakes import START


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BillingServer]:
    """The example, with one plan and one subscription."""
    with BillingServer(tmp_path_factory.mktemp("billing")) as made:
        made.put(builders.subscription())
        yield made


def settings(home: Path, server: BillingServer, secret: str = SECRET) -> Settings:
    """Of an installation that asks it."""
    return Settings(
        home=home,
        billing="http",
        billing_http_url=server.url,
        billing_http_secret=secret,
    )


def opened(home: Path, server: BillingServer) -> HttpBilling:
    """What an installation has for billing."""
    billing = build(settings(home, server)).deps.billing
    assert isinstance(billing, HttpBilling)
    return billing


def test_an_installation_asks_it_with_keys_of_its_own(tmp_path: Path, server: BillingServer) -> None:
    """The same after a restart; a database made anew counts anew, and its keys have never acted."""
    terms = CancelAt(START, False, NOTHING)
    first = opened(tmp_path / "one", server)
    first.outside(20).cancel("s_1", at=terms, idempotency_key="s_1:1")
    again = opened(tmp_path / "one", server)
    assert again.outside(20).acted("s_1", idempotency_key="s_1:1")
    anew = opened(tmp_path / "two", server)
    assert not anew.outside(20).acted("s_1", idempotency_key="s_1:1")
    with pytest.raises(ConflictError):
        anew.outside(20).cancel("s_1", at=terms, idempotency_key="s_1:1")
    for billing in (first, again, anew):
        billing.close()


def test_doctor_asks_it_for_its_plans(tmp_path: Path, server: BillingServer) -> None:
    """So that address, secret and clocks are known to be right; and says where changes can be told."""
    first, second = billing_checks.billing(settings(tmp_path, server))
    assert (first.state, first.text) == (
        "ok",
        f"{server.url} answers with its signature, and sells 1 plan",
    )
    assert second.text.endswith("/billing/http")


def test_doctor_says_what_is_wrong_and_no_secret(tmp_path: Path, server: BillingServer) -> None:
    """Another secret, or nobody there."""
    other = "another secret of the tests, long enough"
    (finding,) = billing_checks.billing(settings(tmp_path, server, other))
    assert finding.state == "bad"
    assert "does not take our signature" in finding.text
    assert other not in finding.text
    away = Settings(
        home=tmp_path,
        billing="http",
        billing_http_url="http://127.0.0.1:1/fairwell",
        billing_http_secret=other,
    )
    (finding,) = billing_checks.billing(away)
    assert finding.state == "bad"
    assert "http://127.0.0.1:1/fairwell: no connection" in finding.text
