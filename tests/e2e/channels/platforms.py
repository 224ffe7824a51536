"""Installations connected to Telegram and Slack, as far as this machine can be them, and people on both."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from tests.e2e.channels.dialogue import Dialogue, Person
from tests.e2e.instance import Instance

TRUSTED, UNTRUSTED = "T0TRUSTED", "T0UNTRUSTED"
_numbers = itertools.count(1001)


class Opens(Protocol):
    """Makes somebody new on a platform, who speaks a language and is known there by an e-mail address."""

    def __call__(self, number: int, language: str, email: str) -> Person:
        """A person nobody has seen before."""
        ...


@dataclass(frozen=True)
class Platform:
    """One way to a platform, of an installation that runs."""

    name: str
    instance: Instance
    open: Opens
    signed_in_by_link: bool

    def somebody(self, language: str = "en", email: str = "nobody@example.org") -> Dialogue:
        """Somebody unknown."""
        return Dialogue(self.instance, self.open(next(_numbers), language, email), language)

    def customer(self, ref: str, language: str = "en") -> Dialogue:
        """A customer, verified as this platform does it: by a link, or by the workspace's word."""
        dialogue = self.somebody(language, f"{ref}@example.com")
        if self.signed_in_by_link:
            token = link(self.instance, ref)
            heard = dialogue.after(lambda: dialogue.person.says(f"/start {token}"))
            assert heard, "the link was not answered"
        return dialogue


def link(instance: Instance, customer: str) -> str:
    """The token of a link, as the company's own server asks for it to show it on the account page."""
    key = (instance.home / "keys" / "api.secret").read_text(encoding="ascii").strip()
    made = httpx.post(
        f"{instance.url}/api/v1/links",
        json={"channel": "telegram", "customer": customer},
        headers={"Authorization": f"Bearer {key}"},
        trust_env=False,
        timeout=30,
    )
    assert made.status_code == 201, made.text
    return str(made.json()["url"]).partition("?start=")[2]


Make = Callable[[], Platform]
