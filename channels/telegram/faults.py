"""What Telegram's refusals, and silence, mean for a message that was sent (pure)."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from channels.contract import NotSentError, RefusedError

# Kinds of the HTTP client's errors after which nothing can have reached the other side. By name: the client
# is the library's own affair.
_NEVER_LEFT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "InvalidURL"}
# What Telegram's sentences hold, and our word for it; the first that fits.
_GONE = (
    ("blocked", "blocked"),
    ("deactivated", "deactivated"),
    ("kicked", "removed"),
    ("not a member", "removed"),
    ("can't initiate", "not started"),
    ("chat not found", "no such chat"),
    ("user not found", "no such chat"),
    ("peer_id_invalid", "no such chat"),
    ("upgraded to a supergroup", "moved"),
    ("rights", "no rights"),
    ("write_forbidden", "no rights"),
    ("topic_closed", "closed"),
)
# What a message is refused for that can be said more plainly.
_FORM = ("parse entities", "entity", "button", "url")


class InDoubtError(Exception):
    """Nobody knows whether a message arrived; says why in words of ours."""


def outcome(fault: TelegramError) -> Exception:
    """The exception of the channel's contract, or `InDoubtError`; none of them quotes what Telegram said."""
    if isinstance(fault, RetryAfter):
        return NotSentError("flood", seconds(fault))
    if isinstance(fault, ChatMigrated):
        return RefusedError("moved")
    if isinstance(fault, Forbidden | BadRequest):
        return RefusedError(_why(fault))
    if isinstance(fault, InvalidToken | Conflict):
        return NotSentError("token refused")
    if isinstance(fault, NetworkError):
        return _network(fault)
    return InDoubtError("an answer that can't be read")


def seconds(fault: RetryAfter) -> float:
    """How long Telegram wants us to wait."""
    after = fault.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def is_about_form(fault: BadRequest) -> bool:
    """Whether a message was refused for how it looks, so that a plainer one may be taken."""
    said = fault.message.lower()
    return not any(part in said for part, _ in _GONE) and any(part in said for part in _FORM)


def _why(fault: Forbidden | BadRequest) -> str:
    said = fault.message.lower()
    other = "forbidden" if isinstance(fault, Forbidden) else "not accepted"
    return next((word for part, word in _GONE if part in said), other)


def _network(fault: NetworkError) -> Exception:
    cause = fault.__cause__
    if cause is not None and any(kind.__name__ in _NEVER_LEFT for kind in type(cause).__mro__):
        return NotSentError("not reached")
    if "too many requests" in fault.message.lower():
        return NotSentError("flood")
    return InDoubtError("no answer")
