from __future__ import annotations

import re

import pytest

from bot.domain.audit import Action
from bot.services import audit, staff
from tests.unit.cli.installation import Installation

BEA = "bea@example.com"


def listed(installation: Installation) -> list[list[str]]:
    """The rows of everybody."""
    return [re.split(" {2,}", line) for line in installation.run("staff", "list").lines[1:]]


def token_in(line: str) -> str:
    """The token of an invitation's link."""
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/console/welcome/([\w-]{43})", line)
    assert found, line
    return found[1]


def test_the_first_admin_is_added_here(installation: Installation) -> None:
    """The link leads to where they choose a password."""
    assert installation.run("staff", "list").lines == ["Nobody yet."]
    done = installation.run("staff", "add", "Bea@Example.com", "--role", "admin", "--name", "Bea Kraus")
    assert done.code == 0
    assert done.lines[0] == f"{BEA} is invited as admin. For 72 hours, once:"
    assert staff.invited(installation.deps, token_in(done.lines[1])).name == "Bea Kraus"
    assert installation.run("staff", "list").lines[0].split() == [
        "e-mail",
        "name",
        "role",
        "state",
        "authenticator",
    ]
    assert listed(installation) == [[BEA, "Bea Kraus", "admin", "invited", "no"]]


def test_roles_are_changed_and_people_shut_out_and_let_in(installation: Installation) -> None:
    """Each is said at once, and stands in the list."""
    installation.run("staff", "add", BEA, "--role", "viewer", "--name", "Bea")
    assert installation.run("staff", "role", BEA, "--role", "agent").lines == [f"{BEA} is agent."]
    assert installation.run("staff", "disable", BEA).lines == [f"{BEA} is shut out."]
    assert listed(installation) == [[BEA, "Bea", "agent", "disabled", "no"]]
    assert installation.run("staff", "enable", BEA).lines == [f"{BEA} may sign in."]
    assert listed(installation) == [[BEA, "Bea", "agent", "invited", "no"]]


def test_a_reset_makes_a_new_link(installation: Installation) -> None:
    """The one before opens nothing any more."""
    first = token_in(installation.run("staff", "add", BEA, "--role", "agent").lines[1])
    done = installation.run("staff", "reset", BEA)
    assert done.lines[0] == "For 72 hours, once:"
    assert token_in(done.lines[1]) != first
    assert staff.invited(installation.deps, token_in(done.lines[1])).email == BEA


def test_the_command_line_is_audited_as_itself(installation: Installation) -> None:
    """Whoever has the machine has all; that they used it is written down."""
    installation.run("staff", "add", BEA, "--role", "agent")
    installation.run("staff", "disable", BEA)
    entries = audit.listed(installation.deps, action=Action.STAFF_CHANGED.value)
    assert {item.who for item in entries} == {audit.COMMAND_LINE}
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", BEA, "--role", "viewer"], 1, "this address already"),
        (["add", "bea", "--role", "viewer"], 1, "not an e-mail address"),
        (["add", "cem@example.com", "--role", "owner"], 2, "owner"),
        (["add", "cem@example.com"], 2, "--role"),
        (["role", "cem@example.com", "--role", "agent"], 1, "nobody of the staff"),
        (["role", BEA, "--role", "viewer"], 1, "somebody has to remain"),
        (["disable", BEA], 1, "somebody has to remain"),
        (["enable", "cem@example.com"], 1, "nobody of the staff"),
        (["reset", "cem@example.com"], 1, "nobody of the staff"),
    ],
)
def test_what_can_not_be_done(installation: Installation, arguments: list[str], code: int, said: str) -> None:
    """One line that says why, and nothing is changed."""
    installation.run("staff", "add", BEA, "--role", "admin", "--name", "Bea")
    found, line = installation.run("staff", *arguments).fault
    assert found == code
    assert said in line
    assert listed(installation) == [[BEA, "Bea", "admin", "invited", "no"]]
