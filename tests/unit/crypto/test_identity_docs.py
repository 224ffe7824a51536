from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.bootstrap import build
from bot.crypto.identity_keys import read_identity_keys
from bot.settings import Settings
from tests.unit.crypto.identity_forgery import OWN_SECRET

_PAGE = (Path(__file__).parents[3] / "docs" / "connect-website.md").read_text(encoding="utf-8")


def _examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def _run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  # our own documentation
    return names


def test_the_examples_of_the_page_work_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows docs/connect-website.md gets tokens that are taken, by secret and by key pair."""
    monkeypatch.chdir(tmp_path)
    with_secret, make_keys, with_key = _examples("python")
    _run(make_keys)
    settings = Settings(
        home=tmp_path / "var",
        web_identity_secret=SecretStr(OWN_SECRET),
        web_identity_keys=tmp_path / "identity-keys.json",
    )
    checker = build(settings).identity_tokens
    for token in (
        _run(with_secret)["identity_token"]("demo-solo", OWN_SECRET),
        _run(with_key)["identity_token"]("demo-solo"),
    ):
        assert checker.verify(token).customer_ref == "demo-solo"


def test_the_private_half_of_the_page_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is its owner's alone, and the other one has nothing of it."""
    monkeypatch.chdir(tmp_path)
    _run(_examples("python")[1])
    assert stat.S_IMODE((tmp_path / "identity-key.pem").stat().st_mode) == 0o600
    (key,) = json.loads((tmp_path / "identity-keys.json").read_text())["keys"]
    assert sorted(key) == ["crv", "kid", "kty", "use", "x"]


def test_the_jwk_set_of_the_page_is_one(tmp_path: Path) -> None:
    """The example can be read."""
    path = tmp_path / "keys.json"
    path.write_text(next(text for text in _examples("json") if '"keys"' in text))
    assert list(read_identity_keys(path)) == ["web-2026-11"]
