from __future__ import annotations

import base64
import hashlib
import re

import pytest

from cli.main import run
from gateway.api.widget import WIDGET


def test_prints_the_tag(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """For this installation's address; the size and the digest are beside it."""
    monkeypatch.setenv("FAIRWELL_PUBLIC_URL", "https://chat.example")

    assert run(["widget", "--locale", "de"]) == 0

    said = capsys.readouterr()
    assert said.out == '<script async src="https://chat.example/widget.js" data-locale="de"></script>\n'
    assert re.fullmatch(r"\d+ bytes gzipped; integrity sha384-\S+\n", said.err)


def test_pinned_to_this_release(capsys: pytest.CaptureFixture[str]) -> None:
    """The digest is that of the file, and the tag lets browsers read it from another site."""
    assert run(["widget", "--pinned"]) == 0

    tag = capsys.readouterr().out
    digest = base64.b64encode(hashlib.sha384((WIDGET / "widget.js").read_bytes()).digest()).decode()
    assert f'integrity="sha384-{digest}" crossorigin="anonymous"' in tag
