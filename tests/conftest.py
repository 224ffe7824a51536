"""For all tests: what a machine lacks is named, and with CI=true nothing may be lacking."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
import structlog

from tests.measuring import pytest_collection, pytest_runtest_protocol

__all__ = ["pytest_collection", "pytest_runtest_protocol"]  # hooks

_NOTHING_SKIPPED = os.environ.get("CI", "").lower() in {"1", "true"}
_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure() -> None:
    """Logs of a process that has not set them up: without drawings of every local, which take seconds."""
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test, or one skipped while it ran."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself as a whole."""
    return _refuse_skip((yield))


def pytest_report_header() -> str:
    """Says which rule holds in this run; what is skipped is listed, with its reason, at the end."""
    return "skips: none allowed (CI=true)" if _NOTHING_SKIPPED else "skips: allowed, listed at the end"


def _refuse_skip(report: _Report) -> _Report:
    if _NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"with CI=true nothing may be skipped, but this was: {reason}"
    return report
