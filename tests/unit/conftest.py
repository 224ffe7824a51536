"""Unit tests reach nothing outside their process: whoever opens a socket fails (pytest-socket)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import disable_socket, enable_socket

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes says more about the machine than about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _no_sockets() -> Iterator[None]:
    # Socket pairs stay: an event loop wakes itself up with one.
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
