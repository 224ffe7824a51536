"""What the figures were measured on and with."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.processes import ROOT

_CPUINFO = Path("/proc/cpuinfo")
_ASK = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"


def machine() -> str:
    """The processor, how many of its cores there are for us, and the operating system."""
    return f"{cores()} cores of {_processor()}, {platform.system()}"


def load() -> str:
    """How busy the machine was in the last minute, on average: processes that ran or waited to."""
    return f"{os.getloadavg()[0]:.1f}"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def versions() -> str:
    """One line with the versions that matter."""
    theirs = subprocess.run(
        [str(ROOT / ".venv-rasa" / "bin" / "python"), "-c", _ASK, "rasa", "tensorflow-cpu"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return (
        f"Python {platform.python_version()}, Rasa {theirs[0]} (TensorFlow {theirs[1]}), "
        f"rasa-sdk {version('rasa-sdk')}, Fairwell {version('fairwell')} at {_commit()}."
    )


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607  # whichever git the developer has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or "no commit"


def _processor() -> str:
    if _CPUINFO.is_file():
        for line in _CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
