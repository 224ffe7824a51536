"""What billing providers elsewhere last told."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.ports.ledger import View
from bot.store.repository import Repository
from bot.store.tables.ledger import billing_views


class SqlViews(Repository):
    """Implements `ports.ViewRepository`."""

    def get(self, name: str) -> View | None:
        row = self._one(select(billing_views).where(billing_views.c.name == name))
        return None if row is None else View(self._open(row.value), row.read_at, row.stale)

    def put(self, name: str, view: View) -> None:
        values = {"name": name, "value": self._seal(view.value), "read_at": view.read_at, "stale": view.stale}
        self._put(billing_views, values, billing_views.c.name)

    def spoil(self, name: str) -> None:
        self._change(update(billing_views).where(billing_views.c.name == name).values(stale=True))
