from __future__ import annotations

import pytest

from tests.unit.gateway.support import World


async def sign_in(world: World, customer: str, **fields: str) -> dict[str, str]:
    """Signs in by the shop's form; returns the headers of the answer."""
    response = await world.client.post("/demo/sign-in", data={"customer": customer, **fields})
    assert response.status_code == 303, response.text
    return dict(response.headers)


async def test_picking_a_customer_signs_in(world: World) -> None:
    """The cookie is out of scripts' reach and never sent from another site."""
    headers = await sign_in(world, "demo-solo", place="account")

    assert headers["location"] == "/demo/account"
    cookie = headers["set-cookie"].casefold()
    assert cookie.startswith("fairwell_demo=demo-solo;")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_the_identity_endpoint_gives_a_token_that_opens_a_session(world: World) -> None:
    """As a company's own endpoint would, for who is signed in."""
    await sign_in(world, "demo-solo")

    response = await world.client.get("/demo/identity")

    assert response.headers["Cache-Control"] == "no-store"
    claim = world.application.identity_tokens.verify(response.json()["identity"])
    assert claim.customer_ref == "demo-solo"
    assert (await world.client.post("/chat/sessions", json=response.json())).status_code == 201


@pytest.mark.parametrize("cookie", ["", "demo-nobody", "ada", "demo-solo; x", "demo-solo%00", "'\"<>"])
async def test_nobody_signed_in(world: World, cookie: str) -> None:
    """No cookie, or one that names no demo customer: no content, and every page says that one may sign in."""
    headers = {"Cookie": f'fairwell_demo="{cookie}"'}

    response = await world.client.get("/demo/identity", headers=headers)

    assert response.status_code == 204
    assert response.content == b""
    assert "shop_account_nobody" in (await world.client.get("/demo/account", headers=headers)).text


async def test_signing_out(world: World) -> None:
    """Picking nobody ends it."""
    await sign_in(world, "demo-solo")

    await sign_in(world, "")

    assert (await world.client.get("/demo/identity")).status_code == 204


async def test_signing_in_as_somebody_else(world: World) -> None:
    """The last one picked is signed in."""
    await sign_in(world, "demo-solo")
    await sign_in(world, "demo-multi")

    token = (await world.client.get("/demo/identity")).json()["identity"]

    assert world.application.identity_tokens.verify(token).customer_ref == "demo-multi"


@pytest.mark.parametrize("customer", ["ada", "demo-nobody", "demo-solo ", "DEMO-SOLO"])
async def test_only_demo_customers_can_be_picked(world: World, customer: str) -> None:
    """Anybody else is unknown, and the one who was signed in stays."""
    await sign_in(world, "demo-solo")

    response = await world.client.post("/demo/sign-in", data={"customer": customer})

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "customer_unknown"
    assert (await world.client.get("/demo/identity")).status_code == 200


async def test_sign_in_takes_a_form(world: World) -> None:
    """A page elsewhere can send text without being asked first; it is no form."""
    response = await world.client.post(
        "/demo/sign-in", content="customer=demo-solo", headers={"Content-Type": "text/plain"}
    )

    assert response.status_code == 415


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example", "nothing", ""])
async def test_leads_to_no_other_place(world: World, place: str) -> None:
    """A form that names no page of ours leads home."""
    assert (await sign_in(world, "demo-solo", place=place))["location"] == "/"


async def test_the_picked_language_is_kept(world: World) -> None:
    """Through signing in and through a reset."""
    headers = await sign_in(world, "demo-solo", place="account", language="de")
    reset = await world.client.post("/demo/reset", data={"place": "mail", "language": "de"})

    assert headers["location"] == "/demo/account?language=de"
    assert reset.status_code == 303
    assert reset.headers["location"] == "/demo/mail?done=reset&language=de"


async def test_a_reset_by_form_says_so(world: World) -> None:
    """Without JavaScript, on the page that was open."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")

    response = await world.client.post("/demo/reset", data={"place": "home"}, follow_redirects=True)

    assert "shop_demo_reset_done" in response.text
    with world.application.deps.store.begin() as work:
        assert work.operations.of_customer("demo-solo") == []
