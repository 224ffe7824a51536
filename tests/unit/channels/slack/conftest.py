"""For tests of the Slack channel: a Slack on this machine, for those that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from tests.fixtures.slack.stand_in import SlackStandIn


@pytest.fixture
def slack(_no_sockets: None) -> Iterator[SlackStandIn]:
    """A Slack stand-in; with it, and only with it, a test may talk to this machine."""
    enable_socket()
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    with SlackStandIn() as stand_in:
        yield stand_in
