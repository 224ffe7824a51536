"""What `fairwell doctor` says of alerts; of webhooks it is among the tests of their commands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.alerts import SLACK_ALERT, Alerts
from bot.domain.outbox import MAIL, Job
from bot.domain.staff import Role
from bot.services import alerts, audit, staff
from bot.settings import Settings
from bot.store.engine import open_engine
from cli import telling_checks
from cli.checks import Finding, bad, off, ok
from tests.unit.cli.installation import Installation

WHERE = "https://support.example/console/settings"
SECRET = "https://hooks.slack.com/services/T1/B1/secret"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of the installation."""
    return Settings(home=tmp_path, public_url="https://support.example")


def found(settings: Settings) -> list[Finding]:
    """What is said."""
    return list(telling_checks.alerts(settings))


def sets_up(installation: Installation) -> None:
    """Somebody is to be told by mail and on Slack."""
    by = staff.invite(installation.deps, "bea@example.com", "Bea", Role.ADMIN, audit.COMMAND_LINE).staff
    alerts.put(installation.deps, by.id, Alerts(("desk@example.com",), SECRET, opened=True))


def jobs(installation: Installation, *kinds: str, dead: bool) -> None:
    """One of each kind, given up or not."""
    with installation.deps.store.begin() as work:
        for kind in kinds:
            name = f"{kind} {dead}"
            work.outbox.add(Job(name, kind, name, {}, installation.deps.clock.now() + timedelta(hours=1)))
            if dead:
                work.outbox.give_up(name, "Slack answered 404")
        work.commit()


@pytest.mark.usefixtures("installation")
def test_nobody_is_told(settings: Settings) -> None:
    """Which may be meant; it says where to change it."""
    said = "nobody is told by mail or on Slack that a customer waits"
    assert found(settings) == [off("alerts", f"{said}; {WHERE}")]


def test_alerts_are_set_up(installation: Installation, settings: Settings) -> None:
    """What waits to be sent, and what another kind of job did not achieve, is no fault of theirs."""
    sets_up(installation)
    jobs(installation, SLACK_ALERT, dead=False)
    jobs(installation, MAIL, dead=True)
    assert found(settings) == [ok("alerts", f"set up; send a test at {WHERE}")]


def test_slack_has_not_taken_some(installation: Installation, settings: Settings) -> None:
    """How many, and nothing of where they were to go: what is sealed is not opened."""
    sets_up(installation)
    jobs(installation, SLACK_ALERT, dead=True)
    (said,) = found(settings)
    assert said == bad("alerts", f"Slack has not taken 1; send a test at {WHERE}")
    assert "secret" not in said.text


def test_a_database_that_is_not_there_is_left_alone(tmp_path: Path) -> None:
    """The line about the database has said so; none is made."""
    settings = Settings(home=tmp_path / "nowhere")
    assert found(settings) == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("installation")
def test_a_database_of_an_older_release(settings: Settings) -> None:
    """Without the table there is nothing to say of what would be in it."""
    engine = open_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE desk_settings"))
    engine.dispose()
    assert found(settings) == []
