from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import PREFIX
from tests.fixtures.stripe.connected import Connected
from tests.fixtures.stripe.stand_in import KEY, Fault
from tests.unit.cli.installation import Installation


@pytest.fixture
def installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stripe: Connected
) -> Installation:
    """An installation connected to the stand-in."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    settings = {
        "HOME": str(tmp_path),
        "BILLING": "stripe",
        "STRIPE_KEY": KEY,
        "STRIPE_API_URL": stripe.server.url,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    return Installation(capsys)


def test_customers_are_taken_over_again_and_again(installed: Installation, stripe: Connected) -> None:
    """New ones are added, names follow, nobody is removed; what they hold nobody has asked for yet."""
    assert installed.run("customers", "sync").out == "Taken over: 1 customers.\n"
    stripe.state.customers["cus_ada"]["name"] = "Ada Berg-Sommer"
    for number in range(120):
        stripe.state.customer(f"cus_{number:03}", email=f"{number}@example.com")
    assert installed.run("customers", "sync").out == "Taken over: 121 customers.\n"
    del stripe.state.customers["cus_000"]
    assert installed.run("customers", "sync").out == "Taken over: 120 customers.\n"
    listed = installed.run("customers", "list")
    assert listed.code == 0
    assert "Ada Berg-Sommer" in listed.out
    assert "cus_000" in listed.out
    ada = next(line for line in listed.lines if line.startswith("ada "))
    assert ada.split()[-1] == "?"


def test_two_customers_of_one_address(installed: Installation, stripe: Connected) -> None:
    """The first one has it, the other is named as left out: a code would not tell which of them asks."""
    stripe.state.customer("cus_b", email="Ada@example.com", metadata={"customer": "bob"})
    done = installed.run("customers", "sync")
    assert done.lines == [
        "Taken over: 1 customers.",
        "Left out 1: another customer has their e-mail address. ada",
    ]


def test_stripe_being_away_is_one_line(
    installed: Installation, stripe: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And an exit code."""
    stripe.server.fail(*(Fault("bad_key", fits=lambda _: True) for _ in range(9)))
    monkeypatch.setattr("bot.billing.stripe.customers._WAITS", (0.0,))
    code, line = installed.run("customers", "sync").fault
    assert (code, line.startswith("stopped after 0 customers: Stripe does not take the key")) == (1, True)


def test_a_live_key_does_not_go_with_a_database_of_test_mode(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test customers and real ones must never meet; the line says what to do."""
    monkeypatch.setenv(f"{PREFIX}STRIPE_KEY", KEY.replace("test", "live"))
    monkeypatch.setenv(f"{PREFIX}STRIPE_API_URL", "https://stripe.invalid")
    code, line = installed.run("customers", "list").fault
    assert code == 2
    assert line.startswith(
        "FAIRWELL_STRIPE_KEY: is of live mode, and this database has been used in test mode"
    )


def test_doctor_says_what_the_key_lacks(installed: Installation, stripe: Connected) -> None:
    """In one line, with where to give it."""
    stripe.server.fail(Fault("not_allowed", fits=lambda asked: asked.path == "/v1/refunds"))
    found = [line for line in installed.run("doctor").lines if " billing " in line]
    assert "Stripe's key lacks permissions: Subscriptions Write; give it these" in found[0]
    assert "webhook" in found[1]


def test_doctor_is_content_with_a_restricted_key(installed: Installation, stripe: Connected) -> None:
    """And says so when search or Stripe itself is missing."""
    assert "ok   billing     Stripe, test mode, by a restricted key" in installed.run("doctor").lines
    stripe.server.routes.search = False
    assert "Stripe has no search here" in installed.run("doctor").out
    stripe.server.fail(Fault("bad_key", fits=lambda _: True))
    assert "bad  billing" in installed.run("doctor").out
