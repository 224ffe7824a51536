from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.crypto.hashing import HmacHasher
from bot.domain.audit import BEGINNING, Action
from bot.domain.outbox import Job
from bot.services import audit
from bot.services.dependencies import Dependencies
from bot.services.schedules import RETENTION
from gateway.metrics import Metrics
from gateway.schedules import Schedules
from gateway.threads import Threads
from tests.fixtures.fakes import START
from tests.unit.gateway.support import application


def heads(deps: Dependencies) -> list[dict[str, Any]]:
    """What the hourly work logs of the end of the audit."""
    schedules = Schedules(deps, timedelta(hours=24), Threads(1), Metrics(), lambda: None)
    with structlog.testing.capture_logs() as logged:
        schedules.handlers[RETENTION](Job("j", RETENTION, "k", {"bucket": "2026-03-10T09"}, START))
    return [dict(entry) for entry in logged if entry["event"] == "audit_head"]


def test_the_end_of_the_audit_is_logged_each_hour(tmp_path: Path) -> None:
    """Position and digest, as `fairwell audit verify --head` takes it, and nothing of what is in it."""
    deps = application(tmp_path).deps
    assert heads(deps) == [{"event": "audit_head", "log_level": "info", "position": 0, "digest": BEGINNING}]
    for subject in ("c_1", "c_2"):
        audit.alone(deps, "st_1", Action.READ, subject, why="because of ada@example.com")
    (head,) = heads(deps)
    entry = audit.listed(deps)[0]
    assert (head["position"], head["digest"]) == (2, entry.digest)
    assert set(head) == {"event", "log_level", "position", "digest"}


def test_a_chain_that_was_cut_off_is_seen_by_what_was_logged(tmp_path: Path) -> None:
    """The digest of the log is found in the chain as long as its entry is, and only so long."""
    deps = _hashing(application(tmp_path).deps)
    audit.alone(deps, "st_1", Action.READ, "c_1")
    (first,) = heads(deps)
    assert audit.verify(deps, first["digest"])[1] is None
    assert audit.verify(_hashing(application(tmp_path / "anew").deps), first["digest"])[1] is not None


def _hashing(deps: Dependencies) -> Dependencies:
    """With digests that differ."""
    return replace(deps, hasher=HmacHasher(bytes(32)))
