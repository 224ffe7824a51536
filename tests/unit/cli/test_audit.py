from __future__ import annotations

import re
import sqlite3

from bot.domain.audit import Action
from bot.services import audit
from tests.unit.cli.installation import Installation


def rows(installation: Installation, *arguments: str) -> list[list[str]]:
    """What is listed."""
    return [re.split(" {2,}", line) for line in installation.run("audit", "list", *arguments).lines[1:]]


def head(installation: Installation) -> str:
    """The digest that `verify` prints."""
    line = installation.run("audit", "verify").lines[-1]
    return line.rpartition(" ")[2]


def tamper(installation: Installation, statement: str) -> None:
    """What somebody does who has the file, and takes the triggers away first."""
    path = installation.deps.store._engine.url.database  # type: ignore[attr-defined]
    connection = sqlite3.connect(path)
    with connection:
        for event in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{event}")
        connection.execute(statement)
    connection.close()


def test_what_was_done_is_listed_newest_first(installation: Installation) -> None:
    """Who by name, what, to what, and why; only some of it, where that is wanted."""
    assert installation.run("audit", "list").lines == ["Nothing yet."]
    assert head(installation) == "yet"
    installation.run("staff", "add", "bea@example.com", "--role", "agent", "--name", "Bea Kraus")
    with installation.deps.store.begin() as work:
        (bea,) = work.staff.all()
    audit.alone(installation.deps, bea.id, Action.REVEALED, "c_1", why="they asked for a call")
    done = rows(installation)
    assert [row[2:5] for row in done[:1]] == [["Bea Kraus", "revealed", "c_1"]]
    assert done[0][5] == "they asked for a call"
    assert done[-1][2] == "cli"
    assert rows(installation, "--who", bea.id) == done[:1]
    assert rows(installation, "--limit", "1") == done[:1]
    assert rows(installation, "--who", "nobody") == []


def test_a_chain_that_nobody_touched(installation: Installation) -> None:
    """Says how many there are, and the digest of the last, which is still there later."""
    audit.alone(installation.deps, "cli", Action.READ, "c_1")
    noted = head(installation)
    audit.alone(installation.deps, "cli", Action.READ, "c_2")
    done = installation.run("audit", "verify", "--head", noted)
    assert done.code == 0
    assert done.lines[-1].startswith("2 entries, all as they were written.")
    assert re.fullmatch("[0-9a-f]{64}", noted)


def test_what_was_altered_is_said(installation: Installation) -> None:
    """In one line, with an exit code for those who check every night, even where the rest is right."""
    for number in range(3):
        audit.alone(installation.deps, "cli", Action.READ, f"c_{number}")
    for arguments, statement, said in (
        (["--head", "0" * 64], "SELECT 1", "the end was cut off"),
        ([], "DELETE FROM audit WHERE position = 3", "the end was cut off"),
        ([], "UPDATE audit SET subject = 'c_9' WHERE position = 2", "entry 2 was altered"),
    ):
        tamper(installation, statement)
        code, line = installation.run("audit", "verify", *arguments).fault
        assert code == 1
        assert line.startswith("the audit is not as it was written: ")
        assert said in line
