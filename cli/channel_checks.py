"""What `fairwell doctor` checks of Telegram and Slack: tokens, webhooks, scopes, whether they reach us.

No line holds a token: addresses are not repeated as they were called, and what a platform tells us is looked
through, since many a bot's webhook has its token in the address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from cli.checks import Finding, bad, off, ok

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.settings import Settings

_TIMEOUT = 10
#: What the manifest asks for; each is needed by something that customers do.
_SCOPES = frozenset({"chat:write", "im:history", "app_mentions:read", "commands"})
_PROFILE_SCOPES = frozenset({"users:read", "users:read.email"})


def telegram(settings: Settings) -> Iterator[Finding]:
    """The bot is known to Telegram, and its updates come the way they are meant to."""
    if settings.telegram_token is None:
        yield off("telegram", "not connected; docs/connect-telegram.md says how")
        return
    token = settings.telegram_token.get_secret_value()
    for finding in _bot(settings, f"{settings.telegram_api_url}/bot{token}"):
        yield replace(finding, text=finding.text.replace(token, "…"))


def _bot(settings: Settings, base: str) -> Iterator[Finding]:
    me = _call(f"{base}/getMe")
    if me is None:
        yield bad("telegram", f"{settings.telegram_api_url} does not answer: may this machine reach it?")
        return
    if not me.get("ok") and me.get("error_code") not in {401, 404}:
        yield bad("telegram", f"{settings.telegram_api_url} answers {me.get('error_code')}; try again")
        return
    if not me.get("ok"):
        hint = "copy it again from @BotFather (/mybots, API Token)"
        yield bad("telegram", f"Telegram does not take FAIRWELL_TELEGRAM_TOKEN; {hint}")
        return
    yield ok("telegram", f"the token is @{_of(me, 'result', 'username')}'s")
    yield from _updates(settings, _call(f"{base}/getWebhookInfo"))


def _updates(settings: Settings, answer: dict[str, Any] | None) -> Iterator[Finding]:
    if answer is None or not answer.get("ok"):
        yield bad("telegram", "getWebhookInfo is not answered, so how updates come can't be told; try again")
        return
    url = str(_of(answer, "result", "url") or "")
    waiting = _of(answer, "result", "pending_update_count") or 0
    if not settings.telegram_by_webhook:
        if url:
            yield bad("telegram", f"a webhook is set ({url}), so polling gets nothing; a start removes it")
        else:
            yield ok("telegram", f"long polling, {waiting} updates wait; no public address is needed")
        return
    wanted = f"{settings.public_url}/channels/telegram"
    if url != wanted:
        given = f"to {url}" if url else "nowhere"
        yield bad("telegram", f"updates go {given}, not to {wanted}; a start registers it")
    # Telegram keeps its last fault also when all is well again: it matters while something waits.
    elif waiting and (fault := _of(answer, "result", "last_error_message")):
        yield bad("telegram", f"Telegram can't deliver to {wanted}: {fault}; {waiting} updates wait")
    else:
        yield ok("telegram", f"updates come to {wanted}, {waiting} wait")
    yield from _reachable(settings, "telegram")


def slack(settings: Settings) -> Iterator[Finding]:
    """The tokens are good, with the scopes that are needed, and events come."""
    if not settings.slack_on:
        yield off("slack", "not connected; docs/connect-slack.md says how")
        return
    if settings.slack_app_token is not None:
        yield from _socket_mode(settings, settings.slack_app_token)
    if settings.slack_signing_secret is not None:
        yield ok("slack", f"events over HTTP at {settings.public_url}/channels/slack, if Slack is told so")
        yield from _reachable(settings, "slack")
    if settings.slack_bot_token is not None:
        yield from _bot_token(settings, settings.slack_bot_token)
    yield from _oauth(settings)
    if settings.slack_trusted_workspaces:
        yield ok("slack", f"profiles are taken as proof in {', '.join(settings.slack_trusted_workspaces)}")


def _socket_mode(settings: Settings, token: SecretStr) -> Iterator[Finding]:
    answer = _call(f"{settings.slack_api_url}/apps.connections.open", token)
    if answer is None:
        yield bad("slack", f"{settings.slack_api_url} does not answer: may this machine reach it?")
    elif answer.get("ok"):
        yield ok("slack", "Socket Mode opens; no public address is needed")
    else:
        hint = "make an app-level token with connections:write, and switch Socket Mode on"
        yield bad("slack", f"FAIRWELL_SLACK_APP_TOKEN: {answer.get('error')}; {hint}")


def _bot_token(settings: Settings, token: SecretStr) -> Iterator[Finding]:
    answer = _call(f"{settings.slack_api_url}/auth.test", token)
    if answer is None:
        yield bad("slack", f"{settings.slack_api_url} does not answer: may this machine reach it?")
        return
    if not answer.get("ok"):
        hint = "copy the Bot User OAuth Token again (OAuth & Permissions)"
        yield bad("slack", f"FAIRWELL_SLACK_BOT_TOKEN: {answer.get('error')}; {hint}")
        return
    yield ok("slack", f"the bot token is of workspace {answer.get('team')} ({answer.get('team_id')})")
    wanted = _SCOPES | (_PROFILE_SCOPES if settings.slack_trusted_workspaces else frozenset())
    missing = sorted(wanted - set(answer["scopes"]))
    if missing:
        hint = "add them under OAuth & Permissions and install the app again"
        yield bad("slack", f"scopes are missing: {', '.join(missing)}; {hint}")
    else:
        yield ok("slack", f"has the scopes it needs: {', '.join(sorted(wanted))}")


def _oauth(settings: Settings) -> Iterator[Finding]:
    if settings.slack_client_id is None and settings.slack_client_secret is None:
        if settings.slack_bot_token is None:
            hint = "set FAIRWELL_SLACK_BOT_TOKEN, or client id and secret for OAuth"
            yield bad("slack", f"there is no way to answer; {hint}")
        return
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        yield bad("slack", "OAuth needs FAIRWELL_SLACK_CLIENT_ID and FAIRWELL_SLACK_CLIENT_SECRET, both")
    else:
        yield ok("slack", f"workspaces install it at {settings.public_url}/channels/slack/install")


def _reachable(settings: Settings, topic: str) -> Iterator[Finding]:
    """From here, which is not from there: but what fails here fails there as well."""
    if not settings.public_url.startswith("https://"):
        yield bad(topic, f"webhooks need https, and FAIRWELL_PUBLIC_URL is {settings.public_url}")
        return
    try:
        answer = httpx.get(f"{settings.public_url}/healthz", timeout=_TIMEOUT, trust_env=False)
    except httpx.HTTPError as fault:
        hint = "is the name right, and does the proxy forward to this app?"
        yield bad(topic, f"{settings.public_url} can't be reached ({type(fault).__name__}); {hint}")
        return
    if answer.status_code == httpx.codes.OK:
        yield ok(topic, f"{settings.public_url} leads to an app that is alive")
    else:
        yield bad(
            topic, f"{settings.public_url}/healthz answers {answer.status_code}; forward it to this app"
        )


def _call(url: str, token: SecretStr | None = None) -> dict[str, Any] | None:
    """One call; None where nobody answers. No fault repeats the address: it may hold a token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
    try:
        answer = httpx.post(url, headers=headers, timeout=_TIMEOUT, trust_env=False)
        body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    scopes = [name.strip() for name in answer.headers.get("x-oauth-scopes", "").split(",") if name.strip()]
    return {**body, "scopes": scopes} if isinstance(body, dict) else None


def _of(answer: dict[str, Any], *path: str) -> Any:  # noqa: ANN401 - a field of somebody else's JSON
    found: Any = answer
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
