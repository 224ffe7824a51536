"""From a reply to what Telegram is sent (pure): HTML, and a keyboard below it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.domain.conversations import RenderedReply
from channels.telegram.parse import USED

#: Buttons with a meaning of their own here: Telegram asks for the phone number; the bot's private chat opens.
SHARE_CONTACT = "share_contact"
OPEN_PRIVATE = "open_private"
#: Two titles of up to so many characters stand side by side on a phone without being cut.
_SHORT = 18
# Names that mean something inside a network only.
_INSIDE = ("localhost", "local", "internal", "lan", "home", "test", "invalid", "example")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it is sent."""

    text: str
    html: bool
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None


def outgoing(
    reply: RenderedReply, *, link_title: str = "", username: str = "", plain: bool = False
) -> Outgoing:
    """The message. `link_title` is for the receipt's link, `username` the bot's, for a link to its chat.

    `plain` is for what Telegram did not take as it was: no HTML, and links as text; buttons stay.
    """
    links = _links(reply, link_title, username)
    as_buttons = [] if plain else [link for link in links if can_be_button(link[1])]
    lines = [f"{title}: {url}" for title, url in links if (title, url) not in as_buttons]
    text = reply.text if plain else _html(reply)
    return Outgoing(
        text="\n".join([text, *(line if plain else _escaped(line) for line in lines)]),
        html=not plain,
        markup=_markup(reply, as_buttons),
    )


def is_personal(reply: RenderedReply) -> bool:
    """Whether a reply holds what only its own customer may see or press."""
    return reply.receipt is not None or any(name != OPEN_PRIVATE for name, _, _ in reply.buttons)


def needs_username(reply: RenderedReply) -> bool:
    """Whether the bot's own name is part of a reply."""
    return any(name == OPEN_PRIVATE for name, _, _ in reply.buttons)


def marked(keyboard: InlineKeyboardMarkup, pressed: str) -> InlineKeyboardMarkup | None:
    """The keyboard after a press: what was chosen, to be seen, and links; None if it holds no such button."""
    buttons = [button for row in keyboard.inline_keyboard for button in row]
    title = next((button.text for button in buttons if button.callback_data == pressed), None)
    if title is None:
        return None
    chosen = InlineKeyboardButton(f"✓ {title}", callback_data=USED)
    return InlineKeyboardMarkup([[chosen], *([button] for button in buttons if button.url)])


def can_be_button(url: str) -> bool:
    """Whether Telegram takes an address for a button: not one that leads to the reader's own machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme != "https":
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        labels = host.rstrip(".").split(".")
        return len(labels) > 1 and labels[-1] not in _INSIDE


def _links(reply: RenderedReply, link_title: str, username: str) -> list[tuple[str, str]]:
    links = [(title, f"https://t.me/{username}") for name, title, _ in reply.buttons if name == OPEN_PRIVATE]
    if reply.receipt is not None and reply.receipt.url:
        links.append((link_title, reply.receipt.url))
    return links


def _html(reply: RenderedReply) -> str:
    text = _escaped(reply.text)
    if reply.receipt is None or not reply.receipt.number:
        return text
    number = re.escape(_escaped(reply.receipt.number))
    return re.sub(rf"(?<![\w-]){number}(?![\w-])", lambda found: f"<code>{found[0]}</code>", text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _markup(
    reply: RenderedReply, links: Sequence[tuple[str, str]]
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    presses = [
        InlineKeyboardButton(title, callback_data=token)
        for name, title, token in reply.buttons
        if name not in {SHARE_CONTACT, OPEN_PRIVATE}
    ]
    inline = [*_rows(presses), *([InlineKeyboardButton(title, url=url)] for title, url in links)]
    # A message holds one kind of keyboard. Buttons are answers to this very message; the phone number can be
    # given in other ways, so it is the one to go.
    if inline:
        return InlineKeyboardMarkup(inline)
    return next((_contact_keyboard(title) for name, title, _ in reply.buttons if name == SHARE_CONTACT), None)


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[Sequence[InlineKeyboardButton]]:
    """All of one width, so that none looks as if it mattered more."""
    width = 2 if all(len(button.text) <= _SHORT for button in buttons) else 1
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def _contact_keyboard(title: str) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(
        [[KeyboardButton(title, request_contact=True)]], one_time_keyboard=True, resize_keyboard=True
    )
