"""Somebody with a browser on a website that has the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

#: Milliseconds. A first message may meet a model that has just been loaded.
ANSWER = 30_000


@dataclass(frozen=True)
class Shown:
    """One message of the bot on screen; a button's token is where it is."""

    text: str
    buttons: Sequence[tuple[str, str]]


class Visitor:
    """Uses the chat on a page as a person does: what they see, type and press."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = page.locator("fairwell-chat")
        self.launcher = self.chat.locator(".launcher")
        self.panel = self.chat.get_by_role("dialog")
        self.field = self.chat.locator("textarea")
        self.messages = self.chat.locator(".thread > li")
        self.strip = self.chat.locator(".strip")

    def goes_to(self, address: str) -> Visitor:
        """Opens a page of the site and waits until the chat is there."""
        self.page.goto(address)
        expect(self.launcher.or_(self.panel).filter(visible=True)).to_be_visible()
        return self

    def opens(self) -> Visitor:
        """Opens the chat, unless it is open."""
        if self.launcher.is_visible():
            self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def says(self, text: str) -> None:
        """Types and sends."""
        self.field.fill(text)
        self.field.press("Enter")

    def presses(self, token: str) -> None:
        """Presses a button that was shown."""
        seq, name = token.split("|", 1)
        self.messages.and_(self.page.locator(f"[data-seq='{seq}']")).locator(f"[data-name='{name}']").click()

    def answered(self) -> None:
        """Waits until nothing is due any more."""
        expect(self.chat.locator(".own").last).not_to_have_attribute("data-state", "sending", timeout=ANSWER)
        expect(self.chat.locator(".typing")).to_be_hidden(timeout=ANSWER)

    def asks(self, text: str) -> None:
        """Says something and waits for the answer."""
        self.says(text)
        self.answered()

    def cancelled(self) -> None:
        """Waits until the cancellation is confirmed and the exit question is there, as the last message."""
        expect(self.messages.last).to_have_attribute("data-kind", "exit_question", timeout=ANSWER)

    def received(self) -> Sequence[Shown]:
        """What the bot and staff have said so far, as it stands on the screen."""
        if self.chat.locator(".own").count():
            self.answered()
        return [
            Shown(text, tuple(map(tuple, buttons))) for text, buttons in self.messages.evaluate_all(_SEEN)
        ]

    def said(self) -> list[str]:
        """Everything on the screen, in order, the customer's words included."""
        return [str(text) for text in self.messages.evaluate_all(_BUBBLES)]

    def item(self, text: str) -> Locator:
        """The messages with a text."""
        return self.messages.filter(has_text=text)


_SEEN = """items => items.filter(item => item.dataset.from !== "customer").map(item => [
    item.querySelector(".bubble")?.textContent ?? "",
    [...item.querySelectorAll("[data-name]")].map(
        button => [button.textContent, `${item.dataset.seq}|${button.dataset.name}`])])"""
_BUBBLES = 'items => items.map(item => item.querySelector(".bubble")?.textContent ?? "")'
