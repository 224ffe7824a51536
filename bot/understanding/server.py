"""Starts Rasa for the gateway, on the loopback address only.

Command: `python -m bot.understanding.server --port N --model PATH`.

Environment: FAIRWELL_RASA_SECRET, FAIRWELL_ACTIONS_URL, FAIRWELL_ACTIONS_SECRET; FAIRWELL_RASA_TRACKER_URL (a
SQLAlchemy URL) or FAIRWELL_HOME, whose rasa.db is used without it.
"""

import argparse
import logging
import os
import sys
from functools import partial
from pathlib import Path

from sanic import Sanic

from bot.understanding import logs
from bot.understanding.parse import newest

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
_LOG = logging.getLogger("fairwell.understanding")
_NEEDED = ("FAIRWELL_RASA_SECRET", "FAIRWELL_ACTIONS_URL", "FAIRWELL_ACTIONS_SECRET")


def tracker_url(environment: dict[str, str]) -> str:
    """Return the SQLAlchemy URL of the trackers; the app's PostgreSQL driver becomes the one Rasa has."""
    url = environment.get("FAIRWELL_RASA_TRACKER_URL", "")
    if not url:
        home = Path(environment.get("FAIRWELL_HOME", "var")).resolve()
        home.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{home / 'rasa.db'}"
    for driver in ("postgresql+psycopg://", "postgres://", "postgresql://"):
        if url.startswith(driver):
            return "postgresql+psycopg2://" + url[len(driver) :]
    return url


def missing(environment: dict[str, str]) -> list[str]:
    """Return the names of the settings without which there is nothing to start."""
    return [name for name in _NEEDED if not environment.get(name)]


def build(model: Path, scrubber: logs.Scrubber) -> Sanic:
    """Return the Sanic application: our channel, no API of Rasa's, the model loaded before it listens."""
    # Rasa is imported here, so that a missing setting is reported at once; skops before it, since skops scans
    # all that is imported by then, which costs seconds.
    # ruff: noqa: PLC0415, I001
    import skops.io  # noqa: F401

    from rasa.core.run import close_resources, configure_app, create_http_input_channels, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints

    from bot.understanding import tweaks

    tweaks.apply()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    app: Sanic = configure_app(channels, enable_api=False, use_uvloop=True)
    app.config.REQUEST_MAX_SIZE = 1024 * 1024
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 10.0

    async def must_be_ready(running: Sanic, _: object) -> None:
        if not running.ctx.agent.is_ready():
            raise SystemExit("the model could not be loaded")
        scrubber.serving = True
        _LOG.info("Rasa is ready with %s", model.name)

    app.register_listener(partial(load_agent_on_start, str(model), endpoints, None), "before_server_start")
    app.register_listener(must_be_ready, "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


def main() -> int:
    """Run the command until SIGTERM or SIGINT; exit code 1 where a setting or the model is missing."""
    parser = argparse.ArgumentParser(description="Serve the trained bot to the gateway.")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument(
        "--model", type=Path, default=Path("var/models"), help="a model, or the folder of models"
    )
    options = parser.parse_args()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    absent = missing(dict(os.environ))
    if absent:
        print(f"not set: {', '.join(absent)}", file=sys.stderr)  # noqa: T201  # a command's error
        return 1
    model = newest(options.model) if options.model.is_dir() else options.model
    if model is None or not model.is_file():
        print(f"no model at {options.model}: train one first", file=sys.stderr)  # noqa: T201  # a command's error
        return 1
    os.environ["FAIRWELL_RASA_TRACKER_URL"] = tracker_url(dict(os.environ))
    app = build(model, logs.configure())
    app.run(host=HOST, port=options.port, access_log=False, debug=False, workers=1, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
