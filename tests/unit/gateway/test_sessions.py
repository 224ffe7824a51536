from __future__ import annotations

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.unit.gateway.support import IDENTITY_SECRET, World


def token(world: World, **claims: object) -> str:
    """An identity token with other claims than a good one."""
    now = world.clock.now()
    good = {
        "sub": "demo-solo",
        "aud": "fairwell",
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "jti": "one",
    }
    secret = str(claims.pop("secret", IDENTITY_SECRET))
    kept = {name: value for name, value in {**good, **claims}.items() if value is not None}
    return jwt.encode({"alg": "HS256"}, kept, OctKey.import_key(secret.encode()))


async def test_an_anonymous_session(world: World) -> None:
    """201 with a token and a conversation of its own each time."""
    one = await world.client.post("/chat/sessions", json={"locale": "de"})
    two = await world.client.post("/chat/sessions", json={})

    assert one.status_code == two.status_code == 201
    assert set(one.json()) == {"session", "conversation"}
    assert one.json()["conversation"] != two.json()["conversation"]
    with world.application.deps.store.begin() as work:
        conversation = work.conversations.get(one.json()["conversation"])
    assert conversation is not None
    assert conversation.locale == "de"


async def test_an_identity_opens_one_session(world: World) -> None:
    """The second use is refused, and opens nothing."""
    identity = world.application.identity_tokens.issue("demo-solo")

    first = await world.client.post("/chat/sessions", json={"identity": identity})
    second = await world.client.post("/chat/sessions", json={"identity": identity})

    assert first.status_code == 201
    assert second.status_code == 401
    assert second.json()["error"]["code"] == "identity_used"


@pytest.mark.parametrize(
    "fault",
    [
        {"secret": "another secret, also of thirty-two bytes"},
        {"exp": 1},
        {"aud": "somebody else"},
        {"jti": None},
        {"sub": "nobody-we-know"},
    ],
)
async def test_an_identity_that_is_none(world: World, fault: dict[str, object]) -> None:
    """401, and never an anonymous session instead."""
    response = await world.client.post("/chat/sessions", json={"identity": token(world, **fault)})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "identity_invalid"


@pytest.mark.parametrize(
    "identity",
    ["", "x", "eyJhbGciOiJub25lIn0.e30.", "é", "\x00", "x" * 9000, None, 7, False, {}, ["x"]],
)
async def test_identities_that_are_no_tokens(world: World, identity: object) -> None:
    """401 as well: a website that fills in nothing for its customer must not open an anonymous session."""
    response = await world.client.post("/chat/sessions", json={"identity": identity})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "identity_invalid"


@pytest.mark.parametrize("body", [{"locale": ["en"]}, {"locale": "e" * 36}, []])
async def test_bodies_that_do_not_fit(world: World, body: object) -> None:
    """422 in the one shape."""
    response = await world.client.post("/chat/sessions", json=body)

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"
