"""The letter of a receipt: what was declared, word for word, when, what follows from it, and how to check it.

What has to be in it is law in places: docs/receipts.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.cancellations import OperationKind
from bot.domain.letters import Attachment, Fact, Letter, Link, Quote, Stub, one_line
from bot.domain.money import Money
from bot.domain.periods import last_moment
from bot.domain.receipts import Receipt
from bot.services import receipts, stated
from bot.services.dependencies import Dependencies

#: Kinds of receipts that end a subscription.
_ENDS = frozenset({OperationKind.CANCEL, OperationKind.WITHDRAW})


class Words:
    """A receipt's words in its language, with its facts to fill in."""

    def __init__(self, deps: Dependencies, receipt: Receipt) -> None:
        self._deps = deps
        self.locale = deps.wording.locale(receipt.locale)
        self.facts = facts = stated.read(receipt)
        end = facts.effective_at if facts.ended else last_moment(facts.effective_at)
        self._values = {
            "plan": facts.plan,
            "company": facts.company,
            "number": facts.number,
            "end": end,
            "from": facts.effective_at,
            "until": facts.until or facts.effective_at,
            "received": facts.received_at,
            "charged": facts.charged,
            "refunded": facts.refunded,
        }

    def say(self, message: str, **values: object) -> str:
        """A message."""
        return self._deps.wording.text(message, self.locale, {**self._values, **values})

    def label(self, name: str, value: str, *, strong: bool = False) -> Fact:
        """A line of the table."""
        return Fact(self.say(f"receipt_label_{name}"), value, strong)

    def money(self, amount: Money) -> str:
        """A sum."""
        return self.say("receipt_value_money", amount=amount)


def of(deps: Dependencies, receipt: Receipt, *attachments: Attachment) -> Letter:
    """The letter of a receipt whose personal facts have not been erased."""
    words = Words(deps, receipt)
    facts, kind = words.facts, words.facts.kind
    ended = "_ended" if kind is OperationKind.CANCEL and facts.ended else ""
    said = facts.personal.get("words", "")
    return Letter(
        locale=words.locale,
        company=facts.company,
        subject=one_line(words.say(f"mail_receipt_subject_{kind}{ended}")),
        title=words.say(f"receipt_title_{kind}"),
        paragraphs=(" ".join(_what_happened(words, ended)),),
        facts=tuple(_rows(words)),
        quote=Quote(words.say("receipt_label_words"), said) if said else None,
        after=tuple(_what_to_do(words)),
        link=Link(words.say("mail_receipt_open"), receipts.summary(deps, receipt).url),
        stub=_stub(deps, words, attachments),
        attachments=attachments,
    )


def _what_happened(words: Words, ended: str) -> Iterator[str]:
    facts = words.facts
    paused = "_until" if facts.kind is OperationKind.PAUSE and facts.until is not None else ""
    yield words.say(f"mail_receipt_text_{facts.kind}{ended}{paused}")
    if facts.kind in _ENDS:
        yield words.say("mail_receipt_charged" if facts.charged else "mail_receipt_not_charged")
    if facts.refunded:
        yield words.say("mail_receipt_refunded")


def _rows(words: Words) -> Iterator[Fact]:
    facts, at = words.facts, "receipt_value_time"
    if facts.kind is OperationKind.CANCEL:
        yield Fact(words.say("mail_label_kind"), words.say("mail_kind_cancel"))
    yield words.label("subscription", facts.plan)
    if contract := facts.personal.get("subscription_ref"):
        yield Fact(words.say("mail_label_contract"), contract)
    yield words.label(f"effective_{facts.kind}", words.say(at, at=facts.effective_at), strong=True)
    if facts.until is not None:
        yield words.label("until", words.say(at, at=facts.until), strong=True)
    if facts.charged or facts.kind in _ENDS:
        yield words.label("charged", words.money(facts.charged))
    if facts.refunded:
        yield words.label("refunded", words.money(facts.refunded))
    yield words.label("received", words.say(at, at=facts.received_at))
    yield words.label("carried_out", words.say(at, at=facts.carried_out_at))
    if name := facts.personal.get("customer_name"):
        yield words.label("customer", name)


def _what_to_do(words: Words) -> Iterator[str]:
    if words.facts.kind is OperationKind.CANCEL and not words.facts.ended:
        # Who did not write it finds out here, and can still turn it round (P7).
        yield words.say("mail_receipt_not_you")
    yield words.say("mail_receipt_keep")


def _stub(deps: Dependencies, words: Words, attachments: tuple[Attachment, ...]) -> Stub:
    facts = words.facts
    files = " ".join(attachment.name for attachment in attachments)
    return Stub(
        number=facts.number,
        verify=words.say("mail_receipt_verify"),
        command=f"fairwell receipts verify {files} --jwks {deps.public_url}/.well-known/jwks.json",
        facts=(words.label("key_id", facts.kid), words.label("signature", facts.signature)),
    )
