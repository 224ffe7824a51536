"""What a customer and we have said to each other, on every channel, read as one conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.conversations import Conversation, Message, Spot
from bot.domain.masking import veiled
from bot.services.dependencies import Dependencies
from bot.services.dossier import WINDOW, Dossier, known_in, personal_of

#: So many of a customer's other conversations are read: those in which they wrote last.
MOST = 50


@dataclass(frozen=True, slots=True)
class Timeline:
    """Messages of several conversations, in the order in which they were said.

    `conversations` are all it is made of, by id; `earlier` is where to go back from, where there is more;
    `personal` is what is to be hidden in each conversation of which there are messages. `complete` is
    False where the customer has more conversations than are read.
    """

    conversations: Mapping[str, Conversation]
    messages: Sequence[Message]
    earlier: Spot | None
    personal: Mapping[str, tuple[str, ...]]
    complete: bool

    def veiled(self, conversation_id: str, text: str) -> str:
        """What somebody wrote in one of them, without what is personal in any of them.

        First as on that conversation's own page: a word that is known elsewhere must not break up a
        telephone number before it is seen to be one.
        """
        everybody = {value for values in self.personal.values() for value in values}
        return veiled(veiled(text, self.personal.get(conversation_id, ())), everybody)


def of(deps: Dependencies, found: Dossier, before: Spot | None = None) -> Timeline:
    """The conversations of a dossier's customer, and its own: what was said before a spot, or last of all."""
    mine, customer = found.conversation, found.customer
    with deps.store.reading() as work:
        theirs = work.conversations.of_customer(customer.ref, MOST + 2) if customer is not None else ()
        others = [item for item in theirs if item.id != mine.id]
        read = {item.id: item for item in (mine, *others[:MOST])}
        said = work.messages.merged(read, before, WINDOW + 1)
        shown = said[-WINDOW:]
        personal = {name: personal_of(known_in(deps, work, name)) for name in _named(shown) - {mine.id}}
    return Timeline(
        conversations=read,
        messages=shown,
        earlier=_spot(shown[0]) if len(said) > WINDOW else None,
        personal={**personal, mine.id: found.personal},
        complete=len(others) <= MOST,
    )


def _named(messages: Iterable[Message]) -> set[str]:
    return {item.conversation_id for item in messages}


def _spot(message: Message) -> Spot:
    return Spot(message.at, message.conversation_id, message.seq)
