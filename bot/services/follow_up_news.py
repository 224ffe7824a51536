"""Telling who asked for it that their reason is gone: one message each, and then the consent is used up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.cases import CaseState
from bot.domain.conversations import FETCHED, Author, Conversation, Message, Reply, ReplyKind
from bot.domain.errors import NotFoundError
from bot.domain.exit_interview import Reason
from bot.domain.follow_ups import FollowUp, FollowUpState, TextMissingError
from bot.domain.letters import visible
from bot.domain.outbox import MAIL, Job
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies
from bot.services.transcripts import say
from bot.services.turn import render

#: What is counted beside the channels' names.
BY_MAIL, WITH_A_PERSON, GONE = "mail", "with a person", "gone"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's consents that something is to be told about, newest last, and the language to tell it in."""

    follow_ups: tuple[FollowUp, ...]
    language: str

    @property
    def newest(self) -> FollowUp:
        """The one that says where."""
        return self.follow_ups[-1]


def waiting(deps: Dependencies, which: Sequence[str] = ()) -> Sequence[Waiting]:
    """Who waits: all, or those whose reasons or consents' ids are `which`; each person once, oldest first.

    Raises `NotFoundError` where one of `which` is neither a reason nor the id of a consent that waits.
    """
    with deps.store.begin() as work:
        found = work.follow_ups.open()
        if unknown := set(which) - {*Reason} - {item.id for item in found}:
            raise NotFoundError(f"{min(unknown)} is neither a reason nor a follow-up that waits")
        people: dict[tuple[str, str | None], list[FollowUp]] = {}
        for item in found:
            if not which or item.id in which or set(item.reasons) & set(which):
                people.setdefault((item.customer_ref, item.member_id), []).append(item)
        return [Waiting(tuple(theirs), _language(deps, work, theirs[-1])) for theirs in people.values()]


def tell(deps: Dependencies, which: Sequence[str], texts: Mapping[str, str]) -> Counter[str]:
    """Sends everybody of `which` the company's text in their language; returns how many were told where.

    On the channel they asked on; by mail where its messages are fetched, since nobody looks there any more.
    Each is told and their consent used up in one transaction, so that nobody is told twice, whatever dies and
    however often this is run. Raises `NotFoundError` as `waiting` does, and `TextMissingError` before anybody
    is told.
    """
    people = waiting(deps, which)
    missing = Counter(item.language for item in people if item.language not in texts)
    for language, count in missing.items():
        raise TextMissingError(f"{count} of {len(people)} speak {language!r}, and there is no text in it")
    told = [_tell(deps, item, texts[item.language]) for item in people]
    return Counter(where for where in told if where is not None)


def _tell(deps: Dependencies, person: Waiting, text: str) -> str | None:
    with deps.store.begin() as work:
        conversation = work.conversations.lock(person.newest.conversation_id)
        locked = [work.follow_ups.lock(name) for name in sorted(item.id for item in person.follow_ups)]
        still = [item for item in locked if item is not None and item.state is FollowUpState.OPEN]
        if conversation is None or not still:
            return None
        case = work.cases.current(conversation.id)
        if case is not None and case.state is CaseState.ACCEPTED:
            return WITH_A_PERSON  # the bot is silent there (P10); it can be run again
        where = _send(deps, work, conversation, person, visible(text.strip()))
        state = FollowUpState.WITHDRAWN if where == GONE else FollowUpState.TOLD
        for item in still:
            work.follow_ups.put(replace(item, state=state, settled_at=deps.clock.now()))
        work.commit()
    return where


def _send(deps: Dependencies, work: UnitOfWork, there: Conversation, person: Waiting, text: str) -> str:
    asked = person.newest
    address = _address(work, asked)
    if address is None:
        return GONE
    values = {"since": asked.given_at, "about": _about(deps, asked, person.language), "news": text}
    if there.channel not in FETCHED:
        reply = Reply("follow_up_news", {**values, "company": deps.company}, ReplyKind.NOTICE)
        said = render(deps, work, there, reply)
        told = Message(there.id, 0, Author.BOT, said.kind, said.text, deps.clock.now(), inbox_id=_key(asked))
        say(work, there, told)
        return there.channel
    since = deps.wording.text("follow_up_since", person.language, {"at": asked.given_at})
    payload = {
        "to": address,
        "locale": person.language,
        "template": "mail_follow_up",
        "since": since,
        "about": str(values["about"]),
        "news": text,
    }
    work.outbox.add(Job(deps.ids.new("j"), MAIL, _key(asked), payload, deps.clock.now()))
    return BY_MAIL


def _key(asked: FollowUp) -> str:
    # With the time, since a consent that was taken back can be given again.
    return f"follow-up:{asked.id}:{asked.given_at.timestamp():.0f}"


def _address(work: UnitOfWork, asked: FollowUp) -> str | None:
    """The address of who asked; None where they belong to the account no more."""
    if asked.member_id is not None:
        member = work.members.get(asked.member_id)
        return member.email if member is not None else None
    customer = work.customers.get(asked.customer_ref)
    return customer.email if customer is not None else None


def _about(deps: Dependencies, asked: FollowUp, language: str) -> str:
    """What they asked about: the reasons they gave, else their own words."""
    titles = [deps.wording.text(f"reason_{reason}", language, {}) for reason in asked.reasons]
    known = [title for title, reason in zip(titles, asked.reasons, strict=True) if reason is not Reason.OTHER]
    return ", ".join(known) or asked.words


def _language(deps: Dependencies, work: UnitOfWork, asked: FollowUp) -> str:
    conversation = work.conversations.get(asked.conversation_id)
    return deps.wording.locale(conversation.locale if conversation is not None else None)
