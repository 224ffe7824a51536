"""The manifest an operator pastes: it asks for what is used, and for no more."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import yaml

from channels.slack import adapter, oauth

FOLDER = Path(adapter.__file__).parent
TEXT = (FOLDER / "manifest.yml").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)

#: What Slack's reference says each method and each event needs; None is nothing.
_METHODS = {
    "auth.test": None,
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "users.info": "users:read",
    "views.publish": None,
}
_EVENTS = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message.im": "im:history",
    "tokens_revoked": None,
}


def uncommented() -> dict[str, Any]:
    """The manifest as it is for HTTP and OAuth with trusted workspaces."""
    lines = [
        line.replace("# ", "", 1) if line.lstrip().startswith("# ") and _is_setting(line) else line
        for line in TEXT.splitlines()
    ]
    read: dict[str, Any] = yaml.safe_load("\n".join(lines))
    return read


def _is_setting(line: str) -> bool:
    return line.startswith("  ") and ("YOUR-HOST" in line or "redirect_urls" in line or "users:read" in line)


def _methods() -> set[str]:
    """Every method of the Web API that is called."""
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="call" | "_call"), args=[ast.Constant(value=str(name)), *_]
                ):
                    found.add(name)
    return found


def test_the_scopes_are_those_that_are_needed() -> None:
    """Each method and event has its scope, and no scope is there for nothing."""
    asked = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(_EVENTS)
    needed = {_EVENTS[event] for event in events} | {_METHODS[method] for method in _methods()}
    optional = set(oauth.PROFILE_SCOPES)
    assert _methods() == set(_METHODS)

    assert asked == (needed - {None, *optional}) | {"commands"}
    assert asked == set(oauth.SCOPES)
    assert set(uncommented()["oauth_config"]["scopes"]["bot"]) == {*oauth.SCOPES, *oauth.PROFILE_SCOPES}


def test_customers_can_write() -> None:
    """Without the messages tab, or with a read-only one, nobody could say anything."""
    home = MANIFEST["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert [item["command"] for item in MANIFEST["features"]["slash_commands"]] == ["/cancel-subscription"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]


def test_socket_mode_as_it_is() -> None:
    """It can be pasted unchanged; tokens stay as they are, since rotating ones are not kept up."""
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert not MANIFEST["settings"]["token_rotation_enabled"]
    assert len(MANIFEST["display_information"]["name"]) <= 35
    assert len(MANIFEST["display_information"]["description"]) <= 140


def test_http_with_a_host() -> None:
    """The commented lines are those of HTTP and OAuth, with our paths."""
    full = uncommented()
    events = f"https://YOUR-HOST{adapter.EVENTS_PATH}"

    assert full["settings"]["event_subscriptions"]["request_url"] == events
    assert full["settings"]["interactivity"]["request_url"] == events
    assert [item["url"] for item in full["features"]["slash_commands"]] == [events]
    assert full["oauth_config"]["redirect_urls"] == [f"https://YOUR-HOST{oauth.CALLBACK_PATH}"]
