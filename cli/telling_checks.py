"""What `fairwell doctor` checks of telling others: other systems by webhooks, the company's people by alerts.

What is sealed is not read, as no key is touched; nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.settings import Settings
from cli.checks import Finding, bad, off, ok

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


def webhooks(settings: Settings) -> Iterator[Finding]:
    """A line for each endpoint: whether it is told, and takes what it is sent."""
    from bot.store.tables.webhooks import webhook_endpoints

    with _reading(settings, webhook_endpoints) as connection:
        if connection is not None:
            yield from _endpoints(connection)


def alerts(settings: Settings) -> Iterator[Finding]:
    """Whether anybody is told that a customer waits for a person, and what Slack has not taken."""
    from bot.store.tables.desk import desk_settings

    with _reading(settings, desk_settings) as connection:
        if connection is not None:
            yield _alerts(connection, f"{settings.public_url}/console/settings")


@contextmanager
def _reading(settings: Settings, table: Table) -> Iterator[Connection | None]:
    """The database; None where it or the table is not there: the line about it has said what to do."""
    from sqlalchemy import inspect, make_url

    from bot.store.engine import open_engine

    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not os.path.exists(url.database or ""):  # noqa: PTH110  # a URL's part
        yield None
        return
    engine = open_engine(settings.database_url, threads=1)
    try:
        with engine.connect() as connection:
            yield connection if inspect(connection).has_table(table.name) else None
    finally:
        engine.dispose()


def _endpoints(connection: Connection) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from bot.store.tables.webhooks import webhook_deliveries, webhook_endpoints

    columns = webhook_endpoints.c
    found = connection.execute(select(columns.id, columns.why).order_by(columns.created_at)).all()
    if not found:
        yield off("webhooks", "no other system is told anything; fairwell webhooks add URL")
    of, state = webhook_deliveries.c.endpoint_id, webhook_deliveries.c.state
    dead = select(of, func.count()).where(state == "dead").group_by(of)
    counts = {row[0]: row[1] for row in connection.execute(dead)}
    for name, why in found:
        if why == "by staff":
            yield off("webhooks", f"{name} is disabled by staff; fairwell webhooks enable {name}")
        elif why is not None:
            yield bad("webhooks", f"{name} is disabled: {why}; fairwell webhooks enable {name}, or remove it")
        elif counts.get(name):
            yield bad(
                "webhooks", f"{name} has not taken {counts[name]} events; fairwell deliveries lists them"
            )
        else:
            yield ok("webhooks", f"{name} takes what it is sent")


def _alerts(connection: Connection, where: str) -> Finding:
    from sqlalchemy import func, select

    from bot.domain.alerts import SLACK_ALERT
    from bot.services.alerts import SETTING
    from bot.store.tables.desk import desk_settings
    from bot.store.tables.ledger import outbox

    kept = select(func.count()).where(desk_settings.c.name == SETTING)
    if not connection.execute(kept).scalar():
        return off("alerts", f"nobody is told by mail or on Slack that a customer waits; {where}")
    dead = select(func.count()).where(outbox.c.kind == SLACK_ALERT, outbox.c.state == "dead")
    if refused := connection.execute(dead).scalar():
        return bad("alerts", f"Slack has not taken {refused}; send a test at {where}")
    return ok("alerts", f"set up; send a test at {where}")
