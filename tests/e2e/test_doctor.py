"""`fairwell doctor`: says what is wrong and what to do, and changes nothing."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

from tests.e2e.instance import FAIRWELL, Instance
from tests.fixtures.ports import free_ports


def test_doctor_is_content_with_a_running_installation(fairwell: Instance) -> None:
    """Every check passes while everything runs; what nobody has connected is off, which is no fault."""
    done = fairwell.cli("doctor")

    assert done.returncode == 0, done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    off = [topic for state, topic, *_ in lines if state != "ok"]
    assert off == ["mail", "webhooks", "alerts", "telegram", "slack"]
    assert {state for state, *_ in lines} == {"ok", "off"}


def test_doctor_says_what_to_do(fairwell: Instance, tmp_path: Path) -> None:
    """On an empty folder, and for keys others can read, it says what is wrong and changes nothing."""
    ports = free_ports(3)
    mine = {
        "FAIRWELL_HOME": str(tmp_path / "new"),
        "FAIRWELL_PORT": str(ports[0]),
        "FAIRWELL_RASA_PORT": str(ports[1]),
        "FAIRWELL_ACTIONS_BIND": f"127.0.0.1:{ports[2]}",
    }

    def doctor() -> str:
        done = subprocess.run(
            [FAIRWELL, "doctor"],
            env={**fairwell.environment, **mine},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        return done.stdout

    assert "make run" in doctor()
    assert not (tmp_path / "new").exists()
    keys = tmp_path / "new" / "keys"
    keys.mkdir(parents=True)
    secret = keys / "actions.secret"
    secret.write_text("x" * 43, encoding="ascii")
    secret.chmod(0o644)
    assert f"chmod go= {keys} {secret}" in doctor()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o644
