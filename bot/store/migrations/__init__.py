"""How the database came to look as it does. `migrate` is run at every start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

# Any number, the same in every replica: who holds PostgreSQL's advisory lock of this number migrates.
_LOCK = 0x6661697277656C6C


def migrate(engine: Engine, revision: str = "head", *, down: bool = False) -> None:
    """Brings the database up to `revision`, in one transaction; replicas that do so at once take turns.

    `down` goes back to an earlier revision instead, and loses what only later ones can hold.
    """
    with engine.begin() as connection:
        # On SQLite every transaction begins by taking the write lock, which does the same.
        if engine.dialect.name == "postgresql":
            # A replica that waits here waits for the whole migration, however long it takes.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
