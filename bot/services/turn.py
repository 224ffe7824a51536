"""One turn of a conversation: what an action works on, and the promise that it acts once (P2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.cases import Case
from bot.domain.conversations import (
    Author,
    Awaiting,
    Button,
    Conversation,
    Press,
    RenderedReply,
    Reply,
    Understanding,
)
from bot.domain.customers import Customer, Member
from bot.domain.identities import Proof
from bot.domain.inbox import InboxEntry
from bot.domain.text import Masked, normalise
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies
from bot.services.views import Reader, reader

#: More messages than the bot ever says in one turn.
_LOOK_BACK = 20


@dataclass(slots=True)
class Turn:
    """What a handler sees, inside one unit of work: the message, the conversation, who proved to be there.

    `customer` is set only where the store holds a live proof for this conversation of somebody who may decide
    for that account (P3); it is locked, so that two conversations of one customer follow each other.
    `colleague` is who proved to belong to an account and may not decide for it. Handlers change the
    conversation through `wait_for` and `settle`, and who is there through `recognise`.

    `awaits` are the operations that a billing system elsewhere is asked for once this unit of work is done,
    and `asks_why` the declaration to ask the exit question for after that. `undecided` is set where a press
    could not be acted on for now: its button stays good.
    """

    deps: Dependencies
    work: UnitOfWork
    entry: InboxEntry
    conversation: Conversation
    customer: Customer | None
    press: Press | None
    secrets: Masked
    case: Case | None
    now: datetime
    understanding: Understanding
    proof: Proof | None = None
    colleague: Member | None = None
    billing_asked: bool = False
    awaits: list[str] = field(default_factory=list)
    asks_why: str | None = None
    undecided: bool = False

    def recognise(self, proof: Proof | None) -> None:
        """Sets who is there by a proof, as the store knows them now: roles are never taken from a proof."""
        self.proof, self.customer, self.colleague = proof, None, None
        customer = self.work.customers.lock(proof.customer_ref) if proof else None
        if proof is None or customer is None:
            return
        member = self.work.members.get(proof.member_id) if proof.member_id else None
        if proof.member_id is None or (member is not None and member.may_decide):
            self.customer = customer
        else:
            # None where they belong to the account no more: then nobody is there.
            self.colleague = member

    @property
    def billing(self) -> Reader:
        """What the customer holds, and what is on sale, as far as this unit of work may know."""
        return reader(self.deps, self.work, asked=self.billing_asked)

    @property
    def words(self) -> str:
        """What the customer wrote, normalised but not masked; the title of the button if they pressed one."""
        return normalise(self.entry.text or "")

    @property
    def masked(self) -> str:
        """What the customer wrote as the transcript has it."""
        return self.secrets.text

    def answered_by(self, replies: Sequence[Reply]) -> bool:
        """Whether something was said or will be, once a billing system elsewhere has answered."""
        return bool(replies or self.awaits)

    def offered(self) -> list[Press]:
        """What the bot's last words, right before this message, could have been answered with by a press.

        "Yes" means these and nothing older: not what was offered before some other subject, nor what was said
        only after this message had been written.
        """
        own = self.work.messages.customer_message(self.entry.id)
        # None where a message was never prepared: then nothing was shown before it.
        upto = own.seq - 1 if own is not None else 0
        around = self.work.messages.after(self.conversation.id, max(upto - _LOOK_BACK, 0), _LOOK_BACK)
        before = [message for message in around if message.seq <= upto]
        said = itertools.takewhile(lambda message: message.author is Author.BOT, reversed(before))
        tokens = [token for message in said for _, _, token in message.buttons]
        shown = [self.work.buttons.get(token) for token in tokens]
        return [button.press for button in shown if button is not None]

    def wait_for(
        self, awaiting: Awaiting | None, declaration_id: str | None = None, purpose: str | None = None
    ) -> None:
        """Sets what the bot waits for next, and what for; nothing else is waited for any more."""
        self.conversation = replace(
            self.conversation, awaiting=awaiting, declaration_id=declaration_id, purpose=purpose
        )

    def count_clarification(self) -> None:
        """One more clarifying question in a row; any other answer begins the count anew."""
        self.conversation = replace(self.conversation, clarified=self.conversation.clarified + 1)

    def settle(self) -> None:
        """The matter is closed: nothing is waited for, and Rasa starts a fresh tracker next time."""
        self.wait_for(None)
        self.conversation = replace(self.conversation, episode=self.conversation.episode + 1)


Handler = Callable[[Turn], Sequence[Reply]]


def render(deps: Dependencies, work: UnitOfWork, conversation: Conversation, reply: Reply) -> RenderedReply:
    """Puts a reply into the conversation's language and issues its buttons."""
    buttons = []
    for spec in reply.buttons:
        title = deps.wording.text(spec.title, conversation.locale, spec.values)
        token = deps.ids.token()
        work.buttons.add(Button(token, conversation.id, spec.press, title))
        buttons.append((spec.press.name, title, token))
    text = deps.wording.text(reply.message, conversation.locale, reply.values)
    if reply.then is not None:
        text = f"{text} {deps.wording.text(reply.then.message, conversation.locale, reply.then.values)}"
    return RenderedReply(reply.kind, text, tuple(buttons), reply.receipt)
