"""A running Rasa with a stand-in for the action endpoint, for the tests of the channel."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.understanding.fingerprint import model_path

ROOT = Path(__file__).resolve().parents[3]
SECRET = "channel-secret-of-the-tests"
ACTIONS_SECRET = "actions-secret-of-the-tests"


class Actions(ThreadingHTTPServer):
    """The action endpoint: remembers its calls; answers a sender as `answers` says, else well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: dict[str, tuple[int, bytes] | None] = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Actions

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append(call)
        self.server.secrets.append(self.headers["X-Fairwell-Secret"])
        good = json.dumps(
            {"events": [], "responses": [{"text": "one\n\ntwo"}, {"custom": {"kind": "text"}}]}
        ).encode()
        answer = self.server.answers.get(call["sender_id"], (200, good))
        if answer is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningRasa:
    """`python -m bot.understanding.server` with the trained model, its own trackers and its own log."""

    def __init__(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.actions = Actions()
        self.port = _free_port()
        self.log = Path(self.home.name) / "rasa.log"
        model = model_path(ROOT, Path(os.environ.get("FAIRWELL_HOME", ROOT / "var")) / "models")
        environment = os.environ | {
            "FAIRWELL_HOME": self.home.name,
            "FAIRWELL_RASA_SECRET": SECRET,
            "FAIRWELL_ACTIONS_SECRET": ACTIONS_SECRET,
            "FAIRWELL_ACTIONS_URL": f"http://127.0.0.1:{self.actions.server_port}/webhook",
        }
        environment.pop("FAIRWELL_RASA_TRACKER_URL", None)
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "bot.understanding.server",
                    "--port",
                    str(self.port),
                    "--model",
                    str(model),
                ],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
            )
        self._wait()

    def _wait(self) -> None:
        """Wait until the port answers; an ended process is an error with its log."""
        pause = threading.Event()
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"Rasa did not start:\n{self.log.read_text()}")
            try:
                if self.get("/webhooks/fairwell/")[0] == 200:
                    return
            except OSError:
                pause.wait(0.2)

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and body of a GET."""
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, body: object, secret: str | None = SECRET) -> tuple[int, Any]:
        """Return status and decoded JSON of a turn; bytes are sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/webhooks/fairwell/webhook", data=data)
        request.add_header("Content-Type", "application/json")
        if secret is not None:
            request.add_header("X-Fairwell-Secret", secret)
        status, text = self._ask(request)
        return status, json.loads(text)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310  # always our own port
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def events(self, sender: str) -> list[tuple[str, str | None, str | None]]:
        """Return type, intent and action of every event saved for a conversation."""
        connection = sqlite3.connect(Path(self.home.name) / "rasa.db")
        try:
            query = "SELECT type_name, intent_name, action_name FROM events WHERE sender_id = ? ORDER BY id"
            return connection.execute(query, (sender,)).fetchall()
        finally:
            connection.close()

    def stop(self) -> int:
        """End it as a supervisor would and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.actions.shutdown()
        self.actions.server_close()
        return code
