"""The demo page and the receipt page, in a real browser against the running product."""

import re

import pytest
from playwright.sync_api import (
    Page,
    Request,
    Route,
    expect,
)

from tests.e2e.browser import ANSWER_MS, expect_answer, expect_cancelled, messages, say

pytestmark = pytest.mark.browser

# Nothing that can be pressed may be smaller (WCAG 2.2, 2.5.8); a radio counts with its label.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, textarea, summary, label.person")]
    .filter((node) => node.checkVisibility() && !node.classList.contains("skip"))
    .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([text]) => text)"""


def test_one_message_cancels(page: Page, complaints: list[str]) -> None:
    """One message: confirmation, receipt, and the exit question last; the receipt opens and quotes it."""
    say(page, "I want to cancel")

    expect_cancelled(page)
    expect(messages(page).filter(has_text="Done.").first).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("link", name=re.compile("^Open receipt")).click()
    receipt = popup.value
    expect(receipt.get_by_role("heading", level=1)).to_have_text("Cancellation confirmed")
    expect(receipt.get_by_role("blockquote")).to_contain_text("I want to cancel")
    expect(receipt.get_by_role("link", name="Public keys")).to_be_visible()
    assert receipt.locator(".number .mono").inner_text() in receipt.title()
    assert complaints == []


def test_mail_arrives_while_one_watches(page: Page) -> None:
    """It shows up by itself, open, so that the code for somebody we don't know can be read at once."""
    page.locator("label", has_text="Nobody yet").click()
    say(page, "I want to cancel, my address is demo-solo@example.com")

    newest = page.locator("#mail li").first
    expect(newest).to_contain_text("demo-solo@example.com", timeout=ANSWER_MS)
    expect(newest.locator("details")).to_have_attribute("open", "")


def test_a_pressed_button_cannot_be_pressed_again(page: Page) -> None:
    """After a press the whole group is off, the chosen one is marked, and a reload keeps it so."""
    say(page, "I want to cancel")
    expect_cancelled(page)
    question = page.locator("[data-kind=exit_question]")

    question.locator("[data-name=skip]").click()

    for button in question.get_by_role("button").all():
        expect(button).to_be_disabled()
    expect(question.locator("[data-name=skip]")).to_have_attribute("aria-pressed", "true")
    expect(messages(page).last).not_to_have_attribute("data-kind", "exit_question", timeout=ANSWER_MS)
    expect_answer(page)
    shown = messages(page).count()
    page.reload()
    expect(messages(page)).to_have_count(shown)
    expect(question.locator("[data-name=skip]")).to_have_attribute("aria-pressed", "true")


def test_several_plans_by_button(page: Page) -> None:
    """With several plans a button for each is offered; one press ends them all, with a receipt each."""
    page.locator("input[value='demo-multi']").check()
    say(page, "I want to cancel")
    choice = page.locator("[data-kind=choice]")
    expect(choice.locator("[data-name^='cancel:']")).to_have_count(3, timeout=ANSWER_MS)

    choice.locator("[data-name=cancel_all]").click()

    expect_cancelled(page)
    expect(page.get_by_role("link", name=re.compile("^Open receipt"))).to_have_count(3)


def test_keyboard_only(page: Page, complaints: list[str]) -> None:
    """Everything can be done by keyboard; focus stays where one writes, and is always to be seen."""
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the message field")).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("Your message")
    expect(field).to_be_focused()

    page.keyboard.type("I want to cancel")
    page.keyboard.press("Enter")
    expect_cancelled(page)
    expect(field).to_be_focused()
    expect(field).to_have_css("outline-width", "2px")
    expect(field).to_have_css("outline-style", "solid")

    skip = page.locator("[data-kind=exit_question] [data-name=skip]")
    for _ in range(page.get_by_role("button").count()):
        page.keyboard.press("Shift+Tab")
        if skip.evaluate("node => node === document.activeElement"):
            break
    expect(skip).to_be_focused()
    expect(skip).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(messages(page).last).not_to_have_attribute("data-kind", "exit_question", timeout=ANSWER_MS)
    expect(skip).to_be_focused()
    assert complaints == []


def test_arrow_keys_pick_who_writes(page: Page) -> None:
    """Picking a customer is a plain radio group, and each customer keeps a conversation of their own."""
    say(page, "hello")
    expect_answer(page)
    shown = messages(page).count()
    page.locator("input[value='demo-solo']").focus()

    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=customer]:checked")).not_to_have_value("demo-solo")
    expect(messages(page)).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[name=customer]:checked")).to_have_value("demo-solo")
    expect(messages(page)).to_have_count(shown)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_width(page: Page, width: int) -> None:
    """No width scrolls sideways, and everything one presses is large enough, on both pages."""
    page.set_viewport_size({"width": width, "height": 640})
    say(page, "I want to cancel")
    expect_cancelled(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_SMALL) == []

    page.goto(page.get_by_role("link", name=re.compile("^Open receipt")).get_attribute("href") or "")
    expect(page.locator(".number .mono")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(TOO_SMALL) == []


def test_not_sent_is_repeated_with_the_same_id(page: Page) -> None:
    """A message that met a broken line says so, and goes out again under its own id, so it counts once."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/chat/messages"):
            sent.append((request.post_data_json or {})["id"])

    page.on("request", note)
    page.route("**/chat/messages", lambda route: route.abort() if len(sent) <= 2 else route.fallback())

    say(page, "hello")

    expect(messages(page).first).to_contain_text("Not sent yet")
    expect_answer(page)
    assert len(sent) >= 3
    assert len(set(sent)) == 1


def test_an_answer_that_takes_long_is_waited_for(page: Page) -> None:
    """Told "pending", the page shows that an answer is due and brings it when it is there, once."""

    def late(route: Route) -> None:
        answer = route.fetch()
        assert answer.ok
        route.fulfill(status=202, json={"replies": [], "pending": True})

    page.route(re.compile("/chat/messages$"), late)

    say(page, "hello")

    expect_answer(page)
    expect(page.locator("#typing")).to_be_hidden()
    expect(messages(page).and_(page.locator(".own"))).to_have_count(1)


def test_says_when_it_is_starting(page: Page) -> None:
    """While the model loads the page says so and still takes messages; it stops saying so when ready."""
    page.route("**/readyz", lambda route: route.fulfill(status=503, json={}))
    page.reload()
    service = page.locator("#service")
    expect(service).to_contain_text("Starting: the assistant is loading its language model")

    say(page, "hello")
    expect_answer(page)
    page.unroute("**/readyz")

    expect(service).to_be_hidden(timeout=ANSWER_MS)
