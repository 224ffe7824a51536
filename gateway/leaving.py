"""What the forms of /leave say: what a person would write who fills them in, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self
from uuid import uuid4, uuid5

from bot.domain.conversations import Awaiting
from bot.domain.customers import is_email, normalise_email
from bot.domain.errors import ConflictError
from bot.domain.text import mask, normalise
from bot.services import inbox, sessions, standing
from bot.services.dependencies import Dependencies
from bot.services.inbox import Incoming
from gateway.forms import Form
from gateway.runtime import Runtime

CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One message that a form says, and the intent it stands for; None where Rasa has to read it."""

    text: str | None = None
    button: str | None = None
    intent: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """What the first page carries: a session's token that has opened nothing yet, and proof it is ours."""

    session: str
    proof: str
    id: str

    @classmethod
    def new(cls, deps: Dependencies) -> Self:
        """A fresh one. It opens a session when the form is sent, and not before."""
        token = deps.ids.token()
        return cls(token, deps.hasher.digest("leave", token), new_id())


def new_id() -> str:
    """The id of a page's forms."""
    return str(uuid4())


def said_by(deps: Dependencies, form: Form) -> list[Said]:
    """What a person would say who fills the form in like this; nothing where they only look."""
    if form.press is not None:
        return [Said(button=form.press)]
    if form.person:
        locale = deps.wording.locale(form.language)
        return [Said(deps.wording.text("button_person", locale, {}), intent="talk_to_human")]
    return _declared(deps, form) if form.begins else _filled_in(form)


def _filled_in(form: Form) -> list[Said]:
    if form.code is not None:
        digits = "".join(str(int(char)) for char in normalise(form.code) if char.isdecimal())
        return [Said(digits if len(digits) == CODE_DIGITS else form.code, intent="give_code")]
    if form.email is not None:
        return [Said(form.email, intent="give_email")]
    if form.words is not None and normalise(form.words):
        return [Said(form.words, known=False)]
    return []


def _declared(deps: Dependencies, form: Form) -> list[Said]:
    """The declaration, with the address where it is one; an unclear address is a message of its own.

    So the clock starts also for who has mistyped it (P4), and what is wrong with it is said.
    """
    email = normalise(form.email or "")
    usable = is_email(normalise_email(email)) and mask(email).emails == (email,)
    wish = Said(declaration(deps, form.language, email if usable else "", form.end), intent="cancel")
    unclear = [Said(email, intent="give_email")] if email and not usable else []
    return [wish, *unclear]


def declaration(deps: Dependencies, language: str | None, email: str, end: str = "") -> str:
    """The sentences that the first form's button stands for; a day as a calendar gives it is spelt out."""
    wording, locale = deps.wording, deps.wording.locale(language)
    name, values = "leave_declaration", dict[str, object]()
    if end:
        name, values = "leave_declaration_on", {"end": _day(deps, end)}
    parts = [wording.text(name, locale, values)]
    if email:
        parts.append(wording.text("leave_declaration_from", locale, {"email": email}))
    return " ".join(parts)


def _day(deps: Dependencies, end: str) -> object:
    try:
        return datetime.combine(date.fromisoformat(end), time(12), deps.zone)
    except ValueError:
        # Typed into a browser without a calendar: as it stands, for the bot to read or to ask about.
        return normalise(end)


def opened(deps: Dependencies, form: Form) -> str | None:
    """The conversation of a form's session, its time begun anew; None where there is none (any more)."""
    return sessions.conversation_of(deps, form.session, extend=True)


def may_open(deps: Dependencies, form: Form) -> bool:
    """Whether the form's token is one of ours, to open a session with: nobody brings a token of their own."""
    return form.begins and deps.hasher.matches("leave", form.session, form.proof)


def open_once(deps: Dependencies, form: Form) -> str | None:
    """Opens the session that the first page was made for; pressed twice, it is one."""
    try:
        return sessions.open_session(deps, None, form.language, bearer=form.session).conversation_id
    except ConflictError:
        return opened(deps, form)


def message_id(form: Form, place: int, said: Said) -> str:
    """What makes the same press the same message, and another thing said from the same page another one."""
    return str(uuid5(form.id, f"{place}:{said.intent}:{said.button or said.text}"))


async def say(runtime: Runtime, conversation_id: str, form: Form) -> None:
    """Says what the form says, and waits a while for the answer, known or not.

    Raises what `inbox.accept` raises.
    """
    for place, said in enumerate(said_by(runtime.deps, form)):
        incoming = Incoming(
            conversation_id, message_id(form, place, said), text=said.text, button=said.button
        )
        inbox_id = await runtime.threads.run(inbox.accept, runtime.deps, incoming)
        if said.known:
            runtime.turns.submit_known(conversation_id, inbox_id, said.intent)
        else:
            runtime.turns.submit(conversation_id)
        patience = runtime.pace.answer if said.known else runtime.pace.words
        await runtime.waiting.wait_for(inbox_id, conversation_id, patience)


def refused(form: Form, now: standing.Standing) -> bool:
    """Whether a field was filled in and is asked for again, that is, was not taken."""
    if form.press is not None or form.person:
        return False
    asked = {Awaiting.EMAIL} if form.code is None else {Awaiting.EMAIL, Awaiting.CODE}
    return now.awaiting in asked and (form.code is not None or form.email is not None) and not now.in_charge
