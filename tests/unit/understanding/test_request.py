from typing import Any

import pytest

from bot.understanding.request import RequestError, read

INTENTS = ["cancel", "undo_cancel"]


def _body(**changes: Any) -> dict[str, Any]:
    return {"sender": "c_abc.1", "inbox_id": "i1", "text": "hello"} | changes


def test_a_text_is_read() -> None:
    """The smallest request: a text, English, nothing awaited."""
    request = read(_body(), INTENTS)
    assert (request.text, request.intent, request.language, request.awaiting) == ("hello", None, "en", None)
    assert not request.parse_only


def test_a_structured_intent_is_read() -> None:
    """A button names an intent; no text is involved."""
    slots = {"language": "de", "awaiting": "offer"}
    request = read(_body(text=None, intent="undo_cancel", slots=slots, mode="parse"), INTENTS)
    assert (request.text, request.intent, request.language, request.awaiting) == (
        None,
        "undo_cancel",
        "de",
        "offer",
    )
    assert request.parse_only


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "invalid"),
        (_body(text=None), "invalid"),
        (_body(intent="cancel"), "invalid"),
        (_body(text=""), "invalid"),
        (_body(text=5), "invalid"),
        (_body(text="x" * 4001), "invalid"),
        (_body(text="\u200b/cancel"), "payload"),
        (_body(text=None, intent="drop_tables"), "unknown_intent"),
        (_body(text=None, intent=["cancel"]), "unknown_intent"),
        (_body(sender=""), "invalid"),
        (_body(inbox_id=None), "invalid"),
        (_body(mode="dream"), "invalid"),
        (_body(slots={"customer_ref": "victim"}), "invalid"),
        (_body(slots={"awaiting": "money"}), "invalid"),
        (_body(slots={"language": 7}), "invalid"),
        (_body(slots="en"), "invalid"),
    ],
)
def test_anything_else_is_refused(body: object, code: str) -> None:
    """What does not keep the contract never reaches Rasa, and no slot but the two can be set."""
    with pytest.raises(RequestError) as refused:
        read(body, INTENTS)
    assert refused.value.code == code
