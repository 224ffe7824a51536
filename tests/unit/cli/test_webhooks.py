from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.webhooks import Attempt, Endpoint, Event, EventType, WebhookDelivery
from bot.services import webhook_endpoints
from bot.settings import Settings
from bot.webhooks.addresses import Names
from cli import telling_checks
from tests.unit.cli.installation import Installation

URL = "https://hooks.example/fairwell?token=theirs"
AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _every_name_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_: Names, host: str) -> tuple[str, ...]:
        return ("10.0.0.1",) if host.endswith(".internal") else ("93.184.216.34",)

    monkeypatch.setattr(Names, "resolve", resolve)


def add(installation: Installation, *arguments: str, url: str = URL) -> tuple[str, str]:
    """Adds one; returns its id and its secret."""
    done = installation.run("webhooks", "add", url, *arguments)
    name, secret = re.fullmatch(
        r"(W-\S+) is told .*\nIts secret, shown this once: (whsec_\S+)\n", done.out
    ).groups()  # type: ignore[union-attr]
    return name, secret


def there(installation: Installation) -> str:
    """One that was added before; its id."""
    return webhook_endpoints.add(installation.deps, URL, (), words=False)[0].id


def listed(installation: Installation) -> list[list[str]]:
    """The rows of the list."""
    return [re.split(" {2,}", line) for line in installation.run("webhooks", "list").lines[1:]]


def put(installation: Installation, endpoint_id: str, state: DeliveryState, name: str = "e_1") -> str:
    """An event on its way; returns the id of its delivery."""
    event = Event(name, EventType.UNDONE, name, AT, '{"plan": "Pro"}', "too expensive")
    attempts = (Attempt(AT, 500, "status 500"), Attempt(AT + timedelta(seconds=5), None, "not reached"))
    delivery = WebhookDelivery(name, endpoint_id, AT, state, 2, "not reached", attempts)
    with installation.deps.store.begin() as work:
        work.webhooks.add_event(event)
        work.webhooks.add(delivery)
        work.commit()
    return delivery.id


def states(installation: Installation) -> list[str]:
    """How all stand."""
    with installation.deps.store.begin() as work:
        return [item.state.value for item, _, _ in work.webhooks.listed()]


def test_an_endpoint_is_added_listed_and_removed(installation: Installation) -> None:
    """Its secret is shown once, and nowhere after that."""
    assert installation.run("webhooks", "list").lines[0].startswith("No endpoints;")
    name, secret = add(installation)
    picky, _ = add(
        installation, "--words", "--event", "exit_answer.given", "--event", "case.opened", url=f"{URL}2"
    )
    assert listed(installation) == [
        [name, URL, "everything", "no", "active", "0", "0"],
        [picky, f"{URL}2", "exit_answer.given, case.opened", "yes", "active", "0", "0"],
    ]
    assert installation.run("webhooks", "remove", picky).lines == [f"Removed {picky}."]
    after = installation.run("webhooks", "list")
    assert (len(after.lines), secret in after.out) == (2, False)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("hooks.example", "takes an https address"),
        ("http://hooks.example/", "it takes https"),
        ("https://hooks.internal/", "its address is not public"),
    ],
)
def test_what_nothing_would_be_sent_to_is_refused(installation: Installation, url: str, said: str) -> None:
    """At once, in one line; nothing is stored."""
    code, line = installation.run("webhooks", "add", url).fault
    assert (code, said in line) == (1, True)
    assert webhook_endpoints.listed(installation.deps) == []


def test_a_network_of_ones_own(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is allowed by a setting, without TLS too."""
    monkeypatch.setenv("FAIRWELL_WEBHOOK_NETWORKS", "10.0.0.0/8")
    add(installation, url="http://hooks.internal/")


def test_what_is_no_event_is_refused(installation: Installation) -> None:
    """With what there is."""
    code, line = installation.run("webhooks", "add", URL, "--event", "nonsense").fault
    assert (code, "exit_answer.given" in line) == (2, True)


def test_a_secret_is_changed(installation: Installation) -> None:
    """Shown this once; the old one signs for a day, or as long as is said."""
    name, secret = add(installation)
    done = installation.run("webhooks", "rotate", name)
    assert done.lines[0] == "The secret before it signs for 24 hours more."
    new = done.lines[1].rpartition(" ")[2]
    (item,) = webhook_endpoints.listed(installation.deps)
    assert item.endpoint.signing(installation.deps.clock.now()) == (new, secret)
    done = installation.run("webhooks", "rotate", name, "--overlap", "0")
    assert done.lines[0] == "The secret before it signs no more."
    assert installation.run("webhooks", "rotate", "W-0").fault == (1, "there is no endpoint W-0")


def test_an_endpoint_is_disabled_and_enabled(installation: Installation) -> None:
    """What waits is dead then; what it has missed can be sent."""
    name = there(installation)
    put(installation, name, DeliveryState.WAITING)
    done = installation.run("webhooks", "disable", name)
    assert done.lines == [f"{name} is told nothing any more; 1 deliveries that waited are dead."]
    assert listed(installation)[0][4:] == ["disabled: by staff", "0", "1"]
    assert installation.run("deliveries", "resend", "--all").lines == ["0 back on their way."]
    done = installation.run("webhooks", "enable", name)
    assert f"fairwell deliveries resend --webhook {name} --since DAY" in done.out
    done = installation.run("deliveries", "resend", "--webhook", name, "--since", "2026-11-23")
    assert done.lines == ["1 back on their way."]  # half past eleven in UTC is the next day in Berlin
    done = installation.run("deliveries", "resend", "--webhook", name, "--since", "2026-11-23T01:00")
    assert done.lines == ["0 back on their way."]
    assert installation.run("deliveries", "resend", "--webhook", name).fault[0] == 1


def test_a_test_is_sent(installation: Installation) -> None:
    """And how to see what came of it."""
    name = there(installation)
    done = installation.run("webhooks", "test", name)
    delivery = done.out.split()[0]
    assert installation.run("deliveries", "show", delivery).lines[:2] == [
        f"{delivery}  webhook.test  waiting",
        "Not tried yet.",
    ]


def test_dead_ones_are_among_what_was_not_delivered(installation: Installation) -> None:
    """Listed beside the chats' and the mail's, and sent again like them, under the same id."""
    name = there(installation)
    dead = put(installation, name, DeliveryState.DEAD)
    put(installation, name, DeliveryState.SENT, "e_2")
    (row,) = installation.run("deliveries").lines[1:]
    assert re.split(" {2,}", row) == [dead, "webhook", "dead", "2", "2026-11-23 00:30", "not reached"]
    assert installation.run("deliveries", "resend", dead).lines == ["1 back on their way."]
    assert states(installation) == ["waiting", "sent"]
    assert installation.run("deliveries", "resend", f"e_2:{name}").lines == ["1 back on their way."]
    assert installation.run("deliveries", "resend", "--all").lines == ["0 back on their way."]
    code, line = installation.run("deliveries", "resend", f"e_9:{name}").fault
    assert (code, "there is no delivery e_9" in line) == (1, True)


def test_all_of_an_endpoint_is_listed(installation: Installation) -> None:
    """Whatever became of it, with what it tells, and the next try."""
    name = there(installation)
    put(installation, name, DeliveryState.WAITING)
    put(installation, name, DeliveryState.SENT, "e_2")
    done = installation.run("deliveries", "list", "--webhook", name)
    assert [re.split(" {2,}", line)[1:6] for line in done.lines[1:]] == [
        ["cancellation.undone", "2026-11-23 00:30", "waiting", "2", "2026-11-23 00:30"],
        ["cancellation.undone", "2026-11-23 00:30", "sent", "2", "-"],
    ]
    later = ("--since", "2026-11-24")
    assert installation.run("deliveries", "list", "--webhook", name, *later).lines == ["Nothing."]
    assert installation.run("deliveries", "list", "--webhook", "W-0").fault[0] == 1


def test_every_try_is_shown(installation: Installation) -> None:
    """With what is sent: what customers said only where it is sent."""
    name = there(installation)
    delivery = put(installation, name, DeliveryState.WAITING)
    done = installation.run("deliveries", "show", delivery)
    assert done.lines[0] == f"{delivery}  cancellation.undone  waiting"
    assert [re.split(" {2,}", line) for line in done.lines[2:4]] == [
        ["2026-11-22T23:30:00.000Z", "500", "status 500"],
        ["2026-11-22T23:30:05.000Z", "-", "not reached"],
    ]
    assert done.lines[4] == "Next try: 2026-11-22T23:30:00.000Z"
    assert done.lines[5].startswith('{"type":"cancellation.undone","version":1,')
    assert "too expensive" not in done.out
    with installation.deps.store.begin() as work:
        endpoint = work.webhooks.endpoint(name)
        assert isinstance(endpoint, Endpoint)
        work.webhooks.put_endpoint(replace(endpoint, words=True))
        work.commit()
    assert "too expensive" in installation.run("deliveries", "show", delivery).out
    assert installation.run("deliveries", "show", "c_1:2").fault[0] == 1


def test_the_doctor_looks_at_endpoints(installation: Installation, tmp_path: Path) -> None:
    """By their ids: which take everything, which do not, and which are disabled, by whom."""

    def said() -> list[tuple[str, str]]:
        found = list(telling_checks.webhooks(Settings(home=tmp_path)))
        assert all("hooks.example" not in finding.text for finding in found)
        return [(finding.state, finding.text.split(";")[0]) for finding in found]

    assert said() == [("off", "no other system is told anything")]
    name = there(installation)
    assert said() == [("ok", f"{name} takes what it is sent")]
    put(installation, name, DeliveryState.DEAD)
    assert said() == [("bad", f"{name} has not taken 1 events")]
    webhook_endpoints.disable(installation.deps, name, "it answered 410 Gone")
    assert said() == [("bad", f"{name} is disabled: it answered 410 Gone")]
    webhook_endpoints.disable(installation.deps, name)
    assert said() == [("off", f"{name} is disabled by staff")]
    assert list(telling_checks.webhooks(Settings(home=tmp_path / "nowhere"))) == []
