from __future__ import annotations

import pytest

from channels.slack import parse
from channels.slack.addresses import Address, address_of, installed_in
from tests.fixtures.slack.payloads import (
    Json,
    button,
    command,
    deleted,
    direct_message,
    edited,
    event_callback,
    mention,
    press,
)


def whose(body: Json) -> str | None:
    """The address of what was said."""
    said = parse.event(body) or parse.press(body) or parse.command(body)
    return said.address if said else None


def test_two_workspaces_with_the_same_user_id() -> None:
    """They are two people, whatever they do."""
    for first, second in (
        (event_callback(direct_message("x")), event_callback(direct_message("x", team="T2"), team="T2")),
        (press(button("tok")), press(button("tok"), team="T2")),
        (command(), command(team="T2")),
    ):
        assert (whose(first), whose(second)) == ("T1:U1", "T2:U1")


def test_a_stranger_is_not_the_colleague_with_the_same_id() -> None:
    """Who comes from another organisation is known by where they are from, in all they do."""
    bodies = [
        event_callback(mention("<@U0BOT> cancel", team="T2"), shared=True),
        event_callback(direct_message("cancel", team="T2"), shared=True),
        event_callback(direct_message("cancel", team="T2")),
        event_callback(direct_message("cancel", team="T1", user_team="T2"), shared=True),
        event_callback(edited("a", "b", team="T2")),
        event_callback(deleted("a", team="T2")),
        press(button("tok"), home="T2"),
    ]
    assert [whose(body) for body in bodies] == ["T1:T2:U1"] * len(bodies)


def test_the_installation_counts_not_where_it_was_said() -> None:
    """In a shared channel the event's own team is the other side's."""
    body = {**event_callback(mention("<@U0BOT> x", team="T1"), shared=True), "team_id": "T2"}
    assert whose(body) == "T1:U1"


def test_an_organisation_with_several_workspaces() -> None:
    """Installed org-wide there is one chat for each person, from whichever workspace they write."""
    ways = {"enterprise": "E1", "org_wide": True}
    first = event_callback(direct_message("x"), **ways)  # type: ignore[arg-type]
    second = event_callback(direct_message("x", team="T2"), team="T2", **ways)  # type: ignore[arg-type]
    pressed = {**press(button("t")), "team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    told = command(enterprise_id="E1", is_enterprise_install="true")

    assert [whose(body) for body in (first, second, pressed, told)] == ["E1:U1"] * 4


def test_one_workspace_of_an_organisation() -> None:
    """A colleague from a sister workspace is no stranger; somebody from outside is."""
    sister = event_callback(direct_message("x", team="T3"), enterprise="E1")
    outside = event_callback(mention("x", team="T9"), enterprise="E1", shared=True)
    own = event_callback(mention("x", team="T1", user_team="E1"), enterprise="E1", shared=True)

    assert [whose(body) for body in (sister, outside, own)] == ["T1:U1", "T1:T9:U1", "T1:U1"]


def test_where_a_view_was_opened() -> None:
    """A view says itself which workspace the app is installed in."""
    body = {**press(button("t")), "view": {"app_installed_team_id": "T7"}}
    assert installed_in(body) == "T7"
    assert address_of(body, "U1") == Address("T7", "U1")


@pytest.mark.parametrize(
    "address", [Address("T1", "U1"), Address("E1", "W1"), Address("T1", "U1", "T2")], ids=str
)
def test_written_and_read(address: Address) -> None:
    """An address is text in our store."""
    assert Address.read(str(address)) == address


@pytest.mark.parametrize("text", ["", "U1", "T1", "T1:", ":U1", "T1:T2", "T1:T2:T3:U1", "t1:u1", "T1:U1 "])
def test_no_address(text: str) -> None:
    """Anything else is none."""
    assert Address.read(text) is None
