"""Pressed twice, reloaded, gone back: one effect, and the page says how things stand (P2)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from bot.domain.subscriptions import Status
from bot.services import cases, inbox, turns
from bot.services.inbox import Incoming
from gateway import leaving
from gateway.forms import Form
from gateway.meanings import Meanings
from tests.unit.gateway.leaver import Leaver, Page
from tests.unit.gateway.looks import operations, state
from tests.unit.gateway.support import until

SOLO = "demo-solo@example.com"


def conversations(leaver: Leaver) -> list[str]:
    """Those that were opened."""
    with leaver.world.application.deps.store.begin() as work:
        return sorted({item.conversation_id for item in work.messages.newest(200)})


def shown(page: Page) -> tuple[str, list[str], list[str]]:
    """What a visitor sees and can do."""
    return page.text, page.presses, page.receipts


async def test_the_first_form_pressed_twice(leaver: Leaver) -> None:
    """At the same moment: one conversation, one code, one declaration."""
    first = await leaver.open()
    pages = await asyncio.gather(*(leaver.send(first, email=SOLO) for _ in range(3)))

    assert {page.response.status_code for page in pages} == {200}
    (conversation_id,) = conversations(leaver)
    with leaver.world.application.deps.store.begin() as work:
        assert len(work.declarations.of_conversation(conversation_id)) == 1
    page = await leaver.send(pages[0], code=await leaver.code())
    assert len(page.receipts) == 1
    assert [mail.letter.code for mail in leaver.mails if mail.letter.code] == [await leaver.code()]


@pytest.mark.parametrize("together", [True, False])
async def test_a_code_sent_twice(leaver: Leaver, together: bool) -> None:
    """The second answer is the first one's: nobody is told that a used code does not match."""
    page = await leaver.declared()
    code = await leaver.code()
    if together:
        first, second = await asyncio.gather(leaver.send(page, code=code), leaver.send(page, code=code))
    else:
        first = await leaver.send(page, code=code)
        second = await leaver.send(page, code=code)
    assert shown(first) == shown(second)
    assert len(first.receipts) == 1
    assert operations(leaver.world) == 1


async def test_undo_pressed_twice(leaver: Leaver) -> None:
    """One way back, one receipt of it."""
    page = await leaver.verified()
    first, second = await leaver.press(page, "Undo"), await leaver.press(page, "Undo")
    assert shown(first) == shown(second)
    assert operations(leaver.world) == 2


async def test_back_to_the_code_after_it_is_done(leaver: Leaver) -> None:
    """The page of before, sent again: it says what stands now, not what stood then."""
    before = await leaver.declared()
    after = await leaver.send(before, code=await leaver.code())
    again = await leaver.send(before, code=await leaver.code())
    assert shown(again) == shown(after)
    assert not again.title.startswith("Error")


async def test_back_and_another_answer(leaver: Leaver) -> None:
    """A wrong code mended on the page of before is another message, not a conflict."""
    page = await leaver.declared()
    wrong = await leaver.send(page, code="000000")
    assert wrong.title.startswith("Error: ")
    right = await leaver.send(page, code=await leaver.code())
    assert right.heading == leaver.words("receipt_title_cancel")


async def test_back_and_another_address(leaver: Leaver) -> None:
    """The code goes to the address that was given last; the clock began with the first."""
    first = await leaver.open()
    await leaver.send(first, email="somebody@example.com")
    at = leaver.world.clock.now()
    leaver.world.clock.advance(minutes=1)
    page = await leaver.send(first, email=SOLO)
    page = await leaver.send(page, code=await leaver.code())
    with leaver.world.application.deps.store.begin() as work:
        (receipt,) = work.receipts.of_customer("demo-solo")
    assert receipt.received_at == at
    assert page.receipts


async def accepted(leaver: Leaver, page: Page, **fields: str) -> tuple[str, str]:
    """What a process did until it was killed: took the form's message in, and nothing more."""
    deps = leaver.world.application.deps
    filled_in = {**page.form_with(next(iter(fields))).hidden, **fields}
    form = Form.read(urlencode(filled_in).encode())
    conversation_id = leaving.opened(deps, form) or leaving.open_once(deps, form)
    assert conversation_id is not None
    (said,) = leaving.said_by(deps, form)
    incoming = Incoming(conversation_id, leaving.message_id(form, 0, said), text=said.text)
    return conversation_id, inbox.accept(deps, incoming)


async def test_killed_right_after_taking_it_in(leaver: Leaver) -> None:
    """Another process finds the message and has Rasa read it, like any other; pressed again, it is told."""
    world = leaver.world
    first = await leaver.open()
    world.rasa.up = True
    conversation_id, _ = await accepted(leaver, first, email=SOLO)
    await until(lambda: state(world, conversation_id) is None)
    assert [said for _, said in world.rasa.asked] == [
        "Please cancel my subscription. My e-mail address is [email]."
    ]

    page = await leaver.send(first, email=SOLO)
    assert leaver.words("verify_code_sent", minutes="10") in page.text
    code = await leaver.code()
    await accepted(leaver, page, code=code)
    await until(lambda: state(world, conversation_id) is None)
    page = await leaver.send(page, code=code)

    assert len(page.receipts) == 1
    assert operations(world) == 1
    assert len(world.rasa.asked) == 2


async def test_killed_after_acting(leaver: Leaver) -> None:
    """The cancellation was carried out and not yet told: pressed again, it is told, and done once."""
    world, deps = leaver.world, leaver.world.application.deps
    page = await leaver.declared()
    code = await leaver.code()
    conversation_id, inbox_id = await accepted(leaver, page, code=code)
    turns.prepare(deps, inbox_id)
    with deps.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    Meanings(deps).act(entry, "give_code")
    assert operations(world) == 1

    page = await leaver.send(page, code=code)

    assert len(page.receipts) == 1
    assert operations(world) == 1
    assert state(world, conversation_id) is None


async def test_the_session_is_over(leaver: Leaver) -> None:
    """After 30 days without a word: the page says so, in its language, and how to begin again."""
    page = await leaver.declared(language="de")
    leaver.world.clock.advance(days=31)
    page = await leaver.send(page, code="123456")
    assert page.response.status_code == 404
    assert page.heading == leaver.words("leave_note_gone_title", "de")
    assert "/leave?language=de" in page.links


async def test_finish(leaver: Leaver) -> None:
    """Ends the session for good: nothing more can be read or done from the page."""
    page = await leaver.verified()
    closed = await leaver.press(page, "Finish")
    assert closed.heading == leaver.words("leave_note_finished_title")
    late = await leaver.press(page, "Undo")
    assert late.response.status_code == 404
    assert leaver.statuses() == [Status.CANCELLING]
    assert (await leaver.press(page, "Finish")).response.status_code == 200


async def test_a_person_is_called_and_answers(leaver: Leaver) -> None:
    """The page says where the answer will be, and looking again shows it; nothing is pressed by looking."""
    deps = leaver.world.application.deps
    page = await leaver.press(await leaver.declared(), "Talk to a person")
    (case,) = cases.listed(deps)
    assert case.id in page.text
    assert leaver.words("leave_person_called") in page.text
    assert "code" in page.form_with("code").fields  # the bot goes on serving

    cases.reply(deps, case.id, "Good morning, how can I help?")
    page = await leaver.press(page, "Look again")

    assert page.heading == leaver.words("leave_title_person")
    assert "Good morning, how can I help?" in page.text


async def test_while_a_person_is_in_charge(leaver: Leaver) -> None:
    """What is sent waits for them, with its time; the bot says nothing, and undo works."""
    deps = leaver.world.application.deps
    page = await leaver.press(await leaver.verified(), "Talk to a person")
    (case,) = cases.listed(deps)
    cases.reply(deps, case.id, "Good morning")
    page = await leaver.send(page, words="I would rather have it end")
    assert page.heading == leaver.words("leave_title_person")
    assert leaver.words("leave_person") in page.text

    page = await leaver.press(page, "Undo")
    assert leaver.statuses() == [Status.ACTIVE]
    assert len(page.receipts) == 2


async def test_words_only_rasa_can_read(leaver: Leaver) -> None:
    """Thanked for at once, kept, and read when Rasa is back; what is pressed meanwhile does not wait."""
    world = leaver.world
    page = await leaver.send(await leaver.verified(), words="It cost too much for what I used")
    assert leaver.words("leave_reason_kept") in page.text

    page = await leaver.press(page, "Undo")
    assert leaver.statuses() == [Status.ACTIVE]
    assert not world.rasa.asked

    world.rasa.up = True
    (conversation_id,) = conversations(leaver)
    await until(lambda: state(world, conversation_id) is None)
    assert [text for _, text in world.rasa.asked] == ["It cost too much for what I used"]


async def test_a_question_stays_in_sight(leaver: Leaver) -> None:
    """Which plan was asked; a person was called instead; the buttons are still there, and work."""
    page = await leaver.press(await leaver.verified("demo-multi@example.com"), "Talk to a person")
    assert leaver.words("leave_open_before") in page.text
    assert "Pro plan" in page.presses
    (case,) = cases.listed(leaver.world.application.deps)
    cases.reply(leaver.world.application.deps, case.id, "Good morning")
    assert "Pro plan" not in (await leaver.press(page, "Look again")).presses  # theirs to answer now

    cases.close(leaver.world.application.deps, case.id)
    page = await leaver.press(page, "Look again")
    assert page.presses == ["Cancel now", "Keep it"]


async def test_a_plan_is_still_picked_after_calling_a_person(leaver: Leaver) -> None:
    """Until somebody has come, the bot goes on serving."""
    page = await leaver.press(await leaver.verified("demo-multi@example.com"), "Talk to a person")
    page = await leaver.press(page, "Pro plan")
    assert page.heading == leaver.words("receipt_title_cancel")
    assert leaver.words("leave_open_before") not in page.text
