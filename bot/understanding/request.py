"""What the gateway may ask of the channel, checked before Rasa sees any of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.understanding.payload import looks_like_payload

AWAITING = ("email", "code", "choice", "exit_answer", "offer")
MAX_TEXT = 4000


class RequestError(ValueError):
    """The request does not keep the contract; `code` says in one word how."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class TurnRequest:
    """One message of a customer: exactly one of `text` and `intent` is set."""

    sender: str
    inbox_id: str
    text: str | None
    intent: str | None
    language: str
    awaiting: str | None
    parse_only: bool


def _text_of(body: Mapping[str, Any], key: str, longest: int) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise RequestError("invalid", f"{key} must be a text of 1 to {longest} characters")
    return value


def _words(body: Mapping[str, Any], intents: Collection[str]) -> tuple[str | None, str | None]:
    text, intent = body.get("text"), body.get("intent")
    if (text is None) == (intent is None):
        raise RequestError("invalid", "exactly one of text and intent must be given")
    if intent is not None:
        if not isinstance(intent, str) or intent not in intents:
            raise RequestError("unknown_intent", "intent must be one of the domain's")
        return None, intent
    text = _text_of(body, "text", MAX_TEXT)
    if looks_like_payload(text):
        raise RequestError("payload", "a text that starts with a slash is not read here")
    return text, None


def _slots(body: Mapping[str, Any]) -> tuple[str, str | None]:
    slots = body.get("slots")
    if slots is None:
        slots = {}
    if not isinstance(slots, dict) or set(slots) - {"language", "awaiting"}:
        raise RequestError("invalid", "slots may hold language and awaiting only")
    language = _text_of({"language": "en", **slots}, "language", 16)
    awaiting = slots.get("awaiting")
    if awaiting is not None and awaiting not in AWAITING:
        raise RequestError("invalid", f"awaiting must be null or one of {', '.join(AWAITING)}")
    return language, awaiting


def read(body: object, intents: Collection[str]) -> TurnRequest:
    """Return the request in a decoded JSON body; `intents` are the domain's. Raises RequestError."""
    if not isinstance(body, dict):
        raise RequestError("invalid", "the body must be a JSON object")
    mode = body.get("mode", "turn")
    if mode not in ("turn", "parse"):
        raise RequestError("invalid", "mode must be turn or parse")
    text, intent = _words(body, intents)
    language, awaiting = _slots(body)
    return TurnRequest(
        sender=_text_of(body, "sender", 200),
        inbox_id=_text_of(body, "inbox_id", 200),
        text=text,
        intent=intent,
        language=language,
        awaiting=awaiting,
        parse_only=mode == "parse",
    )
