"""Telling whether an answer is German to the last word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.e2e.chat import Reply

#: Words that would give away that somebody was answered in English.
_ENGLISH = re.compile(
    r"\b(the|your|you|is|can|what|nothing|person|plan|cancel|undo|skip|receipt|until|please)\b", re.IGNORECASE
)


def german(answer: Sequence[Reply]) -> str:
    """All that was said, which is German to the last word."""
    text = "\n".join(reply.text for reply in answer)
    assert text
    assert not _ENGLISH.search(text), text
    return text
