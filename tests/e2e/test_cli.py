"""The `fairwell` command, beside a running installation."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.chat import Chat
from tests.e2e.conftest import Visit
from tests.e2e.instance import FAIRWELL, Instance

COMMANDS = (
    *("up", "train", "chat", "identity-token", "customers import", "customers list", "receipts verify"),
    *("reasons", "cases list", "cases reply", "cases close", "manners", "demo reset"),
    *("doctor", "understand", "nlu candidates", "nlu shadow"),
)


def test_help_names_every_command_and_the_exit_codes(fairwell: Instance) -> None:
    """`--help` works everywhere, and the first one says what exit codes mean."""
    top = fairwell.cli("--help")
    assert top.returncode == 0
    assert "Exit codes" in top.stdout
    for command in COMMANDS:
        shown = fairwell.cli(*command.split(), "--help")
        assert shown.returncode == 0, command
        assert command.split()[0] in top.stdout
        assert "Usage" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "setting", "code", "said"),
    [
        (["nonsense"], {}, 2, "nonsense"),
        (["customers", "import"], {}, 2, "file"),
        (["customers", "import", "/not/there.csv"], {}, 1, "/not/there.csv"),
        (["customers", "list"], {"FAIRWELL_PORT": "many"}, 2, "FAIRWELL_PORT"),
        (["customers", "list"], {"FAIRWELL_DATABASE_URL": "sqlite:////dev/null/x.db"}, 1, "/dev/null"),
        (["identity-token", "nobody"], {}, 1, "nobody"),
        (["cases", "close", "C-0000-0000"], {}, 1, "C-0000-0000"),
        (["cases", "reply", "C-0000-0000", " "], {}, 1, "characters"),
        (["receipts", "verify", "/not/there.json"], {}, 1, "/not/there.json"),
        (["chat"], {"FAIRWELL_PORT": "1"}, 1, "make run"),
        (["understand", "--file", "/not/there.tsv"], {}, 1, "/not/there.tsv"),
        (["understand", "hello", "--file", "texts.tsv"], {}, 2, "not both"),
        (["understand", "hello"], {"FAIRWELL_HOME": "/nowhere"}, 1, "fairwell train"),
        (["nlu", "candidates", "--since", "yesterday"], {}, 2, "since"),
        (["nlu", "candidates", "--json", "--yaml"], {}, 2, "not both"),
    ],
)
def test_faults_are_one_line(
    fairwell: Instance, arguments: list[str], setting: dict[str, str], code: int, said: str
) -> None:
    """What goes wrong is told in one line on stderr, without a traceback."""
    done = subprocess.run(
        [FAIRWELL, *arguments], env={**fairwell.environment, **setting}, capture_output=True, text=True,
        check=False, timeout=60, input="",
    )  # fmt: skip

    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("fairwell: ")


@pytest.mark.usefixtures("visit")
def test_chat_holds_a_whole_conversation(fairwell: Instance) -> None:
    """Piped in, `chat` cancels by words, undoes by title, and presses by number."""
    talk = fairwell.cli("chat", "--as", "demo-solo", given="I want to cancel\nundo\ncancel\n11\n")

    assert talk.returncode == 0, talk.stderr
    assert talk.stdout.count("Receipt R-") >= 3
    assert "[1] Undo" in talk.stdout
    assert "[11] Skip" in talk.stdout
    assert [item.kind for item in fairwell.ledger.operations("demo-solo")] == ["cancel", "undo", "cancel"]
    assert "goes on as before" in talk.stdout


def test_chat_anonymously(fairwell: Instance) -> None:
    """Without `--as` one is nobody in particular."""
    talk = fairwell.cli("chat", "--url", fairwell.url, given="I want to cancel\n")

    assert "e-mail" in talk.stdout


def test_chat_as_nobody(fairwell: Instance) -> None:
    """A customer who is not there is refused in one line."""
    talk = fairwell.cli("chat", "--as", "nobody-at-all", given="hello\n")

    assert talk.returncode == 1
    assert "identity_invalid" in talk.stderr


def test_identity_token_opens_a_session(fairwell: Instance) -> None:
    """The token printed is the token the gateway takes, once."""
    token = fairwell.cli("identity-token", "demo-multi").stdout.strip()

    with Chat(fairwell.url, token) as chat:
        assert "Basic" in " ".join(reply.text for reply in chat.say("when does it end?"))


def test_receipts_are_verified_offline(fairwell: Instance, visit: Visit, tmp_path: Path) -> None:
    """A receipt verifies as issued; no altered byte, key or disclosure does."""
    receipt = visit("demo-solo").say("I want to cancel")[0].receipt
    assert receipt is not None
    document = httpx.get(
        receipt["url"], headers={"Accept": "application/json"}, trust_env=False, timeout=30
    ).json()
    keys = tmp_path / "jwks.json"
    keys.write_bytes(httpx.get(f"{fairwell.url}/.well-known/jwks.json", trust_env=False, timeout=30).content)

    for arguments in ([], ["--jwks", str(keys)]):
        valid = fairwell.cli("receipts", "verify", *arguments, "-", given=json.dumps(document))
        assert valid.returncode == 0, valid.stderr
        for fact in (receipt["number"], "Nora Lindholm", "I want to cancel", "Pro plan", "nothing"):
            assert fact in valid.stdout

    for altered in _altered(document):
        invalid = fairwell.cli("receipts", "verify", "-", given=json.dumps(altered))
        assert (invalid.returncode, len(invalid.stderr.splitlines())) == (1, 1), altered
    foreign = json.loads(keys.read_text(encoding="utf-8"))
    foreign["keys"][0]["x"] = foreign["keys"][0]["x"][::-1]
    keys.write_text(json.dumps(foreign), encoding="utf-8")
    assert (
        fairwell.cli("receipts", "verify", "--jwks", str(keys), "-", given=json.dumps(document)).returncode
        == 1
    )


def _altered(document: dict[str, object]) -> Iterator[dict[str, object]]:
    """One alteration in each part; unit tests try every single byte."""
    jws, disclosures = str(document["jws"]), document["disclosures"]
    assert isinstance(disclosures, list)
    parts = jws.split(".")
    for number, part in enumerate(parts):
        yield document | {"jws": ".".join([*parts[:number], _flip(part), *parts[number + 1 :]])}
    yield document | {"jws": jws + "="}
    yield document | {"disclosures": [_flip(str(disclosures[0])), *disclosures[1:]]}
    yield document | {"disclosures": [*disclosures, disclosures[0]]}
    yield document | {"more": 1}


def _flip(text: str) -> str:
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


def test_customers_are_imported_whole_or_not_at_all(fairwell: Instance, tmp_path: Path) -> None:
    """A good file goes in and can be cancelled; a broken one names line and column and changes nothing."""
    good, broken = tmp_path / "good.csv", tmp_path / "broken.csv"
    head = "customer,name,email,subscription,plan,price,currency,started\n"
    row = "cli-{0},Someone,cli-{0}@example.org,cli-sub-{0},gold,10.00,EUR,2026-01-01\n"
    good.write_text(head + row.format(1), encoding="utf-8")
    broken.write_text(head + row.format(2) + row.format(3).replace("10.00", "ten"), encoding="utf-8")

    assert fairwell.cli("customers", "import", str(good)).returncode == 0
    refused = fairwell.cli("customers", "import", str(broken))
    assert refused.returncode == 1
    assert "broken.csv:3: column price" in refused.stderr

    listed = fairwell.cli("customers", "list").stdout
    assert "cli-1" in listed
    assert "cli-2" not in listed
    with Chat(fairwell.url, fairwell.identity("cli-1")) as chat:
        assert chat.say("I want to cancel")[0].kind == "receipt"
    again = fairwell.cli("customers", "import", str(good))
    assert again.returncode == 0
    assert fairwell.ledger.status("cli-1") == {"gold": "cancelling"}


def test_reasons_count_beside_each_share(fairwell: Instance, visit: Visit) -> None:
    """A reason that was given shows up with its count and share, as text and as CSV."""
    chat = visit("demo-solo")
    chat.press(chat.say("I want to cancel")[-1].buttons["reason:too_complex"])

    rows = list(csv.DictReader(io.StringIO(fairwell.cli("reasons", "--csv").stdout)))
    found = next(row for row in rows if row["reason"] == "too_complex")
    assert int(found["answers"]) >= 1
    assert 0 < float(found["share"]) <= 1
    assert "%" in fairwell.cli("reasons").stdout


def test_cases_are_answered_in_the_same_chat(fairwell: Instance, visit: Visit) -> None:
    """A case can be listed, replied to and closed; the customer reads it where they asked."""
    chat = visit("demo-solo")
    number = next(
        word.strip(".") for word in chat.say("talk to a human")[0].text.split() if word.startswith("C-")
    )

    assert number in fairwell.cli("cases", "list").stdout
    assert fairwell.cli("cases", "reply", number, "Hello, this is Ada.").returncode == 0
    assert [item["text"] for item in chat.history() if item["from"] == "staff"] == ["Hello, this is Ada."]
    assert fairwell.cli("cases", "close", number).returncode == 0
    assert number not in fairwell.cli("cases", "list").stdout
    assert number in fairwell.cli("cases", "list", "--all").stdout
    assert chat.say("hello")


def test_demo_reset(fairwell: Instance, visit: Visit) -> None:
    """The demo goes back to its start, while the app runs."""
    visit("demo-solo").say("I want to cancel")

    assert fairwell.cli("demo", "reset").returncode == 0
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_demo_is_not_made_where_there_is_none(fairwell: Instance, tmp_path: Path) -> None:
    """`demo reset` puts no demo customers into a real book."""
    environment = {**fairwell.environment, "FAIRWELL_HOME": str(tmp_path), "FAIRWELL_DEMO": "0"}
    done = subprocess.run(
        [FAIRWELL, "demo", "reset"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert "FAIRWELL_DEMO" in done.stderr
