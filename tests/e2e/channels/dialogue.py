"""Somebody who chats on a platform, and what they get to read: by the wording's own names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import yaml

from bot.bootstrap import RESPONSES
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until
from tests.fixtures import read_once

#: Seconds within which a message is answered and delivered.
ANSWERED_WITHIN = 60
_WORDING = read_once.responses(ZoneInfo("Europe/Berlin"))
_VALUE = re.compile(r"\{[^{}]*\}")


class Heard(Protocol):
    """One message of the bot on a platform; buttons are titles with tokens or addresses."""

    @property
    def text(self) -> str:
        """What is read."""
        ...

    @property
    def buttons(self) -> Sequence[tuple[str, str]]:
        """What can be pressed."""
        ...


class Person(Protocol):
    """Somebody with an app."""

    def says(self, text: str) -> object:
        """Writes."""
        ...

    def presses(self, token: str) -> object:
        """Presses a button."""
        ...

    def received(self) -> Sequence[Heard]:
        """All messages so far."""
        ...


def _texts(language: str) -> Mapping[str, str]:
    """Every text of the bot in a language, Rasa's own responses too, by name."""
    found: dict[str, str] = {}
    for path in sorted(Path(RESPONSES).glob("*.yml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found |= {name: variants[language] for name, variants in (data.get("messages") or {}).items()}
        for name, variants in (data.get("responses") or {}).items():
            found[name] = next(item["text"] for item in variants if _speaks(item, language))
    return found


def _speaks(variant: Mapping[str, Any], language: str) -> bool:
    asked = [item["value"] for item in variant.get("condition", ()) if item["name"] == "language"]
    return asked == ([] if language == "en" else [language])


_TEXTS = {language: _texts(language) for language in ("en", "de")}


def pattern(names: str, language: str) -> re.Pattern[str]:
    """What a message by one of these names ("a|b") looks like, whatever its values are."""
    kinds = [
        ".+?".join(re.escape(part) for part in _VALUE.split(_TEXTS[language][name].strip()))
        for name in names.split("|")
    ]
    # A channel may say more after it: where the receipt is.
    return re.compile(rf"(?:{'|'.join(kinds)})(?:\s.*)?", re.DOTALL)


def title(name: str, language: str, **values: object) -> str:
    """The title of a button."""
    return _WORDING.text(name, language, values)


@dataclass
class Dialogue:
    """One conversation; every act waits until the answer has been delivered, and returns it."""

    instance: Instance
    person: Person
    language: str = "en"

    def say(self, text: str) -> list[Heard]:
        """Writes a text."""
        return self.after(lambda: self.person.says(text))

    def press(self, name: str, **values: object) -> list[Heard]:
        """Presses the newest button with a title of the wording."""
        wanted = title(name, self.language, **values)
        shown = [button for message in self.person.received() for button in message.buttons]
        token = next(token for text, token in reversed(shown) if text == wanted)
        return self.after(lambda: self.person.presses(token))

    def after(self, act: Callable[[], object]) -> list[Heard]:
        """Whatever is done on the platform, and what comes of it."""
        seen, arrived = len(self.person.received()), self.instance.ledger.arrived()
        act()
        wait_until(lambda: self._answered(arrived), ANSWERED_WITHIN, "an answer on the platform", every=0.02)
        return list(self.person.received())[seen:]

    def expect(self, heard: Sequence[Heard], names: Sequence[str]) -> None:
        """What was heard is these messages, in this order and in this language."""
        texts = [message.text for message in heard]
        assert len(texts) == len(names), f"{names}: {texts}"
        for text, name in zip(texts, names, strict=True):
            assert pattern(name, self.language).fullmatch(text), f"{name}: {text!r}"

    def _answered(self, arrived: int) -> bool:
        ledger = self.instance.ledger
        return ledger.arrived() > arrived and ledger.waiting() == 0 and ledger.on_their_way() == 0
