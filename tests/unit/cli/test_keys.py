from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from bot.crypto.keys import KeyRing
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.errors import ReceiptInvalidError
from cli.application import application
from tests.unit.cli.installation import Installation


def listed(installation: Installation) -> list[list[str]]:
    """The rows of `keys list`: name, kid, state."""
    return [re.split(" {2,}", line) for line in installation.run("keys", "list").lines[1:]]


def test_a_rotation(installation: Installation) -> None:
    """The new key is there at once and signs later; `--in 0` makes one that signs at once."""
    [[_, first, state]] = listed(installation)
    assert state == "signs"
    done = installation.run("keys", "rotate")
    assert (done.code, "receipt-0002" in done.out, "signs from" in done.out) == (0, True, True)
    assert [(name, state.split(" 2")[0]) for name, _, state in listed(installation)] == [
        ("receipt-0002", "signs from"),
        ("receipt-0001", "signs"),
    ]
    assert installation.run("keys", "rotate", "--in", "0").out.endswith(" signs.\n")
    assert [state for _, _, state in listed(installation)] == [
        "signs",
        "retired, still proves",
        "retired, still proves",
    ]
    assert listed(installation)[-1][1] == first


def test_a_revocation_and_signing_anew(installation: Installation) -> None:
    """What the key has signed is refused; what is kept is signed again, and states the same."""
    kid, before = application().signer.kid, kept(installation)
    code, line = installation.run("receipts", "renew", kid).fault
    assert (code, "is no revoked key" in line) == (1, True)

    done = installation.run("keys", "revoke", kid, "--reason", "compromised")
    assert (done.code, f"fairwell receipts renew -- {kid}" in done.out) == (0, True)
    assert [state.split(" ")[0] for _, _, state in listed(installation)] == ["signs", "revoked"]
    assert listed(installation)[1][2].endswith("compromised")
    now = application().signer
    with pytest.raises(ReceiptInvalidError):
        verify_receipt(before, now.jwks())

    assert installation.run("receipts", "renew", kid).out == f"1 receipt is signed anew, with {now.kid}.\n"
    after = kept(installation)
    assert verify_receipt(after, now.jwks()).kid == now.kid
    assert after["disclosures"] == before["disclosures"]
    assert str(after["jws"]).split(".")[1] == str(before["jws"]).split(".")[1]
    assert installation.run("receipts", "renew", kid).out.startswith("0 receipts are signed anew")


def kept(installation: Installation) -> dict[str, object]:
    """The one receipt that the demo begins with, as the page hands it out."""
    with installation.deps.store.begin() as work:
        (receipt,) = work.receipts.of_customer("demo-ended")
    return {"jws": receipt.jws, "disclosures": list(receipt.disclosures)}


def test_a_slip_revokes_nothing(installation: Installation) -> None:
    """A key is named in full."""
    for name in ("receipt-0001", application().signer.kid[:-1], ""):
        code, line = installation.run("keys", "revoke", "--", name).fault
        assert (code, "`fairwell keys list` shows them" in line) == (1, True)
    assert [state for _, _, state in listed(installation)] == ["signs"]


def test_no_installation_is_made(installation: Installation, tmp_path: Path) -> None:
    """Where there are no keys, these commands make none: a mistyped FAIRWELL_HOME must not look like one."""
    for path in (tmp_path / "keys").glob("receipt-*"):
        path.unlink()
    for command in (["list"], ["rotate"], ["revoke", "x"]):
        code, line = installation.run("keys", *command).fault
        assert (code, "no receipt keys in" in line) == (1, True)


def test_secrets_that_must_not_be_written(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mounted read-only: said in one line, with the way that is left. A full disk is no read-only one."""
    faults = [errno.EACCES, errno.EROFS, errno.ENOSPC]

    def refuse(*_: object) -> int:
        raise OSError(faults[0], os.strerror(faults.pop(0)), "receipt-0002.pem")

    monkeypatch.setattr(KeyRing, "_make", refuse)
    said = [installation.run("keys", "rotate").fault[1] for _ in range(3)]
    assert ["run this where they are kept" in line for line in said] == [True, True, False]
    assert said[2] == f"receipt-0002.pem: {os.strerror(errno.ENOSPC)}"
