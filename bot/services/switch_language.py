"""The language of a conversation: heard in what the customer writes, held once it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversations import Awaiting, ButtonSpec, Conversation, Press, Reply, ReplyKind
from bot.domain.languages import LocaleFrom, tells, words_of
from bot.services import buttons, cancel_replies, declarations, operations
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn

#: No more than this much of a text is looked at; a language shows in its first words.
_ENOUGH = 400


def hear(deps: Dependencies, conversation: Conversation, masked: str) -> Conversation:
    """The conversation as it goes on after a text: in its language, where that is plain and spoken here."""
    words = words_of(masked[:_ENOUGH])
    if not words or conversation.locale_from is LocaleFrom.ASKED:
        return conversation
    guess = deps.languages.guess(" ".join(words))
    if guess is None or not tells(words, guess, conversation.locale_from):
        return conversation
    return replace(conversation, locale=guess.language, locale_from=LocaleFrom.HEARD)


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "auf Deutsch, bitte": from now on in that language, or says which are spoken here.

    Whatever the bot waits for, it goes on waiting for: the exit question is not asked again, the others are.
    """
    languages = turn.deps.languages
    named = [turn.press.language] if turn.press and turn.press.language else languages.named(turn.masked)
    spoken = [language for language in named if language in languages.spoken]
    if not named or len(spoken) > 1:
        return [Reply("language_which", _values(turn), ReplyKind.CHOICE, _buttons(turn, languages.spoken))]
    if not spoken:
        wanted = languages.name(named[0], turn.conversation.locale)
        return [Reply("language_unspoken", {**_values(turn), "wanted": wanted}, buttons=(buttons.person(),))]
    return _switch(turn, spoken[0])


def _switch(turn: Turn, language: str) -> Sequence[Reply]:
    # Who names the language that is spoken already may want another: "my English is bad".
    others = [item for item in turn.deps.languages.spoken if item != language]
    shown = _buttons(turn, others) if language == turn.conversation.locale else ()
    turn.conversation = replace(turn.conversation, locale=language, locale_from=LocaleFrom.ASKED)
    if turn.conversation.awaiting is None:
        return [Reply("language_switched", buttons=shown)]
    return [Reply("language_switched_so_far", buttons=shown), *_asked_again(turn)]


def _asked_again(turn: Turn) -> Sequence[Reply]:
    """The open question in the new language, but for the exit question, which is asked once (P5)."""
    if turn.conversation.awaiting is Awaiting.EMAIL:
        return [Reply("verify_ask_email")]
    if turn.conversation.awaiting is Awaiting.CODE:
        return [Reply("verify_code_unclear", buttons=(buttons.person(),))]
    declaration = declarations.current(turn)
    if declaration is None:
        return []
    if turn.conversation.awaiting is Awaiting.CHOICE:
        return cancel_replies.which(turn, declaration, operations.cancellable(turn), "cancel_which")
    return []


def _values(turn: Turn) -> dict[str, object]:
    languages = turn.deps.languages
    return {"languages": [languages.name(item, turn.conversation.locale) for item in languages.spoken]}


def _buttons(turn: Turn, languages: Sequence[str]) -> tuple[ButtonSpec, ...]:
    """Each language under the name it gives itself, so that whoever wants it can read it."""
    return tuple(
        ButtonSpec(
            Press(name=f"language:{item}", intent="switch_language", language=item),
            "button_language",
            {"language": turn.deps.languages.name(item, item)},
        )
        for item in languages
    )
