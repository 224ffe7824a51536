from __future__ import annotations

from typing import Any

import pytest
import structlog

from channels.slack import adapter
from channels.slack.adapter import SlackChannel
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import config, host

EMAIL = "ann@example.com"


def channel(slack: SlackStandIn, *trusted: str) -> SlackChannel:
    """An operator who trusts those workspaces."""
    return SlackChannel(config(slack.url, trusted_workspaces=frozenset(trusted)), host())


async def test_a_member_of_a_trusted_workspace(slack: SlackStandIn) -> None:
    """Their profile's address."""
    slack.workspace("T1").user("U1", email=EMAIL)
    assert await channel(slack, "T1").vouch("T1:U1") == EMAIL


@pytest.mark.parametrize("trusted", [(), ("T2",)])
async def test_nobody_is_trusted_by_default(slack: SlackStandIn, trusted: tuple[str, ...]) -> None:
    """Then Slack isn't even asked."""
    slack.workspace("T1").user("U1", email=EMAIL)
    assert await channel(slack, *trusted).vouch("T1:U1") is None
    assert slack.calls == []


@pytest.mark.parametrize(
    "flags",
    [
        {"deleted": True},
        {"is_bot": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"is_invited_user": True},
        {"is_email_confirmed": False},
        {"team_id": "T2"},
        {"team_id": None},
        {"id": "U2"},
        {"profile": {}},
        {"profile": {"email": "not an address"}},
        {"profile": None},
    ],
    ids=str,
)
async def test_who_is_not_vouched_for(slack: SlackStandIn, flags: dict[str, Any]) -> None:
    """Guests, leavers, bots, people from elsewhere, and addresses that nobody has confirmed."""
    slack.workspace("T1").user("U1", email=EMAIL, **flags)
    assert await channel(slack, "T1").vouch("T1:U1") is None


async def test_unsaid_is_confirmed(slack: SlackStandIn) -> None:
    """Slack doesn't always say so, and a workspace's admin has vouched for its members."""
    user = slack.workspace("T1").user("U1", email=EMAIL)
    user.flags["is_email_confirmed"] = True
    assert await channel(slack, "T1").vouch("T1:U1") == EMAIL


async def test_somebody_of_another_organisation(slack: SlackStandIn) -> None:
    """Never, even with the id of a colleague."""
    slack.workspace("T1").user("U1", email=EMAIL)
    assert await channel(slack, "T1", "T2").vouch("T1:T2:U1") is None


@pytest.mark.parametrize(("trusted", "email"), [("E1", EMAIL), ("T5", EMAIL), ("T1", None), ("E2", None)])
async def test_an_organisation(slack: SlackStandIn, trusted: str, email: str | None) -> None:
    """Trusted as a whole, or one of its workspaces: then those who belong to that one."""
    slack.workspace("T1", enterprise="E1", org_wide=True).user("U1", email=EMAIL, home="T5")
    assert await channel(slack, trusted).vouch("E1:U1") == email


@pytest.mark.parametrize(
    "how",
    [{"error": "missing_scope"}, {"error": "internal_error"}, {"status": 503}, {"lost": True}, {"hang": 2.0}],
    ids=str,
)
async def test_slack_cannot_say(
    slack: SlackStandIn, how: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never raises and never waits long: the customer proves by a code who they are."""
    monkeypatch.setattr(adapter, "_VOUCH_SECONDS", 0.5)
    slack.workspace("T1").user("U1", email=EMAIL)
    slack.fail_next("users.info", **how)
    with structlog.testing.capture_logs() as logs:
        assert await channel(slack, "T1").vouch("T1:U1") is None

    assert [line["event"] for line in logs] == ["slack_did_not_vouch"]
    assert EMAIL not in str(logs)
    assert "U1" not in str(logs)


async def test_no_scope_for_addresses(slack: SlackStandIn) -> None:
    """Without users:read.email profiles come without one."""
    slack.workspace("T1", email_scope=False).user("U1", email=EMAIL)
    assert await channel(slack, "T1").vouch("T1:U1") is None


async def test_not_installed_any_more(slack: SlackStandIn) -> None:
    """No token, no word."""
    settings = config(
        slack.url, bot_token=None, client_id="1", client_secret="s", trusted_workspaces=frozenset({"T1"})
    )
    assert await SlackChannel(settings, host()).vouch("T1:U1") is None
    assert await SlackChannel(settings, host()).vouch("nonsense") is None
