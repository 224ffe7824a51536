"""The way out without chat and without scripts. Rasa is down in all of these: nothing asks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.subscriptions import EndRule, Status
from tests.unit.gateway.leaver import Leaver, Page
from tests.unit.gateway.looks import operations

SOLO, MULTI = "demo-solo@example.com", "demo-multi@example.com"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_address_code_done(leaver: Leaver, language: str) -> None:
    """Two presses: a receipt, the exit question with its buttons, and undo."""
    page = await leaver.declared(language=language)
    assert leaver.words("verify_code_sent", language, minutes="10") in page.text
    assert leaver.statuses("demo-solo") == [Status.ACTIVE]

    page = await leaver.send(page, code=await leaver.code())

    assert page.heading == leaver.words("receipt_title_cancel", language)
    assert leaver.statuses("demo-solo") == [Status.CANCELLING]
    assert leaver.words("exit_question", language) in page.text
    assert page.presses[0] == leaver.words("button_undo", language)
    assert page.presses[-1] == leaver.words("button_skip", language)
    assert len(page.receipts) == 1
    assert not leaver.world.rasa.asked


async def test_the_receipt_quotes_what_the_page_said(leaver: Leaver) -> None:
    """The sentence beside the button is what was declared, with the address, and from that moment on."""
    first = await leaver.open()
    sentence = "Please cancel my subscription. My e-mail address is {}."
    assert sentence.format("the one above") in first.text
    at = leaver.world.clock.now()
    page = await leaver.send(first, email=SOLO)
    leaver.world.clock.advance(minutes=9)
    await leaver.send(page, code=await leaver.code())

    with leaver.world.application.deps.store.begin() as work:
        (receipt,) = work.receipts.of_customer("demo-solo")
    assert receipt.received_at == at
    page = Page(await leaver.world.client.get(receipt_url(leaver, receipt.number)))
    assert sentence.format(SOLO) in page.text


def receipt_url(leaver: Leaver, number: str) -> str:
    """Where it can be read."""
    return f"/receipts/{number}?key={leaver.world.application.signer.page_key(number)}"


async def test_the_receipt_opens(leaver: Leaver) -> None:
    """By the card's link, in a tab of its own: going back would send the form again."""
    page = await leaver.verified()
    (link,) = page.receipts
    assert ("target", "_blank") in next(tag for _, tag in page.tags if tag.get("href") == link).items()
    assert (await leaver.world.client.get(link)).status_code == 200


async def test_a_day_of_ones_own(leaver: Leaver) -> None:
    """Chosen from the calendar, or typed where there is none, it is part of what is declared."""
    for day, number in (("2026-05-15", 1), ("15 May 2026", 2)):
        leaver.world.application.reset_demo()
        page = await leaver.send(await leaver.open(), email=SOLO, end=day)
        page = await leaver.send(page, code=await leaver.code(number=number))
        assert "15 May 2026 became 30 April 2026" in page.text


async def test_several_plans(leaver: Leaver) -> None:
    """A button for each and one for all, of equal weight; one press ends one."""
    page = await leaver.verified(MULTI)
    assert page.heading == leaver.words("leave_title_choice")
    assert page.presses == ["Basic plan", "Pro plan", "Team plan", "All of them"]

    page = await leaver.press(page, "Pro plan")

    assert sorted(leaver.statuses("demo-multi")) == [Status.ACTIVE, Status.ACTIVE, Status.CANCELLING]
    assert len(page.receipts) == 1


async def test_all_of_them(leaver: Leaver) -> None:
    """A receipt for each, with its own way back, and one question."""
    page = await leaver.press(await leaver.verified(MULTI), "All of them")
    assert set(leaver.statuses("demo-multi")) == {Status.CANCELLING}
    assert len(page.receipts) == 3
    assert page.text.count(leaver.words("exit_question")) == 1


async def test_undo(leaver: Leaver) -> None:
    """One press, a receipt of its own, and no second undo beside the first."""
    page = await leaver.press(await leaver.verified(), "Undo")
    assert page.heading == leaver.words("receipt_title_undo")
    assert leaver.statuses("demo-solo") == [Status.ACTIVE]
    assert "Undo" not in page.presses
    assert len(page.receipts) == 2


async def test_undo_stays_after_the_question(leaver: Leaver) -> None:
    """A reason given, the receipt is still there, and so is the way back."""
    page = await leaver.press(await leaver.verified(), "Too expensive")
    assert leaver.words("exit_thanks") in page.text
    assert page.presses == ["Hear if that changes", "Undo"]
    assert len(page.receipts) == 1
    await leaver.press(page, "Undo")
    assert leaver.statuses("demo-solo") == [Status.ACTIVE]


async def test_being_told_if_the_reason_changes(leaver: Leaver) -> None:
    """A press under the thanks asks for it, one more takes it back; without chat it comes by mail."""
    page = await leaver.press(await leaver.verified(), "Too expensive")
    page = await leaver.press(page, "Hear if that changes")
    assert leaver.words("follow_up_noted_mail") in page.text
    page = await leaver.press(page, "Don't write to me")
    assert leaver.words("follow_up_taken_back") in page.text
    with leaver.world.application.deps.store.begin() as work:
        assert work.follow_ups.open() == []


async def test_the_reason_is_kept(leaver: Leaver) -> None:
    """As the button says it."""
    await leaver.press(await leaver.verified(), "Too expensive")
    with leaver.world.application.deps.store.begin() as work:
        (answer,) = work.exit_interviews.answers()
    assert [reason.value for reason in answer.reasons] == ["too_expensive"]


async def test_skip(leaver: Leaver) -> None:
    """Accepted in a word, and never asked again."""
    page = await leaver.press(await leaver.verified(), "Skip")
    assert leaver.words("exit_skipped") in page.text
    assert "Too expensive" not in page.presses


async def test_nothing_to_cancel(leaver: Leaver) -> None:
    """Said, and no error."""
    page = await leaver.verified("demo-none@example.com")
    assert leaver.words("cancel_nothing") in page.text
    assert not page.title.startswith("Error")


async def test_cancelled_already(leaver: Leaver) -> None:
    """With the earlier receipt and its undo."""
    first = await leaver.verified()
    leaver.world.clock.advance(hours=1)
    page = await leaver.send(await leaver.open(), email=SOLO)
    page = await leaver.send(page, code=await leaver.code(number=2))
    assert "already cancelled" in page.text
    assert page.receipts == first.receipts
    assert page.presses == ["Undo"]
    assert operations(leaver.world) == 1


async def test_a_plan_that_cannot_be_undone_takes_one_press(leaver: Leaver) -> None:
    """Its terms are told first, and both buttons are there."""
    deps = leaver.world.application.deps
    with deps.store.begin() as work:
        (held,) = work.book.of_customer("demo-solo")
        plan = replace(held.plan, ref="now", end_rule=EndRule.AT_ONCE)
        work.book.put_plan(plan)
        work.book.put(replace(held, plan=plan))
        work.commit()
    page = await leaver.verified()
    assert "can't be undone here" in page.text
    assert page.presses == ["Cancel now", "Keep it"]
    assert leaver.statuses("demo-solo") == [Status.ACTIVE]

    page = await leaver.press(page, "Cancel now")

    assert leaver.statuses("demo-solo") == [Status.ENDED]
    assert "Undo" not in page.presses


async def test_another_language(leaver: Leaver) -> None:
    """By the link, else the browser's; each under the name it gives itself."""
    page = await leaver.open("de")
    assert page.heading == "Abo kündigen"
    assert ("html", {"lang": "de", "dir": "ltr"}) in page.tags
    assert "/leave?language=en" in page.links
    response = await leaver.world.client.get("/leave", headers={"Accept-Language": "de-AT,en;q=0.5"})
    assert Page(response).heading == "Abo kündigen"
