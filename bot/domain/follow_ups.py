"""Being told, once, when the reason for leaving is gone: only who asks for it, and as long as they like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.choices import asks_to_end
from bot.domain.errors import FairwellError
from bot.domain.exit_interview import Reason

#: Reasons that lie with the company, so that there may be something to tell one day.
FIXABLE = frozenset({
    Reason.TOO_EXPENSIVE, Reason.MISSING_FEATURES, Reason.CUSTOMER_SERVICE, Reason.TOO_COMPLEX,
    Reason.LOW_QUALITY,
})  # fmt: skip
#: What is written to ask for it says enough in this many characters.
_LONGEST = 300


class TextMissingError(FairwellError):
    """Somebody who waits speaks a language there is no text in; says which, and how many."""


class FollowUpState(StrEnum):
    """A consent is good for one message, and can be taken back before that (GDPR, Art. 7(3))."""

    OPEN = "open"
    TOLD = "told"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A customer's wish to be told when their reason is gone. Times are UTC.

    `words` is what they wrote or pressed, masked; `channel` and `conversation_id` are where, and so where
    they are told. `member_id` is who asked, where it was not the account's holder. `settled_at` is when they
    were told or took it back.
    """

    id: str
    customer_ref: str
    conversation_id: str
    declaration_id: str
    channel: str
    reasons: tuple[Reason, ...]
    words: str
    given_at: datetime
    member_id: str | None = None
    state: FollowUpState = FollowUpState.OPEN
    settled_at: datetime | None = None


_ASKS = re.compile(
    r"\b(?:(?:let me|want to|like to|love to) know|tell me|notify me|inform me|message me|ping me|e-?mail me"
    r"|write (?:to )?me|drop me a (?:line|note)|keep me posted|get (?:back to|in touch with) me|contact me"
    r"|hear from you|remind me"
    r"|(?:gib|gebt|geben sie|sag|sagt|sagen sie)(?: mir| uns)?(?: bitte| gern)* (?:bescheid|bescheid)"
    r"|bescheid (?:geben|sagen|wissen)|meld(?:e|et|en)? (?:dich|euch|sie sich)|bei mir (?:melden|meldet)"
    r"|(?:informier|benachrichtig|kontaktier)(?:e|t|en)?(?: sie)? mich|mich (?:informieren|benachrichtigen)"
    r"|schreib(?:e|t|en)?(?: sie)? mir|mir (?:schreiben|bescheid)|lass(?:t|en)?(?: sie)?(?: es)? mich wissen"
    r"|(?:würde|möchte|will)(?: es)?(?: gerne?)? (?:wissen|erfahren)|wüsste(?: es)? gerne?)\b"
)
_WHEN = re.compile(r"\b(?:if|when|once|as soon as|in case|should|wenn|falls|sobald|sollte)\b")
#: What may change about a product; after "if" and "when" it is what one wants to be told of.
_CHANGES = re.compile(
    r"\b(?:cheaper|less expensive|more affordable|lower(?:ed)?|drops?|reduced?|come down|go(?:es)? down"
    r"|you (?:have|add|get|offer|support|introduce|build|bring|fix|sort|improve|do|release|launch)"
    r"|you(?:'ve| have) (?:added|got|fixed|sorted|improved|built)"
    r"|there(?:'s| is| are| will be)|chang(?:es|ed|e)|fixed|sorted|solved|resolved|improve[sd]?|better|easier"
    r"|simpler|faster|works?|working|available|ready|comes?|added|back"
    r"|günstiger|billiger|weniger kostet|preise? (?:sink\w*|fäll\w*|runter\w*|gesenkt)|gesenkt|gibt|geben"
    r"|habt|anbiet\w*|einführ\w*|einbau\w*|kommt|da (?:ist|sind)|behoben|repariert|gelöst|besser|einfacher"
    r"|schneller|geht|funktioniert|läuft|änder\w*|geändert|verbesser\w*|verfügbar|so ?weit)\b"
)
#: What is asked of the bot or of staff today is something else.
_OTHER_MATTERS = re.compile(
    r"\b(?:refund\w*|cancel\w*|charg\w*|receipt|invoice|bill|paid|pay|payment|money|account|subscription"
    r"|plan|contract|ends?|ended|data|code|case|ticket|human|person|someone|anyone|agent|reply|answer"
    r"|erstatt\w*|rückerstatt\w*|kündig\w*|gekündigt|abgebucht|abbuch\w*|rechnung|beleg|geld|konto|abo"
    r"|vertrag|endet|daten|mensch|mitarbeiter\w*|jemand|antwort\w*)\b"
)
_STOP = re.compile(
    r"\b(?:(?:do not|don't|dont|never|no need to|needn't|don't have to|stop)(?: ever)?"
    r" (?:write|writing|message|messaging|tell|telling|contact|contacting|notify|notifying|ping|remind)"
    r"(?: to)? me|no (?:more )?messages?"
    r"|(?:schreib|meld|benachrichtig|informier|kontaktier|sag)\w*"
    r"(?: (?:sie|euch|dich|sich|mir|mich|bitte|doch|es))* (?:nicht|nichts|kein\w*)"
    r"|nicht(?: mehr)?(?: bei mir| mir| mich)?"
    r" (?:schreiben|melden|benachrichtigen|informieren|kontaktieren|anschreiben)|keine nachricht(?:en)?)\b"
)
#: Who speaks of these wants to be rid of more than one message.
_ALL_MAIL = re.compile(r"\b(?:e-?mails?|mails?|newsletters?|werbung|ads|marketing)\b")


def asks_to_be_told(text: str) -> bool:
    """Whether the normalised `text` asks to be told when something about the product changes.

    Strict: nothing is taken for consent that may be about a refund, an end date or a person's answer.
    """
    said = _spelt(text)
    asks = _ASKS.search(said)
    when = _WHEN.search(said)
    if (
        len(said) > _LONGEST
        or asks is None
        or when is None
        or _OTHER_MATTERS.search(said)
        or asks_to_end(text)
    ):
        return False
    return bool(_CHANGES.search(said, when.end())) and not _STOP.search(said)


def asks_not_to_be_told(text: str) -> bool:
    """Whether the normalised `text` takes that back; to be asked where there is something to take back."""
    said = _spelt(text)
    return bool(_STOP.search(said)) and not (_ALL_MAIL.search(said) or asks_to_end(_STOP.sub(" ", said)))


def _spelt(text: str) -> str:
    return text.casefold().replace("\u2019", "'")
