"""Fixtures of the end-to-end tests: the product as it is started for real."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.browser import browser, complaints, context, page
from tests.e2e.chat import Chat
from tests.e2e.instance import FAIRWELL, ROOT, Instance
from tests.fixtures.stores import OperationalError, postgres_database

__all__ = ["browser", "complaints", "context", "page"]  # fixtures

Visit = Callable[..., Chat]


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of trained models that `make` uses; trained now if the present files have none there."""
    home = Path(os.environ.get("FAIRWELL_HOME", ROOT / "var")).absolute()
    environment = os.environ | {"FAIRWELL_HOME": str(home)}
    subprocess.run([FAIRWELL, "train", "--if-needed"], env=environment, check=True, timeout=300)
    return home / "models"


@pytest.fixture(scope="session")
def fairwell(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Instance]:
    """A running installation with demo data, shared; whoever kills a part of it waits until it is back."""
    with Instance(tmp_path_factory.mktemp("fairwell"), models).running() as instance:
        yield instance


@pytest.fixture(scope="session")
def fairwell_url(fairwell: Instance) -> str:
    """Where the shared installation is."""
    return fairwell.url


@pytest.fixture
def private(tmp_path: Path, models: Path) -> Iterator[Instance]:
    """An installation of the test's own, ready, to do anything to."""
    with Instance(tmp_path / "home", models).running() as instance:
        yield instance


@pytest.fixture
def on_postgres(tmp_path: Path, models: Path) -> Iterator[Instance]:
    """Like `private`, with everything in a PostgreSQL database."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_database())
        except OperationalError:
            pytest.skip("postgres: no server at FAIRWELL_TEST_POSTGRES_URL or 127.0.0.1:5432")
        with Instance(tmp_path / "home", models, url).running() as instance:
            yield instance


@pytest.fixture
def visit(fairwell: Instance) -> Iterator[Visit]:
    """Opens chats at the shared installation, with fresh demo data: as a customer, or anonymous."""
    fairwell.reset_demo()
    with ExitStack() as stack:

        def opened(customer: str | None = None) -> Chat:
            identity = fairwell.identity(customer) if customer is not None else None
            return stack.enter_context(Chat(fairwell.url, identity))

        yield opened
