from __future__ import annotations

from bot.domain.alerts import HOUR, Alerts, Way
from bot.services import alerts
from tests.fixtures.fakes import RecordingMailer
from tests.fixtures.webhooks import ScriptedAlerts
from tests.unit.gateway.support import World, until


def _held(world: World) -> int:
    with world.application.deps.store.reading() as work:
        return work.desk.alert_hour(Way.SLACK, world.clock.now()).held


async def test_the_app_tells_of_a_case(world: World) -> None:
    """From the customer's words to the mail server and to Slack, by the worker that does jobs."""
    sender, mailer = world.application.alerts, world.application.mailer
    assert isinstance(sender, ScriptedAlerts)
    assert isinstance(mailer, RecordingMailer)
    to = Alerts(("desk@example.com",), "https://hooks.example/secret", opened=True)
    alerts.put(world.application.deps, "cli", to)
    await world.say(await world.session("demo-solo"), "human please")
    await until(lambda: bool(sender.posted) and bool(mailer.sent))
    assert [mail.to for mail in mailer.sent] == ["desk@example.com"]


async def test_the_app_ends_the_hour_of_a_flood(world: World) -> None:
    """What was held back is told though nobody asks for a person any more."""
    sender, deps = world.application.alerts, world.application.deps
    assert isinstance(sender, ScriptedAlerts)
    alerts.put(deps, "cli", Alerts(slack="https://hooks.example/secret", opened=True))
    for _ in range(deps.alerts_per_hour + 2):
        session = await world.session("demo-solo")
        await world.say(session, "human please")
    await until(lambda: len(sender.posted) == deps.alerts_per_hour + 1)
    await until(lambda: _held(world) == 2)
    world.clock.advance(seconds=HOUR.total_seconds())
    await until(lambda: len(sender.posted) == deps.alerts_per_hour + 2)
    assert sender.posted[-1][1].startswith("alert_held_slack(waiting=32, held=2,")
