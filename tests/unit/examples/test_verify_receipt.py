from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.crypto.receipt_verification import verify_receipt
from bot.domain.errors import ReceiptInvalidError
from tests.unit.examples import vectors
from tests.unit.examples.vectors import Document, Vectors

SCRIPT = Path(__file__).parents[3] / "examples" / "verify_receipt.py"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    """The receipts."""
    return vectors.make(tmp_path_factory.mktemp("home") / "keys")


def by_a_stranger(folder: Path, keys: Document, receipts: dict[str, Document]) -> tuple[int, list[str]]:
    """Runs the script as somebody does who has nothing of ours: exit code, and a verdict for each receipt.

    All in one process: starting one for each would take longer than the checks.
    """
    (folder / "keys.json").write_text(json.dumps(keys))
    names = []
    for number, receipt in enumerate(receipts.values()):
        names.append(f"{number}.json")
        (folder / names[-1]).write_text(json.dumps(receipt))
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, "keys.json", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    said = [line.split(": ", 1)[1].split(",")[0] for line in done.stdout.splitlines() if ".json: " in line]
    return done.returncode, said


def by_ourselves(receipt: Document, keys: Document) -> str:
    """What `fairwell receipts verify` is made of."""
    try:
        verify_receipt(json.dumps(receipt).encode(), keys)
    except ReceiptInvalidError:
        return "refused"
    return "valid"


def test_the_script_has_nothing_of_ours() -> None:
    """The standard library and one JOSE library; and the check itself stays short enough to be read."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {
        name.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names
    }
    imported |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported - sys.stdlib_module_names == {"joserfc"}
    verify = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "verify")
    assert (verify.end_lineno or 0) - verify.body[1].lineno + 1 <= 10


def test_the_documents_show_what_the_script_does() -> None:
    """Word for word."""
    code = SCRIPT.read_text(encoding="utf-8")
    verify = code[code.index("def verify(") : code.index("def encode(")].strip()
    assert verify in (SCRIPT.parents[1] / "docs" / "receipts.md").read_text(encoding="utf-8")


def test_a_stranger_accepts_what_was_issued(given: Vectors, tmp_path: Path) -> None:
    """As issued, by a rotated key, erased, of every kind: exit code 0."""
    code, said = by_a_stranger(tmp_path, given.keys, given.good)
    assert (code, said) == (0, ["valid"] * len(given.good))


def test_a_stranger_refuses_everything_else(given: Vectors, tmp_path: Path) -> None:
    """A revoked key, other algorithms, other spellings, altered disclosures: exit code 1."""
    code, said = by_a_stranger(tmp_path, given.keys, given.bad)
    accepted = [name for name, verdict in zip(given.bad, said, strict=True) if verdict != "refused"]
    assert (code, accepted) == (1, [])


def test_a_stranger_with_saved_keys_adds_the_revoked_ones(given: Vectors, tmp_path: Path) -> None:
    """Who has saved the keys before one was revoked knows of it by the other list."""
    revoked = {"revoked key": given.bad["revoked key"]}
    plain = [{name: key[name] for name in given.keys["keys"][0]} for key in given.revoked["keys"]]
    saved = {"keys": [*given.keys["keys"], *plain]}
    assert by_a_stranger(tmp_path, saved, revoked) == (0, ["valid"])
    both = {"keys": [*given.keys["keys"], *given.revoked["keys"]]}
    assert by_a_stranger(tmp_path, both, revoked) == (1, ["refused"])


def test_a_stranger_is_told_what_a_receipt_states(given: Vectors, tmp_path: Path) -> None:
    """The signed facts and the disclosed ones."""
    (tmp_path / "keys.json").write_text(json.dumps(given.keys))
    (tmp_path / "receipt.json").write_text(json.dumps(given.receipt))
    done = subprocess.run(
        [sys.executable, SCRIPT, "keys.json", "receipt.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    facts = json.loads(done.stdout.partition("\n")[2])
    assert facts["number"] == "R-4F7K-9M2Q"
    assert facts["words"] == "I want to cancel — bye"


def test_ours_says_the_same(given: Vectors) -> None:
    """Of every one of these receipts."""
    assert {name for name, item in given.good.items() if by_ourselves(item, given.keys) != "valid"} == set()
    assert {name for name, item in given.bad.items() if by_ourselves(item, given.keys) != "refused"} == set()


def test_no_altered_byte_passes(given: Vectors, tmp_path: Path) -> None:
    """Each place of the JWS, each of the six bits of a letter, and a sign that is none: nobody takes it."""
    every = {str(number): receipt for number, receipt in enumerate(vectors.altered(given.receipt))}
    assert len(every) > 7 * (len(given.receipt["jws"]) - 3)
    assert {by_ourselves(receipt, given.keys) for receipt in every.values()} == {"refused"}
    code, said = by_a_stranger(tmp_path, given.keys, every)
    assert (code, set(said), len(said)) == (1, {"refused"}, len(every))
