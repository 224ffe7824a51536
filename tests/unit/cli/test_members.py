from __future__ import annotations

import re

import pytest

from tests.unit.cli.installation import Installation

KIM = ("demo-multi", "Kim@Example.com")


def listed(installation: Installation, customer: str = "demo-multi") -> list[list[str]]:
    """The rows of an account's members."""
    return [re.split(" {2,}", line) for line in installation.run("members", "list", customer).lines[1:]]


def test_a_member_is_added_listed_and_removed(installation: Installation) -> None:
    """What they may do is said at once."""
    assert installation.run("members", "list", "demo-multi").lines == ["No members."]
    done = installation.run(
        "members", "add", *KIM, "--role", "billing", "--name", "Kim Berg", "--phone", "+49 30 123-456"
    )
    assert done.lines == ["kim@example.com belongs to demo-multi and decides about its plans."]
    assert listed(installation) == [["kim@example.com", "Kim Berg", "billing", "+4930123456"]]
    assert installation.run("members", "list", "demo-solo").lines == ["No members."]
    done = installation.run("members", "remove", *KIM)
    assert (done.code, done.lines) == (0, ["Removed from demo-multi."])
    assert listed(installation) == []


def test_adding_one_again_changes_what_they_may_do(installation: Installation) -> None:
    """The address is who they are; what is not said again is gone."""
    installation.run("members", "add", *KIM, "--role", "billing", "--phone", "+4930123456")
    done = installation.run("members", "add", *KIM, "--role", "member")
    assert done.lines == ["kim@example.com belongs to demo-multi and decides nothing about its plans."]
    assert listed(installation) == [["kim@example.com", KIM[1], "member", "-"]]


def test_members_are_listed_by_address(installation: Installation) -> None:
    """Under their heads."""
    for name in ("kim", "bo"):
        installation.run("members", "add", "demo-multi", f"{name}@example.com", "--role", "member")
    done = installation.run("members", "list", "demo-multi")
    assert done.lines[0].split() == ["e-mail", "name", "role", "phone"]
    assert [row[0] for row in listed(installation)] == ["bo@example.com", "kim@example.com"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "nobody", "kim@example.com", "--role", "member"], 1, "there is no customer nobody"),
        (["add", "demo-multi", "demo-solo@example.com", "--role", "member"], 1, "another account"),
        (["add", "demo-multi", "bo@example.com", "--role", "member"], 1, "another account"),
        (["add", "demo-multi", "kim", "--role", "member"], 1, "not an e-mail address"),
        (["add", *KIM, "--role", "member", "--phone", "030 123456"], 1, "country code"),
        (["add", *KIM, "--role", "owner"], 2, "owner"),
        (["add", *KIM], 2, "--role"),
        (["add", "demo-multi", "--role", "member"], 2, "email"),
        (["remove", *KIM], 1, "no such member"),
        (["remove", "demo-multi", "bo@example.com"], 1, "no such member"),
        (["list", "nobody"], 1, "there is no customer nobody"),
    ],
)
def test_what_can_not_be_done(installation: Installation, arguments: list[str], code: int, said: str) -> None:
    """One line that says why, and nobody is added or removed."""
    installation.run("members", "add", "demo-solo", "bo@example.com", "--role", "member")
    found, line = installation.run("members", *arguments).fault
    assert found == code
    assert said in line
    assert listed(installation) == []
    assert [row[0] for row in listed(installation, "demo-solo")] == ["bo@example.com"]
