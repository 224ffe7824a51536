"""`fairwell up`: starts both, restarts what dies, stops both, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.crypto.keys import KeyRing
from tests.e2e.chat import Chat
from tests.e2e.instance import FAIRWELL, Instance, alive
from tests.e2e.waiting import wait_until


def test_secrets_are_nobody_elses_to_read(fairwell: Instance) -> None:
    """Neither a command line nor a file that others may read holds a secret."""
    ring = KeyRing(fairwell.home / "keys")
    secrets = [ring.secret(name) for name in ("rasa-channel", "actions", "web-identity")]
    pids = [fairwell.up_pid, fairwell.supervisor_pid, fairwell.pid("app"), fairwell.pid("rasa")]

    for pid in pids:
        assert pid is not None
        command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        assert not any(secret in command for secret in secrets)
    for path in (fairwell.home / "run").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        assert not any(secret in path.read_text(encoding="utf-8") for secret in secrets), path


def test_rasa_and_the_actions_are_on_this_machine_only_and_ask_for_their_secret(fairwell: Instance) -> None:
    """Both inner doors are closed to whoever lacks the secret."""
    actions = f"http://{fairwell.environment['FAIRWELL_ACTIONS_BIND']}/webhook"

    assert httpx.post(actions, json={}, trust_env=False, timeout=30).status_code == 401
    assert (
        httpx.post(
            f"{fairwell.rasa_url}/webhooks/fairwell/webhook", json={}, trust_env=False, timeout=30
        ).status_code
        == 401
    )
    for url in (fairwell.url, fairwell.rasa_url, actions):
        assert _listening_on(urlsplit(url).port or 0) == {"0100007F"}


def _listening_on(port: int) -> set[str]:
    """The addresses, as the kernel writes them, on which anybody listens at this port."""
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}


def test_a_taken_port_is_told_before_anything_starts(fairwell: Instance, tmp_path: Path) -> None:
    """One line names the port and the setting, and nothing is started."""
    environment = {**fairwell.environment, "FAIRWELL_HOME": str(tmp_path / "other")}
    done = subprocess.run(
        [FAIRWELL, "up"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"fairwell: port {urlsplit(fairwell.url).port} for the app is in use")
    assert len(done.stderr.splitlines()) == 1


def test_a_second_up_is_refused(fairwell: Instance) -> None:
    """One HOME is run once."""
    done = fairwell.cli("up")

    assert done.returncode == 1
    assert "running already" in done.stderr


def test_what_dies_comes_back(fairwell: Instance) -> None:
    """Both killed, both are started again, and it is said so."""
    before = _pids(fairwell)
    fairwell.kill("app", "rasa")
    wait_until(lambda: len(_pids(fairwell)) == 3, 30, "both are started again")
    wait_until(fairwell.ready, 90, "ready again")

    assert set(before) & set(_pids(fairwell)) == {fairwell.supervisor_pid}
    assert "stopped unexpectedly" in fairwell.output or "ended soon" in fairwell.output


def test_a_message_is_accepted_while_rasa_starts(fairwell: Instance) -> None:
    """Without Rasa the app lives and says it is not ready; a message is accepted, and answered later."""
    fairwell.reset_demo()
    with Chat(fairwell.url, fairwell.identity("demo-solo")) as chat:
        fairwell.kill("rasa")
        body = {"id": str(uuid.uuid4()), "text": "I want to cancel"}
        assert httpx.get(f"{fairwell.url}/healthz", trust_env=False, timeout=30).status_code == 200
        assert httpx.get(f"{fairwell.url}/readyz", trust_env=False, timeout=30).status_code == 503
        first = chat.post(body)
        assert first.status_code in {200, 202}, first.text
        assert [reply.kind for reply in chat.send(body)] == ["receipt", "exit_question"]


def test_a_program_that_cannot_start_is_tried_again(fairwell: Instance) -> None:
    """With its port taken at a restart the app says so, is tried again, and comes back once it is free."""
    port = urlsplit(fairwell.url).port
    assert port is not None
    fairwell.kill("app")
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wait_until(lambda: _taken(squatter, port), 10, "the port is ours", every=0.01)
        wait_until(lambda: "FAIRWELL_PORT" in fairwell.output, 60, "the log's last lines are shown")
    wait_until(fairwell.ready, 60, "ready once the port is free")


def test_nothing_is_left_however_it_ends(private: Instance) -> None:
    """Ctrl-C ends all with exit code 0; supervisord or `up` killed -9 takes app and Rasa along."""
    pids = _pids(private)
    assert len(pids) == 3
    assert private.stop() == 0
    assert not [pid for pid in pids if alive(pid)]
    assert private.output.rstrip().endswith("Stopped.")

    pids = _started(private)
    os.kill(private.supervisor_pid, signal.SIGKILL)
    assert private.wait_ended() == 1
    wait_until(lambda: not [pid for pid in pids if alive(pid)], 10, "app and Rasa are gone")
    assert "the supervisor ended" in private.output

    pids = _started(private)
    os.kill(private.up_pid, signal.SIGKILL)
    wait_until(lambda: not [pid for pid in pids if alive(pid)], 20, "supervisord, app and Rasa are gone")


def _pids(instance: Instance) -> list[int]:
    found = (instance.supervisor_pid, instance.pid("app"), instance.pid("rasa"))
    return [pid for pid in found if pid is not None]


def _started(instance: Instance) -> list[int]:
    instance.start()
    return wait_until(lambda: pids if len(pids := _pids(instance)) == 3 else [], 30, "all three run")


def _taken(squatter: socket.socket, port: int) -> bool:
    try:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
    except OSError:
        return False
    return True
