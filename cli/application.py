"""The application as commands use it: read the settings, open the database, quietly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.bootstrap import Application


def application() -> Application:
    """The application of this environment's settings.

    Raises `SettingsError`, `KeyFileError`, and `SQLAlchemyError` for a database that cannot be reached.
    """
    from bot.bootstrap import build
    from bot.settings import load_settings

    return build(load_settings())
