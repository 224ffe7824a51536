"""Who may do what: every route, for every role, as docs/console-roles.md has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from bot.domain.staff import Permission, Role, allowed
from console.app import TOPICS
from console.guard import needed_by
from tests.unit.console.office import Office

DOCS = Path(__file__).parents[3] / "docs" / "console-roles.md"
#: Where nobody has to be signed in.
OPEN = {
    "GET /", "GET /static/{name}", "GET /sign-in", "POST /sign-in", "POST /code", "GET /welcome/{token}",
    "POST /welcome/{token}", "GET /oidc", "GET /oidc/callback",
}  # fmt: skip
#: Acts on something of somebody else's are refused whatever the role.
OWN = {"POST /account/sessions/{session_id}/end"}


def routes(office: Office) -> dict[str, APIRoute]:
    """All of them, by method and path."""
    inner = [route for topic in TOPICS for route in topic.router.routes]
    found = [route for route in (*office.console.routes, *inner) if isinstance(route, APIRoute)]
    return {f"{method} {route.path}": route for route in found for method in route.methods or ()}


def table(office: Office) -> list[str]:
    """The table of the documentation, made from what the routes ask for."""
    lines = ["| route | " + " | ".join(role.value for role in Role) + " |", "|---|" + "---|" * len(Role)]
    for name, route in sorted(routes(office).items(), key=lambda item: item[0].split()[::-1]):
        needs = needed_by(route)
        may = ["●" if needs is None or needs.permission is None or allowed(role, needs.permission) else "–"
               for role in Role]  # fmt: skip
        lines.append(f"| `{name.replace(' /', ' /console/', 1)}` | {' | '.join(may)} |")
    return lines


def test_every_route_says_what_it_needs(office: Office) -> None:
    """But for the way in, and what pages are drawn with."""
    assert {name for name, route in routes(office).items() if needed_by(route) is None} == OPEN


def test_the_documentation_has_the_same_table(office: Office) -> None:
    """Route by route and role by role."""
    assert "\n".join(table(office)) in DOCS.read_text(encoding="utf-8")


def test_roles_grow() -> None:
    """Each may what the one before it may, and admins may everything."""
    for permission in Permission:
        may = [allowed(role, permission) for role in Role]
        assert may == sorted(may)
        assert may[-1]


@pytest.mark.parametrize("role", [None, *Role])
async def test_every_route_is_kept(office: Office, role: Role | None) -> None:
    """Refused means 403, or the way to the sign-in; allowed never does."""
    browser = office.visitor() if role is None else office.signed_in(role)
    conversation = office.conversation("hello")
    for name, route in routes(office).items():
        needs = needed_by(route)
        if needs is None or name == "POST /sign-out":
            continue
        method, _, path = name.partition(" ")
        address = path.replace("{conversation_id}", conversation).replace("{", "").replace("}", "")
        answer = await (browser.get(address) if method == "GET" else browser.post(address))
        where = answer.headers.get("location", "")
        if role is None:
            assert (answer.status_code, where.partition("?")[0]) == (303, "/console/sign-in"), name
        elif needs.permission is None or allowed(role, needs.permission):
            assert answer.status_code in {200, 303, 400, 403 if "password" in name or "authenticator" in name
                                          else 404, 404, 409}, (name, answer.status_code)  # fmt: skip
            assert "Your role does not allow" not in answer.text, name
        else:
            assert answer.status_code == 403, name
            assert "Your role does not allow this." in answer.text, name


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.ADMIN])
async def test_what_belongs_to_somebody_else(office: Office, role: Role) -> None:
    """Nobody signs out another's browser, or takes away another's note; a manager may do the latter."""
    owner, browser = office.signed_in(Role.AGENT), office.signed_in(role)
    conversation = office.conversation("hello")
    await owner.post(f"/conversations/{conversation}/notes", text="mine")
    assert owner.staff is not None
    with office.store.reading() as work:
        note = work.desk.notes(conversation)[0]
        session = work.staff.sessions_of(owner.staff.id)[0]
    assert (await browser.post(f"/account/sessions/{session.id}/end")).status_code == 404
    answer = await browser.post(f"/notes/{note.id}/remove")
    assert answer.status_code == (404 if role is Role.AGENT else 303)
    assert (await owner.get("/queue")).status_code == 200


async def test_nobody_makes_themselves_more(office: Office) -> None:
    """Nor does anybody shut themselves or the last admin out."""
    admin = office.signed_in(Role.ADMIN)
    assert admin.staff is not None
    for act in ("role", "disable"):
        answer = await admin.post(f"/staff/{admin.staff.id}/{act}", role="viewer")
        assert answer.status_code == 409
    other = office.member(Role.ADMIN)
    assert (await admin.post(f"/staff/{other.id}/role", role="viewer")).status_code == 303
