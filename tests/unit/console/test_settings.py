"""The page on which a desk is set up: office hours, days off, alerts."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from bot.domain.alerts import Alerts
from bot.domain.office_hours import Span
from bot.domain.staff import Role
from bot.services import alerts, office_hours
from tests.fixtures.fakes import RecordingMailer
from tests.fixtures.webhooks import ScriptedAlerts
from tests.unit.console.office import Office

URL = "https://hooks.slack.com/services/T1/B1/secret"
MORNING = {"day0_0_from": "09:00", "day0_0_to": "12:00"}
WHOLE = {**MORNING, "day0_1_from": "13:00", "day0_1_to": "00:00"}


async def test_hours_are_set_and_shown(office: Office) -> None:
    """As they were typed, on the company's clocks; and what customers read now."""
    manager = office.signed_in(Role.MANAGER)
    assert "Set office hours first" in (await manager.get("/settings")).text
    assert (await manager.post("/settings/hours", None, **WHOLE)).status_code == 303
    found = office_hours.shown(office.deps)
    assert found is not None
    assert found.week[0] == (Span(540, 720), Span(780, 1440))
    assert found.week[1] == ()
    page = (await manager.get("/settings")).text
    for value in WHOLE.values():
        assert f'value="{value}"' in page
    assert "case_back_weekday" in page


async def test_hours_that_make_no_sense_are_shown_again(office: Office) -> None:
    """With all that was typed, and which day it is about; what was set stays."""
    manager = office.signed_in(Role.MANAGER)
    await manager.post("/settings/hours", None, **WHOLE)
    answer = await manager.post("/settings/hours", None, **MORNING, day3_0_from="17:00", day3_0_to="09:00")
    assert answer.status_code == 400
    assert "Thursday: hours end after they begin. Nothing was changed." in answer.text
    assert 'value="17:00"' in answer.text
    found = office_hours.shown(office.deps)
    assert found is not None
    assert found.week[3] == ()


async def test_days_off(office: Office) -> None:
    """One day, or several; taken away again."""
    manager = office.signed_in(Role.MANAGER)
    await manager.post("/settings/hours", None, **MORNING)
    await manager.post("/settings/days-off", first="2026-12-24", last="2027-01-01", name="Christmas <3")
    await manager.post("/settings/days-off", first="2026-05-01", last="")
    page = (await manager.get("/settings")).text
    assert "Thu 24 Dec 2026 to Fri 1 Jan 2027" in page
    assert "Christmas &lt;3" in page
    assert page.index("1 May 2026") < page.index("24 Dec 2026")
    for wrong in ("", "tomorrow", "2026-13-01"):
        answer = await manager.post("/settings/days-off", first=wrong, name="kept")
        assert answer.status_code == 400
        assert 'value="kept"' in answer.text
    await manager.post("/settings/days-off/remove", first="2026-05-01", last="2026-05-01")
    assert "1 May 2026" not in (await manager.get("/settings")).text


async def test_alerts_are_set_and_the_secret_is_not_shown(office: Office) -> None:
    """The webhook's address stays where its field is left empty, and goes where that is asked for."""
    manager = office.signed_in(Role.MANAGER)
    form = {"mail": "a@example.com\r\nb@example.com", "opened": "1", "after": "30"}
    assert (await manager.post("/settings/alerts", None, **form, slack=URL)).status_code == 303
    wanted = Alerts(("a@example.com", "b@example.com"), URL, True, timedelta(minutes=30), office.clock.now())
    assert alerts.shown(office.deps) == wanted
    page = (await manager.get("/settings")).text
    assert "a@example.com" in page
    assert URL not in page
    assert "…cret" in page
    await manager.post("/settings/alerts", mail="", after="", slack="")
    assert alerts.shown(office.deps) == Alerts(slack=URL)
    await manager.post("/settings/alerts", no_slack="1")
    assert alerts.shown(office.deps) == Alerts()


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail": "nobody"}, {"after": "-3"}, {"after": "1e3"}, {"after": "99999"},
        {"slack": "http://hooks.slack.com/x"}, {"slack": "file:///etc/passwd"}, {"slack": "https://inside.example"},
    ],
)  # fmt: skip
async def test_alerts_that_can_not_be_are_shown_again(office: Office, wrong: dict[str, str]) -> None:
    """Among them addresses in our own network."""
    manager = office.signed_in(Role.MANAGER)
    cast("ScriptedAlerts", office.application.alerts).unfit.add("https://inside.example")
    answer = await manager.post("/settings/alerts", None, **{"mail": "kept@example.com", **wrong})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert alerts.shown(office.deps) == Alerts()


async def test_a_test_is_sent(office: Office) -> None:
    """At once, to each place, with what came of it."""
    manager = office.signed_in(Role.MANAGER)
    await manager.post("/settings/alerts", mail="a@example.com", slack=URL)
    sender = cast("ScriptedAlerts", office.application.alerts)
    sender.script.append(403)
    page = (await manager.post("/settings/alerts/test")).text
    assert "a@example.com: sent" in page
    assert "Slack: it answered 403" in page
    mailer = cast("RecordingMailer", office.application.mailer)
    assert [mail.to for mail in mailer.sent] == ["a@example.com"]
