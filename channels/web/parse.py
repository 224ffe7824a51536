"""From a checked request of the website's chat to a message (pure)."""

from __future__ import annotations

import re
from uuid import UUID

from channels.contract import Inbound

#: How our button tokens are spelt; nothing else needs looking up.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")


def inbound(conversation_id: str, message_id: UUID, *, text: str | None, button: str | None) -> Inbound:
    """The message. The same id in another spelling (upper case, braces) is the same id."""
    return Inbound(
        channel="web",
        address=conversation_id,
        message_id=str(message_id),
        text=None if text is None else whole(text),
        button=button,
    )


def is_token(text: str) -> bool:
    """Whether this can be a button's token at all."""
    return _TOKEN.fullmatch(text) is not None


def whole(text: str) -> str:
    """The text with halves of characters replaced: JSON can carry half an emoji, UTF-8 can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
