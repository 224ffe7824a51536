"""Where coverage is measured: it is what makes the whole run long.

Python 3.11 can only trace line by line, which makes everything two to three times as slow. What is measured
is `bot`: so it is traced by its own tests, and neither while tests are collected nor by those of what is
around it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Generator, Sequence
from fnmatch import fnmatch
from typing import Protocol

import pytest
from coverage import Coverage

import bot

#: Their subject is not `bot`.
_BESIDES = (
    "tests/e2e/", "tests/nlu/", "tests/unit/bench/", "tests/unit/channels/", "tests/unit/cli/",
    "tests/unit/console/", "tests/unit/examples/", "tests/unit/gateway/",
)  # fmt: skip


class _Measures(Protocol):
    """What pytest-cov measures with."""

    cov: Coverage
    started: bool

    def pause(self) -> None: ...
    def resume(self) -> None: ...


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """All of `bot` is imported before, so that its definitions count."""
    controller = _controller(session.config)
    if controller is not None:
        if _runs_tests(session.config):
            omitted = controller.cov.get_option("run:omit")
            _import_all(omitted if isinstance(omitted, list) else [])
        controller.pause()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Turns measuring on and off where that changes from one test to the next."""
    controller = _controller(item.config)
    if controller is not None and controller.started == item.nodeid.startswith(_BESIDES):
        (controller.pause if controller.started else controller.resume)()
    return (yield)


def _controller(config: pytest.Config) -> _Measures | None:
    """While there is something to measure."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


def _runs_tests(config: pytest.Config) -> bool:
    """Whether this process does, or only shares them out."""
    return hasattr(config, "workerinput") or config.getoption("dist", "no") == "no"


def _import_all(omitted: Sequence[str]) -> None:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        path = module.name.replace(".", "/") + ("/__init__.py" if module.ispkg else ".py")
        if not any(fnmatch(path, pattern) for pattern in omitted):
            importlib.import_module(module.name)
