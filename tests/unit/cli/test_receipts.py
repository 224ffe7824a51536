from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.installation import Done, Installation
from tests.unit.examples import vectors
from tests.unit.examples.vectors import Document, Vectors


@pytest.fixture
def given(tmp_path: Path) -> Vectors:
    """Receipts signed with keys of this installation."""
    return vectors.make(tmp_path / "keys")


def verify(installation: Installation, folder: Path, receipt: Document, *options: str) -> Done:
    """One receipt through the command."""
    path = folder / "receipt.json"
    path.write_text(json.dumps(receipt))
    return installation.run("receipts", "verify", str(path), *options)


def test_what_was_issued_is_valid(installation: Installation, given: Vectors, tmp_path: Path) -> None:
    """By the keys of this installation: as issued, by a rotated key, erased, of every kind."""
    said = {name: verify(installation, tmp_path, item) for name, item in given.good.items()}
    assert {name for name, done in said.items() if done.code != 0} == set()
    assert "Paused until  2027-01-21 12:00:00 UTC" in said["kind pause"].out
    assert "Paused until" not in said["kind resume"].out
    assert "the withdrawal from the Pro plan" in said["kind withdraw"].out
    assert "Refunded      €12.00" in said["kind withdraw"].out
    assert "(erased)" in said["erased"].out


def test_anything_else_is_refused(installation: Installation, given: Vectors, tmp_path: Path) -> None:
    """In one line; a revoked key is called that."""
    for name in ("revoked key", "somebody else's key", "padding", "a disclosure made up"):
        code, line = verify(installation, tmp_path, given.bad[name]).fault
        assert code == 1
        assert ("a key that was revoked" in line) == (name == "revoked key")


def test_by_public_keys_alone(installation: Installation, given: Vectors, tmp_path: Path) -> None:
    """As they are published: a revoked key is in no plain set, so nothing it has signed passes."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(given.keys))
    assert verify(installation, tmp_path, given.receipt, "--jwks", str(keys)).code == 0
    stolen = given.bad["revoked key"]
    code, line = verify(installation, tmp_path, stolen, "--jwks", str(keys)).fault
    assert (code, "not in the key set" in line) == (1, True)
