"""Everything staff see of a conversation: what was said, understood and done, and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.cancellations import Operation
from bot.domain.cases import Case
from bot.domain.conversations import Conversation, Message
from bot.domain.customers import Customer, Member
from bot.domain.declarations import Declaration
from bot.domain.desk import Note
from bot.domain.errors import NotFoundError
from bot.domain.exit_interview import ExitAnswer
from bot.domain.finding import Facet
from bot.domain.identities import Proof
from bot.domain.receipts import Receipt
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies

#: So many messages are shown at once, however long a conversation is.
WINDOW = 100
#: And so many of the customer's other conversations.
_OTHERS = 10


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration, and what came of it."""

    declaration: Declaration
    operations: Sequence[tuple[Operation, Receipt | None]]
    answers: Sequence[ExitAnswer]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One conversation for staff. `earlier` is the number to go back from, where there is more.

    `customer` is who has proved to be there, or was the last to; `known` is everybody who has to do with it.
    """

    conversation: Conversation
    messages: Sequence[Message]
    earlier: int | None
    customer: Customer | None
    member: Member | None
    proof: Proof | None
    others: Sequence[Conversation]
    declared: Sequence[Declared]
    case: Case | None
    notes: Sequence[Note]
    facets: Mapping[Facet, tuple[str, ...]]
    known: Sequence[Customer | Member]

    @property
    def personal(self) -> tuple[str, ...]:
        """Their names, addresses and numbers: to be hidden until somebody asks for them."""
        return personal_of(self.known)


def of(deps: Dependencies, conversation_id: str, before: int | None = None) -> Dossier:
    """Raises `NotFoundError`. `before` is a message's number: what was said before that."""
    with deps.store.reading() as work:
        conversation = work.conversations.get(conversation_id)
        if conversation is None:
            raise NotFoundError("no such conversation")
        said = work.messages.before(conversation_id, before, WINDOW + 1)
        shown = said[-WINDOW:]
        case = work.cases.current(conversation_id)
        proof = work.identities.proof(conversation_id, deps.clock.now())
        declared = [_declared(work, item) for item in work.declarations.of_conversation(conversation_id)]
        customer = _customer(work, conversation_id, case, proof)
        member = _member(work, proof)
        theirs = work.conversations.of_customer(customer.ref, _OTHERS + 1) if customer is not None else ()
        return Dossier(
            conversation=conversation,
            messages=shown,
            earlier=shown[0].seq if len(said) > WINDOW else None,
            customer=customer,
            member=member,
            proof=proof,
            others=[item for item in theirs if item.id != conversation_id][:_OTHERS],
            declared=declared,
            case=case,
            notes=work.desk.notes(conversation_id),
            facets=work.finding.facets(conversation_id),
            known=_known(
                work,
                [item.declaration for item in declared],
                [operation for item in declared for operation, _ in item.operations],
                case,
                (customer, member),
            ),
        )


def known_in(deps: Dependencies, work: UnitOfWork, conversation_id: str) -> Sequence[Customer | Member]:
    """All whose names may stand in a conversation, as on its own page, but without what else is on that."""
    case = work.cases.current(conversation_id)
    proof = work.identities.proof(conversation_id, deps.clock.now())
    declarations = work.declarations.of_conversation(conversation_id)
    operations = [made for item in declarations for made in work.operations.of_declaration(item.id)]
    there = (_customer(work, conversation_id, case, proof), _member(work, proof))
    return _known(work, declarations, operations, case, there)


def personal_of(known: Iterable[Customer | Member]) -> tuple[str, ...]:
    """Somebody's names, addresses and numbers."""
    found = [value for who in known for value in (who.name, who.email, who.phone)]
    return tuple(value for value in found if value)


def _customer(
    work: UnitOfWork, conversation_id: str, case: Case | None, proof: Proof | None
) -> Customer | None:
    """Who has proved to be there, else who was there when the case was opened, else who was the last."""
    ref = proof.customer_ref if proof is not None else case.customer_ref if case is not None else None
    ref = ref or work.conversations.customer_of(conversation_id)
    return work.customers.get(ref) if ref is not None else None


def _member(work: UnitOfWork, proof: Proof | None) -> Member | None:
    return work.members.get(proof.member_id) if proof is not None and proof.member_id else None


def _known(
    work: UnitOfWork,
    declarations: Sequence[Declaration],
    operations: Sequence[Operation],
    case: Case | None,
    there: Sequence[Customer | Member | None],
) -> Sequence[Customer | Member]:
    """All whose names may stand in it: of who is there, who was, who declared something, and their members.

    What was said stays when a proof has ended, and several people may use one browser. Which member of an
    account it was is known only while their proof stands: so all of them are.
    """
    refs = {item.customer_ref for item in declarations} | {item.customer_ref for item in operations}
    refs.add(case.customer_ref if case is not None else None)
    refs |= {who.ref for who in there if isinstance(who, Customer)}
    accounts = sorted(ref for ref in refs if ref is not None)
    customers = [work.customers.get(ref) for ref in accounts]
    members = [member for ref in accounts for member in work.members.of_customer(ref)]
    found: list[Customer | Member] = []
    for who in (*there, *customers, *members):
        if who is not None and who not in found:
            found.append(who)
    return found


def _declared(work: UnitOfWork, declaration: Declaration) -> Declared:
    made = work.operations.of_declaration(declaration.id)
    done = [(item, work.receipts.of_operation(item.id)) for item in made]
    return Declared(declaration, done, work.exit_interviews.answers_to(declaration.id))
