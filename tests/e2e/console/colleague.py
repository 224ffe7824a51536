"""Somebody of the staff at a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.e2e.instance import Instance

PASSWORD = "seven green lanterns by the river"
#: Milliseconds until something that was said elsewhere stands on a page.
LIVE = 30_000
_STEP = 30


def invitation(fairwell: Instance, email: str, role: str, name: str) -> str:
    """The link that the command line prints."""
    printed = fairwell.cli("staff", "add", email, "--role", role, "--name", name)
    assert printed.returncode == 0, printed.stderr
    found = re.search(r"http\S+/console/welcome/\S+", printed.stdout)
    assert found, printed.stdout
    return found[0]


class Colleague:
    """Works in the console as a person does: sees, types, clicks."""

    def __init__(self, page: Page, fairwell: Instance, email: str) -> None:
        self.page = page
        self.url = fairwell.url
        self.email = email
        self.secret = ""
        self._used = -1

    def accepts(self, link: str, looks: Callable[[str], object] = str) -> Colleague:
        """Chooses a password, signs in and sets up an authenticator; `looks` is told each page on the way."""
        self.page.goto(link)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_label("The same again").fill(PASSWORD)
        self.page.get_by_role("button", name="Set password").click()
        self.gives_password()
        expect(self.page.get_by_role("heading", name="Set up an authenticator")).to_be_visible()
        self.page.get_by_text("I can't scan it").click()
        looks("authenticator")
        self.secret = self.page.locator(".secret").inner_text()
        self.gives_code("Set up")
        expect(self.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        looks("recovery")
        self.page.get_by_role("link", name="I have them").click()
        expect(self.page.get_by_role("heading", name="Queue")).to_be_visible()
        return self

    def signs_in(self) -> None:
        """With password and code."""
        self.page.goto(f"{self.url}/console/sign-in")
        self.gives_password()
        self.gives_code("Go on")
        expect(self.page.get_by_role("heading", name="Queue")).to_be_visible()

    def gives_password(self) -> None:
        """The first step."""
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def gives_code(self, button: str) -> None:
        """A code is taken once: where this time's was used, the next one will do; clocks may differ."""
        step = max(int(time.time()) // _STEP, self._used + 1)
        self._used = step
        self.page.get_by_label("Code").fill(pyotp.TOTP(self.secret).generate_otp(step))
        self.page.get_by_role("button", name=button).click()

    def opens_first(self) -> None:
        """The first row of a list, by the keyboard. Keys are heard once the page's script is there."""
        self.page.wait_for_load_state()
        self.page.keyboard.press("j")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#transcript")).to_be_visible()

    def opens_conversation_of(self, text: str) -> None:
        """By looking for what was said in it."""
        self.page.goto(f"{self.url}/console/conversations")
        self.page.keyboard.press("/")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        # The list there was before has rows, too.
        expect(self.page).to_have_url(re.compile(r"[?&]q="))
        expect(self.page.locator("[data-row]").first).to_be_visible()
        self.opens_first()

    def replies(self, text: str) -> None:
        """By the keyboard."""
        self.page.wait_for_load_state()
        self.page.keyboard.press("r")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Control+Enter")
        expect(self.said(text)).to_be_visible(timeout=LIVE)

    def said(self, text: str) -> Locator:
        """A message in the transcript."""
        return self.page.locator(".talk > li").filter(has_text=text)

    def presses(self, name: str) -> None:
        """A button, by its name."""
        self.page.get_by_role("button", name=name).click()

    @property
    def panel(self) -> Locator:
        """What stands beside the transcript about who is in charge."""
        return self.page.locator("#panel")


Joins = Callable[..., Colleague]
