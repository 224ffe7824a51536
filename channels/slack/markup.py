"""From Slack's markup to what was written, and back (pure)."""

from __future__ import annotations

import re

_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(text: str) -> str:
    """What was written: links, addresses and mentions unwrapped, escapes undone, half characters replaced."""
    unwrapped = _MARKED.sub(lambda found: _unwrapped(found[1], found[2] or ""), text)
    unescaped = unwrapped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unwrapped(target: str, label: str) -> str:
    if target.startswith("mailto:"):
        address = target.removeprefix("mailto:").partition("?")[0]
        # What they wrote is what they see; a label that is no address hides the one that is meant.
        return label if "@" in label else address
    kind, name = target[:1], target[1:]
    if kind == "@":
        return f"@{label.removeprefix('@') or name}"
    if kind == "#":
        return f"#{label.removeprefix('#') or name}"
    if kind == "!":
        return label or f"@{name.partition('^')[0]}"
    return label or target


def without_mention(text: str, user: str | None) -> str:
    """The text without the mentions of that user; if it isn't known who that is, without the first one."""
    mention = re.compile(rf"<@{re.escape(user) if user else r'[UW][A-Z0-9]+'}(\|[^<>]*)?>[ ,:]*")
    return mention.sub("", text, count=0 if user else 1).strip()


def escaped(text: str) -> str:
    """Text as Slack wants it where markup is read: nothing in it becomes a link or calls anybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
