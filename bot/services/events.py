"""What happens in a chat apart from texts and presses, as the bot and as staff see it."""

from __future__ import annotations

from bot.domain.inbox import Event, InboxEntry
from bot.domain.text import Masked, mask, normalise

#: What an event means to the bot: one of its intents. All but the first few are auxiliary ones.
INTENTS = {
    Event.CANCEL: "cancel",
    Event.START: "greet",
    Event.HELP: "help",
    Event.LANGUAGE: "switch_language",
    Event.LOG_OUT: "log_out",
    Event.LINK: "use_link",
    Event.CONTACT: "share_contact",
    Event.OTHER_CONTACT: "share_contact",
    Event.ATTACHMENT: "attachment",
    Event.EDITED: "changed_message",
    Event.DELETED: "changed_message",
    Event.PUBLIC: "public_message",
    Event.STALE_BUTTON: "nlu_fallback",
}


def seen(entry: InboxEntry, event: Event) -> Masked:
    """An event as the transcript has it: what staff have to know, and neither tokens nor numbers."""
    if event is Event.CANCEL:
        return mask(normalise(entry.text or ""))
    kind = normalise(entry.text or "") if event is Event.ATTACHMENT else event.value.replace("_", " ")
    return Masked(f"[{kind}]")
