"""What `fairwell doctor` checks. No check changes anything, and none makes what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.settings import Settings
from cli import places
from cli.ports import listeners, local_url, trouble_with

#: Seconds: what is slow is there all the same.
_TIMEOUT = 15
START = "start it with: make run"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `state` is ok, bad (something needs doing) or off (not running, which may be meant)."""

    state: str
    topic: str
    text: str


def ok(topic: str, text: str) -> Finding:
    """All well."""
    return Finding("ok", topic, text)


def bad(topic: str, text: str) -> Finding:
    """Something needs doing, and `text` says what."""
    return Finding("bad", topic, text)


def off(topic: str, text: str) -> Finding:
    """Not running."""
    return Finding("off", topic, text)


def settings_valid(settings: Settings) -> Iterator[Finding]:
    """They were read; shows the two that explain most."""
    yield ok("settings", f"company {settings.company!r}, demo {'on' if settings.demo else 'off'}")


def shadow_mode(settings: Settings) -> Iterator[Finding]:
    """Said only while it is on: somebody who wonders why nothing is cancelled at once finds out here."""
    if settings.shadow:
        yield ok("shadow", "on: texts cancel and undo nothing, buttons do; see fairwell nlu shadow")


def home(settings: Settings) -> Iterator[Finding]:
    """The folder of everything that lasts."""
    folder = settings.home
    if not folder.exists():
        yield bad("home", f"{folder} is not there yet; {START}")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield bad("home", f"{folder} can't be written; make it yours: chown -R {os.getuid()} {folder}")
    else:
        yield ok("home", str(folder))


def keys(settings: Settings) -> Iterator[Finding]:
    """Nobody else may read a key."""
    folder = settings.keys
    if not folder.exists():
        yield bad("keys", f"{folder} is not there yet; the first start makes it: make run")
        return
    found = [folder, *sorted(folder.iterdir())]
    open_to_others = [path for path in found if path.stat().st_mode & 0o077]
    if open_to_others:
        paths = " ".join(str(path) for path in open_to_others)
        yield bad("keys", f"open to others; run: chmod go= {paths}")
    else:
        yield ok("keys", f"{len(found) - 1} files, readable by their owner only")


def database(settings: Settings) -> Iterator[Finding]:
    """Reachable, and as new as the code."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import make_url

    from bot.store import migrations
    from bot.store.engine import open_engine

    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not os.path.exists(url.database or ""):  # noqa: PTH110  # a URL's part
        yield bad("database", f"{url.database} is not there yet; the first start makes it: make run")
        return
    engine = open_engine(settings.database_url, threads=1)
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    newest = ScriptDirectory(str(next(iter(migrations.__path__)))).get_current_head()
    shown = url.render_as_string(hide_password=True)
    if present == newest:
        yield ok("database", f"{shown}, at revision {present}")
    else:
        yield bad(
            "database",
            f"{shown} is at revision {present}, not {newest}; a start brings it up to date",
        )


def model(settings: Settings) -> Iterator[Finding]:
    """Trained from the files that are there now."""
    python = places.rasa_python()
    if not python.exists():
        yield bad("model", f"Rasa's Python is not at {python}; run: make env, or set FAIRWELL_RASA_PYTHON")
    wanted = places.model(settings.home)
    if wanted.exists():
        yield ok("model", f"{wanted.name} is trained from the present files")
    else:
        yield bad("model", "there is none of the present data, domain and config; run: fairwell train")


def app(settings: Settings) -> Iterator[Finding]:
    """Alive, and able to answer."""
    url = local_url(settings)
    answer = _get(f"{url}/readyz")
    if answer is None:
        yield off("app", f"nothing answers at {url}; {START}")
    elif answer.status_code == httpx.codes.OK:
        yield ok("app", f"{url} is ready")
    else:
        log = places.Run(settings.home / "run").log("app")
        yield bad("app", f"{url} is not ready (status {answer.status_code}); if that lasts, see {log}")


def rasa(settings: Settings) -> Iterator[Finding]:
    """Reachable by the app."""
    answer = _get(f"{settings.rasa_url}/webhooks/fairwell/")
    if answer is None:
        yield _absent(settings, "rasa", f"nothing answers at {settings.rasa_url}", "rasa")
    elif answer.status_code == httpx.codes.OK:
        yield ok("rasa", f"{settings.rasa_url} answers")
    else:
        yield bad(
            "rasa",
            f"{settings.rasa_url} answers {answer.status_code}, not Rasa; set FAIRWELL_RASA_PORT",
        )


def actions(settings: Settings) -> Iterator[Finding]:
    """The action endpoint takes our secret, and nobody without it."""
    url = f"http://{settings.actions_bind}/webhook"
    secret_file = settings.keys / "actions.secret"
    if not secret_file.exists():
        yield bad("actions", f"{secret_file} is not there yet; the first start makes it: make run")
        return
    # An empty call runs no action; only how it is refused matters.
    without, given = _post(url, ""), _post(url, secret_file.read_text(encoding="ascii").strip())
    if without is None or given is None:
        yield _absent(settings, "actions", f"nothing answers at {settings.actions_bind}", "app")
    elif without.status_code != httpx.codes.UNAUTHORIZED:
        yield bad("actions", f"{settings.actions_bind} asks for no secret: another program is there")
    elif given.status_code == httpx.codes.UNAUTHORIZED:
        yield bad(
            "actions",
            f"{settings.actions_bind} refuses {secret_file}: it is another FAIRWELL_HOME's",
        )
    else:
        yield ok("actions", f"{settings.actions_bind} takes the secret, and nobody without it")


def ports(settings: Settings) -> Iterator[Finding]:
    """Free, or ours."""
    running = _get(f"{local_url(settings)}/healthz") is not None
    for listener in listeners(settings):
        trouble = trouble_with(listener)
        if trouble is None:
            yield ok("ports", f"{listener.port} for {listener.what} is free")
        elif running:
            yield ok("ports", f"{listener.port} for {listener.what} is in use, as when running")
        else:
            yield bad("ports", f"{listener.port} for {listener.what} {trouble}; set {listener.setting}")


def time_zone(settings: Settings) -> Iterator[Finding]:
    """Days begin and end in it."""
    now = datetime.now(settings.zone)
    yield ok("time zone", f"{settings.timezone}, where it is {now:%Y-%m-%d %H:%M}; set by FAIRWELL_TIMEZONE")


def website(settings: Settings) -> Iterator[Finding]:
    """Whose pages may use the chat; and whether visitors can be told apart, where something is in front."""
    sites = ", ".join(settings.web_origins) or "none but our own; set by FAIRWELL_WEB_ORIGINS"
    yield ok("website", f"sites that may use the chat: {sites}")
    if settings.trusted_proxies:
        proxies = ", ".join(str(network) for network in settings.trusted_proxies)
        yield ok("website", f"proxies whose X-Forwarded-For is believed: {proxies}")
    elif settings.public_url.startswith("https:"):
        # We speak no TLS ourselves: somebody else does, in front of us.
        yield off(
            "website",
            "flood control, as behind a proxy visitors can't be told apart; set FAIRWELL_TRUSTED_PROXIES",
        )


def _absent(settings: Settings, topic: str, text: str, log: str) -> Finding:
    """Off with the app; but while the app runs, its absence is a fault."""
    if _get(f"{local_url(settings)}/healthz") is None:
        return off(topic, f"{text}; {START}")
    return bad(topic, f"{text}; see {places.Run(settings.home / 'run').log(log)}")


def _get(url: str) -> httpx.Response | None:
    try:
        return httpx.get(url, timeout=_TIMEOUT, trust_env=False)
    except httpx.TransportError:
        return None


def _post(url: str, secret: str) -> httpx.Response | None:
    try:
        return httpx.post(
            url, json={}, headers={"X-Fairwell-Secret": secret}, timeout=_TIMEOUT, trust_env=False
        )
    except httpx.TransportError:
        return None
