"""Texts that Rasa would read as a payload: it strips white space and takes `/intent{...}` at its word."""

import unicodedata


def looks_like_payload(text: str) -> bool:
    """Whether the first character that is neither white space, control nor format character is some slash."""
    for character in text:
        if character.isspace() or unicodedata.category(character)[0] in "ZC":
            continue
        return "/" in unicodedata.normalize("NFKC", character) or character in "\u2044\u2215\u29f8"
    return False
