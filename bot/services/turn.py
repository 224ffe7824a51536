"""One turn of a conversation: what an action works on, and the promise that it acts once (P2)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from bot.domain.errors import NotFoundError
from bot.domain.identities import Proof
from bot.domain.inbox import InboxEntry, InboxState
from bot.domain.text import Masked, normalise
from bot.ports import BillingProvider, UnitOfWork
from bot.services import outcome
from bot.services.dependencies import Dependencies

#: More messages than the bot ever says in one turn.
_LOOK_BACK = 20
#: What a press may do before anybody has proved who they are.
_FOR_ANYBODY = frozenset({"give_reason", "decline", "deny", "talk_to_human"})


@dataclass(slots=True)
class Turn:
    """What a handler sees, inside one unit of work: the message, the conversation, who proved to be there.

    `customer` is set only where the store holds a live proof for this conversation of somebody who may decide
    for that account (P3); it is locked, so that two conversations of one customer follow each other.
    `colleague` is who proved to belong to an account and may not decide for it. Handlers change the
    conversation through `wait_for` and `settle`, and who is there through `recognise`.
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
    def provider(self) -> BillingProvider:
        """The billing provider inside this unit of work."""
        return self.deps.billing.within(self.work)

    @property
    def words(self) -> str:
        """What the customer wrote, normalised but not masked; the title of the button if they pressed one."""
        return normalise(self.entry.text or "")

    @property
    def masked(self) -> str:
        """What the customer wrote as the transcript has it."""
        return self.secrets.text

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


def act(
    deps: Dependencies, conversation_id: str, inbox_id: str, handler: Handler, understanding: Understanding
) -> tuple[RenderedReply, ...]:
    """Runs `handler` for an inbox entry and stores the outcome with its effects, in one transaction.

    The same entry again, after a crash or a time-out anywhere, returns the stored outcome and acts no more.
    Raises `NotFoundError` when the entry is not an open one of this conversation: ids come from Rasa's
    request, and what they may do is decided here, from the store.
    """
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        if entry is None or entry.conversation_id != conversation_id:
            raise NotFoundError("no such message in this conversation")
        stored = work.inbox.result(inbox_id)
        if stored is not None:
            return outcome.load(stored).replies
        if entry.state is not InboxState.ACCEPTED:
            raise NotFoundError("this message is not waiting for an answer")
        turn = _open(deps, work, entry, understanding)
        clarified = turn.conversation.clarified
        replies = tuple(render(deps, work, turn.conversation, reply) for reply in handler(turn))
        _use_up(turn)
        if turn.conversation.clarified == clarified:
            turn.conversation = replace(turn.conversation, clarified=0)
        work.inbox.put_result(inbox_id, outcome.dump(outcome.Outcome(replies, understanding)))
        work.conversations.put(turn.conversation)
        work.commit()
    return replies


def _use_up(turn: Turn) -> None:
    """A button acts once; a press that only led to asking who is there has not acted yet."""
    acted = turn.customer is not None or (turn.press is not None and turn.press.intent in _FOR_ANYBODY)
    button = turn.work.buttons.get(turn.entry.button) if turn.entry.button is not None and acted else None
    if button is not None:
        turn.work.buttons.put(replace(button, pressed_by=turn.entry.id))


def _open(deps: Dependencies, work: UnitOfWork, entry: InboxEntry, understanding: Understanding) -> Turn:
    now = deps.clock.now()
    conversation = work.conversations.lock(entry.conversation_id)
    if conversation is None:
        raise NotFoundError("no such conversation")
    press = None
    if entry.button is not None:
        button = work.buttons.get(entry.button)
        if button is None or button.conversation_id != conversation.id:
            raise NotFoundError("no such button in this conversation")
        press, entry = button.press, replace(entry, text=button.title)
    turn = Turn(
        deps=deps,
        work=work,
        entry=entry,
        conversation=conversation,
        customer=None,
        press=press,
        secrets=work.inbox.secrets(entry.id) or Masked(entry.text or ""),
        case=work.cases.current(conversation.id),
        now=now,
        understanding=understanding,
    )
    turn.recognise(work.identities.proof(conversation.id, now))
    return turn


def render(deps: Dependencies, work: UnitOfWork, conversation: Conversation, reply: Reply) -> RenderedReply:
    """Puts a reply into the conversation's language and issues its buttons."""
    buttons = []
    for spec in reply.buttons:
        title = deps.wording.text(spec.title, conversation.locale, spec.values)
        token = deps.ids.token()
        work.buttons.add(Button(token, conversation.id, spec.press, title))
        buttons.append((spec.press.name, title, token))
    text = deps.wording.text(reply.message, conversation.locale, reply.values)
    return RenderedReply(reply.kind, text, tuple(buttons), reply.receipt)
