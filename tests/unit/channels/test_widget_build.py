from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_the_file_is_what_its_sources_make() -> None:
    """Nobody edits the built file, and nobody forgets to build it; its types hold."""
    if shutil.which("npm") is None:
        pytest.skip("widget: needs Node and npm to build it")
    built = subprocess.run(
        [ROOT / "tools" / "build-widget", "--check"], capture_output=True, text=True, check=False, timeout=240
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert "bytes gzipped" in built.stdout


def test_no_address_of_a_download_is_locked() -> None:
    """The lock has digests only."""
    lock = (ROOT / "channels" / "web" / "widget" / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
