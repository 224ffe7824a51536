"""What the Slack channel is told about its app."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """One Slack app. What is set decides how it runs: see each field, and docs/connect-slack.md."""

    api_url: str  # https://slack.com/api, without a slash at the end
    public_url: str  # where browsers and Slack reach us, such as https://leave.example.com
    bot_token: str | None = field(default=None, repr=False)  # of one workspace
    app_token: str | None = field(default=None, repr=False)  # Socket Mode is on
    signing_secret: str | None = field(default=None, repr=False)  # events over HTTP are on
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)  # with the client id: OAuth, many workspaces
    trusted_workspaces: frozenset[str] = frozenset()

    @property
    def uses_oauth(self) -> bool:
        """Whether workspaces install the app themselves."""
        return self.client_id is not None and self.client_secret is not None

    @property
    def api_is_local(self) -> bool:
        """Whether the Web API is on this machine, where no proxy is asked for it."""
        host = urlsplit(self.api_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def authorize_url(self) -> str:
        """Where a workspace's admin agrees to the app: beside the Web API."""
        return f"{self.api_url.removesuffix('/api')}/oauth/v2/authorize"
