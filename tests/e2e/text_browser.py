"""A text browser, lynx, as somebody sits before it: keys go in, a screen comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
from pathlib import Path
from typing import Self

from tests.e2e.waiting import wait_until

ANSWER_SECONDS = 60
# Ways to move about the screen and to change its looks (ECMA-48).
_CONTROLS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78])")
_ROWS, _COLUMNS = 200, 100
TAB, ENTER, END = "\t", "\r", "q"


class TextBrowser:
    """Lynx at a page, in a terminal of its own. What it has shown since the last press is `screen`."""

    def __init__(self, url: str, home: Path) -> None:
        lynx = shutil.which("lynx")
        assert lynx is not None, "to be asked before"
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        environment = {"TERM": "vt100", "HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [lynx, "-nocolor", "-nomore", "-nopause", url],
            stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(terminal)
        self._controller = controller
        self._shown = ""

    def __enter__(self) -> Self:
        """Its terminal is there as long as the block."""
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._controller)

    @property
    def screen(self) -> str:
        """The text shown since the last press, spaces as one."""
        while select.select([self._controller], [], [], 0)[0]:
            try:
                self._shown += os.read(self._controller, 65536).decode("utf-8", "replace")
            except OSError:
                break
        return " ".join(_CONTROLS.sub(" ", self._shown).split())

    def wait_for(self, text: str) -> None:
        """Waits until it shows this."""
        wait_until(lambda: text in self.screen, ANSWER_SECONDS, f"lynx shows {text!r}")

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other; each may be several characters, as typed."""
        _ = self.screen
        self._shown = ""
        os.write(self._controller, "".join(keys).encode())
