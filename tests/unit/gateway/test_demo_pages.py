from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.periods import Interval
from bot.domain.subscriptions import Plan
from bot.mail.file import FileMailer
from bot.mail.message import Sender
from bot.services.views import reader
from tests.fixtures.builders import letter
from tests.unit.gateway.support import World
from tests.unit.gateway.test_demo_sign_in import sign_in

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
PAGES = ("/", "/demo/account", "/demo/mail")
HOSTILE = "</p><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def said(text: str) -> str:
    """A page's text as one reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_may_do(world: World, path: str) -> None:
    """Its own scripts, its own forms, and nothing else; and nothing of it stands in the page itself."""
    response = await world.client.get(path, headers=BROWSER)

    policy = response.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|javascript:", response.text)


@pytest.mark.parametrize("path", PAGES)
async def test_forms_say_where_they_come_from(world: World, path: str) -> None:
    """A page without any referrer would have its forms sent with `Origin: null`, which is refused."""
    response = await world.client.get(path, headers=BROWSER)

    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_is_made_of(world: World, path: str) -> None:
    """Every file the page names is there, with its type."""
    page = (await world.client.get(path, headers=BROWSER)).text
    names = set(re.findall(r'"/demo/static/([^"]+)"', page))

    assert {"base.css", "shop.css", "shop.js"} <= names
    for name in names:
        response = await world.client.get(f"/demo/static/{name}")
        assert response.status_code == 200
        kind = response.headers["Content-Type"].split(";")[0]
        assert kind in {"text/css", "text/javascript", "image/svg+xml"}


@pytest.mark.parametrize("path", PAGES)
async def test_the_widget_is_put_in_as_on_any_site(world: World, path: str) -> None:
    """One tag, with the page's language and the address that says who is signed in."""
    page = (await world.client.get(f"{path}?language=de", headers=BROWSER)).text

    assert (
        '<script async src="/widget.js" data-locale="de" data-identity-url="/demo/identity"></script>' in page
    )


async def test_plans_and_prices_come_from_billing(world: World) -> None:
    """Every plan with its price, the cheapest first; one that nobody has thought of, too."""
    deps = world.application.deps
    with deps.store.begin() as work:
        work.book.put_plan(Plan("scribe", "Scribe", Money(9900, "EUR"), Interval.YEAR))
        work.book.put_plan(Plan("quarterly", "Quarterly", Money(2900, "EUR"), Interval("3 months")))
        work.commit()

    page = said((await world.client.get("/")).text)

    places = [
        page.index(text) for text in ("Basic shop_plan_basic", "Pro shop_plan_pro", "Team shop_plan_team")
    ]
    assert places == sorted(places)
    assert "Scribe shop_price" in page
    assert "shop_per_year" in page
    assert "shop_per_months" in page
    assert "shop_leave_any_time" in page


async def test_the_plan_one_has_is_marked(world: World) -> None:
    """On the price list, for who is signed in and for nobody else."""
    assert "shop_your_plan" not in (await world.client.get("/")).text

    await sign_in(world, "demo-solo")

    assert (await world.client.get("/")).text.count("shop_your_plan") == 1


async def test_the_account_shows_its_owner_and_what_they_hold(world: World) -> None:
    """Name, address, plan, state; and the link that cancels, which works without JavaScript, too."""
    await sign_in(world, "demo-solo")

    page = (await world.client.get("/demo/account")).text

    assert "Nora Lindholm" in page
    assert "demo-solo@example.com" in page
    assert "shop_state_active" in page
    assert '<a class="pill" href="/leave" data-fairwell-open="shop_say_cancel(plan=Pro)">' in page
    assert '<a class="pill" href="/leave">shop_cancel_without_chat</a>' in page


async def test_with_several_plans_each_has_its_own_link(world: World) -> None:
    """The sentence names the plan, so that no question is needed."""
    await sign_in(world, "demo-multi")

    page = html.unescape((await world.client.get("/demo/account")).text)

    for plan in ("Basic", "Pro", "Team"):
        assert f'data-fairwell-open="shop_say_cancel_plan(plan={plan})"' in page


async def test_after_a_cancellation(world: World) -> None:
    """The account says that it is cancelled and when it ends, with the receipt, and offers no cancelling."""
    await world.say(await world.session("demo-solo"), "I want to cancel")
    await sign_in(world, "demo-solo")

    page = (await world.client.get("/demo/account")).text

    assert "shop_state_cancelling(end=" in page
    assert "shop_nothing_more" in page
    assert "shop_cancel_plan" not in page
    assert 'data-fairwell-open="shop_try_undo_say"' in page
    (address,) = re.findall(r'href="http://127.0.0.1:8000(/receipts/[^"]+)"', html.unescape(page))
    assert (await world.client.get(address)).status_code == 200


@pytest.mark.parametrize(
    ("customer", "state"),
    [
        ("demo-none", "shop_subscriptions_none"),
        ("demo-ended", "shop_state_ended"),
        ("demo-trial", "shop_state_trial"),
    ],
)
async def test_every_demo_customer_has_an_account(world: World, customer: str, state: str) -> None:
    """Whatever they hold."""
    await sign_in(world, customer)

    assert state in (await world.client.get("/demo/account")).text


async def test_nothing_in_a_page_is_markup(world: World, tmp_path: Path) -> None:
    """Names, plans, and mail show as they are written."""
    deps = world.application.deps
    with deps.store.begin() as work:
        solo = work.customers.get("demo-solo")
        assert solo is not None
        work.customers.put(replace(solo, name=HOSTILE))
        (held,) = reader(deps, work).subscriptions("demo-solo")
        plan = replace(held.plan, ref="hostile", name=HOSTILE)
        work.book.put_plan(plan)
        work.book.put(replace(held, plan=plan))
        work.commit()
    mailer = FileMailer(tmp_path, world.clock, Sender("Lantern Notes"))
    hostile = letter(subject=HOSTILE, paragraphs=(HOSTILE,))
    mailer.send(to="a@example.com", letter=hostile, message_id="j_1")
    await sign_in(world, "demo-solo")

    for path in PAGES:
        page = (await world.client.get(path, headers=BROWSER)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert HOSTILE in html.unescape(page)


async def test_mail_for_programs(world: World, tmp_path: Path) -> None:
    """What was sent, newest first."""
    _two_mails(world, tmp_path)

    sent = (await world.client.get("/demo/mail")).json()["mail"]

    assert [item["subject"] for item in sent] == ["Mail 2", "Mail 1"]
    assert set(sent[0]) == {"id", "to", "subject", "text", "at"}


async def test_mail_for_readers(world: World, tmp_path: Path) -> None:
    """A page: newest first, that one open; without JavaScript one looks again by a link."""
    _two_mails(world, tmp_path)

    response = await world.client.get("/demo/mail", headers=BROWSER)

    assert response.headers["Vary"].startswith("Accept")
    assert re.findall(r'class="subject">([^<]+)<', response.text) == ["Mail 2", "Mail 1"]
    assert response.text.count("<details open>") == 1
    assert response.text.index("<details open>") < response.text.index("Mail 2")
    assert '<a href="/demo/mail">shop_mail_again</a>' in response.text


async def test_the_pages_are_in_the_browsers_language(world: World) -> None:
    """Unless another one is picked, which then stays in the page's links; a strange one counts as none."""
    german = (await world.client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})).text
    picked = (await world.client.get("/?language=en", headers={"Accept-Language": "de-AT"})).text
    strange = (await world.client.get("/?language=%22%3E%3Cb", headers={"Accept-Language": "de-AT"})).text

    assert '<html lang="de" dir="ltr">' in german
    assert 'href="/demo/account"' in german
    assert '<html lang="en" dir="ltr">' in picked
    assert 'href="/demo/account?language=en"' in picked
    assert 'href="/leave?language=en"' in picked
    assert '<input type="hidden" name="language" value="en">' in picked
    assert '<html lang="de" dir="ltr">' in strange
    assert "<b" not in strange.partition("<body>")[0]


async def test_every_language_is_offered_under_its_own_name(world: World) -> None:
    """On the page one is on."""
    page = (await world.client.get("/demo/account")).text

    for code in world.application.deps.languages.spoken:
        assert f'<a href="/demo/account?language={code}" lang="{code}" hreflang="{code}"' in page


@pytest.mark.parametrize("name", ["nothing.md", "..%2fREADME.md", "README.md", "adr", "images/receipt.png"])
async def test_only_the_pages_of_the_documentation(world: World, name: str) -> None:
    """Nothing else that lies there or beside it."""
    assert (await world.client.get(f"/demo/docs/{name}")).status_code == 404


async def test_the_documentation_is_plain_text(world: World) -> None:
    """Browsers show it and never take it for a page."""
    response = await world.client.get("/demo/docs/connect-website.md")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "data-identity-url" in response.text


def _two_mails(world: World, home: Path) -> None:
    mailer = FileMailer(home, world.clock, Sender("Lantern Notes"))
    for number in (1, 2):
        world.clock.advance(seconds=1)
        sent = letter(subject=f"Mail {number}")
        mailer.send(to="a@example.com", letter=sent, message_id=f"j_{number}")
