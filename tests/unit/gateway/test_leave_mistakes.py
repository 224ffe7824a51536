"""Mistyped, too late, too often: said in the bot's words, beside the field, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.subscriptions import Status
from bot.services.inbox import REFUSED_ABOVE
from tests.unit.gateway.leaver import Leaver, Page

SOLO = "demo-solo@example.com"


def problem(page: Page, field: str) -> dict[str, str | None]:
    """The field that is at fault, after checking that everybody is told: eyes, ears and fingers."""
    assert page.title.startswith("Error: ")
    assert page.response.status_code == 200
    box = next(given for _, given in page.tags if given.get("id") == "problem")
    assert box["role"] == "alert"
    control = page.form_with(field).fields[field]
    assert control["aria-invalid"] == "true"
    assert "problem" in (control["aria-describedby"] or "")
    assert "autofocus" in control
    return control


@pytest.mark.parametrize("typed", ["ada", "ada@", "ada@example", "a b@c", "@", "x" * 400, "<b>@x"])
async def test_an_unclear_address(leaver: Leaver, typed: str) -> None:
    """It is asked for again, and the clock runs from the first press (P4)."""
    at = leaver.world.clock.now()
    page = await leaver.declared(typed)
    typed_again = problem(page, "email")["value"] or ""
    assert typed.startswith(typed_again)
    assert typed_again
    assert leaver.words("verify_email_unclear") in page.text

    leaver.world.clock.advance(minutes=3)
    page = await leaver.send(page, email=SOLO)
    assert not page.title.startswith("Error: ")
    page = await leaver.send(page, code=await leaver.code())
    with leaver.world.application.deps.store.begin() as work:
        (receipt,) = work.receipts.of_customer("demo-solo")
    assert receipt.received_at == at


async def test_no_address_at_all(leaver: Leaver) -> None:
    """A text browser sends the empty form: it asks for what is missing."""
    page = await leaver.declared("")
    problem(page, "email")
    assert leaver.words("verify_ask_email") in page.text


async def test_a_wrong_code(leaver: Leaver) -> None:
    """Said at the field; the next try counts."""
    page = await leaver.declared()
    page = await leaver.send(page, code="000000")
    problem(page, "code")
    assert leaver.words("verify_code_wrong") in page.text
    page = await leaver.send(page, code="not a code")
    problem(page, "code")
    assert leaver.words("verify_code_unclear") in page.text
    page = await leaver.send(page, code=await leaver.code())
    assert page.receipts


@pytest.mark.parametrize("typed", ["{} {}", " {}-{} ", "{}\u00a0{}", "{}.{}", "{}\u200b{}\n"])
async def test_a_code_is_pasted_as_it_comes(leaver: Leaver, typed: str) -> None:
    """With spaces, and with what a mail program adds."""
    page = await leaver.declared()
    code = await leaver.code()
    page = await leaver.send(page, code=typed.format(code[:3], code[3:]))
    assert page.receipts


async def test_a_code_that_is_used_up(leaver: Leaver) -> None:
    """After five tries a new one is sent to the address that is asked for."""
    page = await leaver.declared()
    for _ in range(5):
        page = await leaver.send(page, code="000000")
    problem(page, "email")
    assert leaver.words("verify_code_used_up") in page.text
    page = await leaver.send(page, email=SOLO)
    page = await leaver.send(page, code=await leaver.code(number=2))
    assert leaver.statuses() == [Status.CANCELLING]


async def test_a_code_that_is_too_old(leaver: Leaver) -> None:
    """Ten minutes later; what was asked for is kept."""
    page = await leaver.declared()
    code = await leaver.code()
    leaver.world.clock.advance(minutes=11)
    page = await leaver.send(page, code=code)
    problem(page, "email")
    assert leaver.words("verify_code_expired") in page.text


async def test_another_address(leaver: Leaver) -> None:
    """No code has come: another address, or the same once more, without beginning anew."""
    page = await leaver.declared("somebody-else@example.com")
    page = await leaver.send(page, email=SOLO)
    page = await leaver.send(page, code=await leaver.code())
    assert page.receipts


async def test_too_many_codes(leaver: Leaver) -> None:
    """The wait is said, and a person is there."""
    page = await leaver.declared()
    for _ in range(6):
        leaver.world.clock.advance(seconds=61)
        page = await leaver.send(page, email=SOLO)
    assert leaver.words("verify_wait_hour") in page.text
    assert "Talk to a person" in page.form_with("Talk to a person").buttons


async def test_pressing_without_end(leaver: Leaver) -> None:
    """First it is slowed down, then refused for a minute, on a page that says how long to wait."""
    page = await leaver.declared(language="de")
    before, said = page, 1
    while page.response.status_code == 200:
        before, page = page, await leaver.send(page, words=f"und {said}")
        said += 1
    assert said == REFUSED_ABOVE + 1
    assert page.response.status_code == 429
    assert page.heading == leaver.words("leave_note_many_title", "de")
    assert page.response.headers["Retry-After"] == "60"
    assert "60 Sekunden" in page.text

    leaver.world.clock.advance(minutes=2)
    assert (await leaver.send(before, words="und nun")).response.status_code == 200


async def test_an_old_day(leaver: Leaver) -> None:
    """A day that is past is asked about, with the way to end it as soon as it can end."""
    past = (leaver.world.clock.now() - timedelta(days=40)).date().isoformat()
    page = await leaver.send(await leaver.open(), email=SOLO, end=past)
    page = await leaver.send(page, code=await leaver.code())
    assert "Which day do you mean?" in page.text
    page = await leaver.press(page, "Cancel now")
    assert leaver.statuses() == [Status.CANCELLING]
