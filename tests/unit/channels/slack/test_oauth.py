from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from channels.contract import RefusedError
from channels.slack.adapter import SlackChannel
from channels.slack.installations import STATE_SECONDS, VaultInstallations
from tests.fixtures.slack import payloads
from tests.fixtures.slack.deliveries import encoded, signature
from tests.fixtures.slack.people import Workspace
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import SECRET, MemoryVault, Received, config, host, reply


class Installer:
    """An admin's browser before the channel, and Slack behind it."""

    def __init__(self, slack: SlackStandIn) -> None:
        self.slack = slack
        self.vault = MemoryVault()
        settings = config(
            slack.url, bot_token=None, client_id=slack.client_id, client_secret=slack.client_secret
        )
        self.channel = SlackChannel(settings, host(self.vault))
        self.received = Received()
        app = Starlette(routes=list(self.channel.routes(self.received)))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="https://leave.example.com"
        )

    async def begin(self) -> str:
        """Goes off to Slack; returns the state."""
        response = await self.client.get("/channels/slack/install")
        assert response.status_code == 302
        where = urlsplit(response.headers["location"])
        assert where.path == "/oauth/v2/authorize"
        asked = parse_qs(where.query)
        assert asked["redirect_uri"] == ["https://leave.example.com/channels/slack/oauth"]
        assert asked["scope"] == ["app_mentions:read,chat:write,commands,im:history"]
        return asked["state"][0]

    async def come_back(self, **query: str) -> httpx.Response:
        """Back from Slack."""
        return await self.client.get("/channels/slack/oauth", params=query)

    async def install(self, workspace: Workspace) -> httpx.Response:
        """The whole way."""
        return await self.come_back(state=await self.begin(), code=self.slack.agree(workspace))

    async def event(self, body: payloads.Json) -> int:
        """An event by HTTP."""
        raw, content_type = encoded("events_api", body)
        headers = {"Content-Type": content_type, **signature(SECRET, raw)}
        return (await self.client.post("/channels/slack", content=raw, headers=headers)).status_code


@pytest.fixture
async def installer(slack: SlackStandIn) -> AsyncIterator[Installer]:
    """A fresh one."""
    made = Installer(slack)
    async with made.client:
        yield made
    await made.channel.stop()


async def test_installed(installer: Installer) -> None:
    """A tidy page without any token; afterwards messages come in and go out with that workspace's token."""
    workspace = installer.slack.workspace("T1")
    ann = workspace.user("U1")
    page = await installer.install(workspace)

    assert page.status_code == 200
    assert "slack_installed_title()" in page.text
    assert '<html lang="en">' in page.text
    assert workspace.bot_token not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert await installer.event(payloads.event_callback(payloads.direct_message("cancel"))) == 200
    await installer.channel.send(installer.received.messages[0].address, reply("Done."))
    assert [item.words for item in ann.received()] == ["Done."]


async def test_two_workspaces(installer: Installer) -> None:
    """The same user id in both: two people, each answered where they are."""
    first, second = installer.slack.workspace("T1"), installer.slack.workspace("T2")
    ann, bob = first.user("U1"), second.user("U1")
    await installer.install(first)
    await installer.install(second)

    await installer.channel.send("T2:U1", reply("For Bob."))

    assert (len(ann.received()), len(bob.received())) == (0, 1)
    with pytest.raises(RefusedError, match="not installed"):
        await installer.channel.send("T3:U1", reply("For nobody."))


async def test_an_organisation(installer: Installer) -> None:
    """Installed org-wide: one token for all its workspaces."""
    organisation = installer.slack.workspace("T1", enterprise="E1", org_wide=True)
    ann = organisation.user("U1")
    await installer.install(organisation)
    body = payloads.event_callback(
        payloads.direct_message("cancel", team="T5"), team="T5", enterprise="E1", org_wide=True
    )

    assert await installer.event(body) == 200
    await installer.channel.send(installer.received.messages[0].address, reply("Done."))

    assert installer.received.messages[0].address == "E1:U1"
    assert len(ann.received()) == 1


async def test_a_state_is_good_once(installer: Installer) -> None:
    """Whoever comes with it again installs nothing, with whatever code."""
    state = await installer.begin()
    workspace = installer.slack.workspace("T1")
    assert (await installer.come_back(state=state, code=installer.slack.agree(workspace))).status_code == 200

    again = await installer.come_back(
        state=state, code=installer.slack.agree(installer.slack.workspace("T2"))
    )

    assert again.status_code == 400
    assert "slack_install_failed_title()" in again.text
    assert await VaultInstallations(installer.vault).find("T2") is None


async def test_a_state_expires(installer: Installer) -> None:
    """After ten minutes it is no good any more."""
    state = await installer.begin()
    installer.vault.now += STATE_SECONDS + 1
    page = await installer.come_back(state=state, code=installer.slack.agree(installer.slack.workspace("T1")))
    assert page.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "c"},
        {"state": "never-issued", "code": "c"},
        {"state": "x" * 43, "code": "c"},
        {"error": "<script>alert(1)</script>"},
    ],
    ids=["nothing", "no state", "no such state", "a forged state", "a forged error"],
)
async def test_forged_ways_back(installer: Installer, query: dict[str, str]) -> None:
    """Nothing is installed, and nothing of what came is repeated."""
    installer.client.cookies.set("slack-app-oauth-state", query.get("state", ""))
    page = await installer.come_back(**query)

    assert page.status_code == 400
    assert "script" not in page.text
    assert not [call for call in installer.slack.calls if call.method == "oauth.v2.access"]


async def test_another_browser(installer: Installer) -> None:
    """A state that was lured out of somebody is worth nothing without their cookie."""
    state = await installer.begin()
    installer.client.cookies.clear()
    code = installer.slack.agree(installer.slack.workspace("T1"))
    assert (await installer.come_back(state=state, code=code)).status_code == 400


async def test_the_admin_says_no(installer: Installer) -> None:
    """A page of its own: nothing went wrong."""
    page = await installer.come_back(error="access_denied")
    assert "slack_install_refused()" in page.text


async def test_slack_is_away(installer: Installer) -> None:
    """A broken answer or a wrong code end on the same page."""
    assert (await installer.come_back(state=await installer.begin(), code="wrong")).status_code == 400
    installer.slack.fail_next("oauth.v2.access", lost=True)
    lost = await installer.come_back(
        state=await installer.begin(), code=installer.slack.agree(installer.slack.workspace("T1"))
    )
    assert (lost.status_code, "slack_install_failed()" in lost.text) == (502, True)


@pytest.mark.parametrize(
    ("farewell", "stays"),
    [
        (payloads.gone(), False),
        (payloads.gone("tokens_revoked", tokens={"oauth": [], "bot": ["U0BOT"]}), False),
        (payloads.gone("tokens_revoked", tokens={"oauth": ["U9"], "bot": []}), True),
    ],
    ids=["uninstalled", "bot's token", "somebody's token"],
)
async def test_gone(installer: Installer, farewell: payloads.Json, stays: bool) -> None:
    """The token is deleted when the app goes, and another workspace's stays."""
    for team in ("T1", "T2"):
        await installer.install(installer.slack.workspace(team))
    body = {**payloads.event_callback(farewell), "event_time": 4_000_000_000}

    assert await installer.event(body) == 200

    store = VaultInstallations(installer.vault)
    assert (await store.find("T1") is not None) is stays
    assert await store.find("T2") is not None


async def test_a_late_farewell(installer: Installer) -> None:
    """Told again after the app was installed anew, it does not take the new token away."""
    await installer.install(installer.slack.workspace("T1"))
    body = {**payloads.event_callback(payloads.gone()), "event_time": 1_600_000_000, "authorizations": []}

    assert await installer.event(body) == 200
    assert await VaultInstallations(installer.vault).find("T1") is not None


async def test_bolt_finds_what_was_kept(installer: Installer) -> None:
    """The store keeps Bolt's contract, with nothing about the admin."""
    await installer.install(installer.slack.workspace("T1"))
    store = VaultInstallations(installer.vault)

    found = await store.async_find_installation(enterprise_id=None, team_id="T1", user_id="U5")
    assert found is not None
    assert (found.bot_token, found.user_token) == ("xoxb-T1", None)
    assert not any("U0ADMIN" in value for value, _ in installer.vault.kept.values())
    await store.async_delete_all(enterprise_id=None, team_id="T1")
    assert await store.async_find_bot(enterprise_id=None, team_id="T1") is None
    assert await store.async_find_installation(enterprise_id=None, team_id="T1") is None
