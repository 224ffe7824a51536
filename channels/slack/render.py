"""From replies to Block Kit (pure). Words stand in plain text: nothing that anybody wrote becomes markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.domain.conversations import RenderedReply
from channels.slack.markup import escaped
from channels.slack.payloads import Json, objects, string

#: A block, as it is sent.
Block = dict[str, object]
#: A message of data/responses in a language.
Words = Callable[[str, str | None], str]

_SECTION = 3000
_TITLE = 75
_HEADER = 150
_ROW = 5
_MOST_BUTTONS = 100
_MOST_OF_HOME = 98
_FALLBACK = 3000
# Telegram's: there is no phone number to share here, and no other place to talk in private.
_NOT_HERE = {"share_contact", "open_private"}


def message(reply: RenderedReply, words: Words) -> tuple[str, list[Block]]:
    """One message: its text for notifications and old clients, and its blocks."""
    return escaped(reply.text)[:_FALLBACK] or " ", _blocks(reply, words, "m")


def home(replies: Iterable[RenderedReply], words: Words) -> Block:
    """The home tab: what a customer would be told about their subscriptions, with the same buttons."""
    shown: list[Block] = []
    for number, reply in enumerate(replies):
        shown += _blocks(reply, words, f"h{number}")
        shown.append({"type": "divider"})
    heading: Block = {"type": "header", "text": _plain(words("slack_home_title", None)[:_HEADER])}
    return {
        "type": "home",
        "blocks": [heading, *shown[:_MOST_OF_HOME], _small(words("slack_home_hint", None))],
    }


def used(blocks: Sequence[Json], pressed: Json) -> list[Block]:
    """A message's blocks after a press: a tick and the button's title instead of the buttons; links stay."""
    shown: list[Block] = []
    for block in blocks:
        if block.get("type") != "actions":
            shown.append(dict(block))
            continue
        if string(block, "block_id") == string(pressed, "block_id"):
            shown.append(_small(f"✓ {string(pressed, 'text', 'text')}"[:_SECTION]))
        links = [item for item in objects(block, "elements") if string(item, "url")]
        if links:
            shown.append({**block, "elements": links})
    return shown


def _blocks(reply: RenderedReply, words: Words, prefix: str) -> list[Block]:
    shown: list[Block] = [{"type": "section", "text": _plain(part)} for part in _parts(reply.text)]
    receipt = reply.receipt
    if receipt is not None:
        label = escaped(words("slack_receipt_number", reply.locale))
        number = f"{label} `{escaped(receipt.number)}`"
        shown.append({"type": "context", "elements": [{"type": "mrkdwn", "text": number, "verbatim": True}]})
    buttons = [
        _button(f"{name[:200]}#{index}", title, {"value": token})
        for index, (name, title, token) in enumerate(reply.buttons)
        if name not in _NOT_HERE
    ][:_MOST_BUTTONS]
    if receipt is not None:
        buttons.append(_button("receipt", words("slack_receipt_link", reply.locale), {"url": receipt.url}))
    shown += [
        {"type": "actions", "block_id": f"{prefix}-{row}", "elements": list(elements)}
        for row, elements in enumerate(_rows(buttons))
    ]
    return shown


def _rows(buttons: Sequence[Block]) -> Iterable[Sequence[Block]]:
    """Rows of so many buttons as fit beside each other."""
    return [buttons[start : start + _ROW] for start in range(0, len(buttons), _ROW)]


def _button(action_id: str, title: str, what: Block) -> Block:
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    return {"type": "button", "action_id": action_id, "text": _plain(short or "…"), **what}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _small(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text)]}


def _parts(text: str) -> Iterable[str]:
    """The text in pieces that a section can hold, cut between words where there are any."""
    rest = text.strip()
    while len(rest) > _SECTION:
        cut = max(rest.rfind("\n", 1, _SECTION), rest.rfind(" ", 1, _SECTION))
        cut = cut if cut > 0 else _SECTION
        yield rest[:cut]
        rest = rest[cut:].strip()
    if rest:
        yield rest
