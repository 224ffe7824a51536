"""Web sessions: a conversation of its own for each, with or without a proof of identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.conversations import Conversation
from bot.domain.errors import IdentityInvalidError, IdentityUsedError
from bot.domain.identities import ProofSource, proof_of
from bot.services import identity
from bot.services.dependencies import Dependencies

#: A session lives this long from its last message.
SESSION_HOLDS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The bearer token, which is shown once and kept only as a digest, and the conversation it opens."""

    token: str
    conversation_id: str


def open_session(
    deps: Dependencies, token: str | None, locale: str | None, *, bearer: str | None = None
) -> OpenedSession:
    """Opens a session; with an identity token, as that customer.

    `bearer` is for a page that had to show it before: one of ours, and `ConflictError` where it was opened.

    Raises `IdentityUsedError` for a token that was used, `IdentityInvalidError` for any other fault of it,
    and then opens nothing: never an anonymous session instead.
    """
    claim = deps.identity_tokens.verify(token) if token is not None else None
    with deps.store.begin() as work:
        now = deps.clock.now()
        conversation_id = deps.ids.new("c")
        work.conversations.put(
            Conversation(
                id=conversation_id,
                channel="web",
                address=conversation_id,
                locale=deps.wording.locale(locale),
                created_at=now,
                last_message_at=now,
            )
        )
        if claim is not None:
            if work.customers.get(claim.customer_ref) is None:
                raise IdentityInvalidError("the token names nobody we know")
            if not work.conversations.use_identity_token(claim.token_id, claim.expires_at, now):
                raise IdentityUsedError("this identity token was used before")
            identity.prove(work, proof_of(conversation_id, claim.customer_ref, ProofSource.WEB_TOKEN, now))
        bearer = bearer or deps.ids.token()
        work.conversations.add_session(
            deps.hasher.digest("session", bearer), conversation_id, now + SESSION_HOLDS_FOR
        )
        work.commit()
    return OpenedSession(bearer, conversation_id)


def end_session(deps: Dependencies, token: str) -> None:
    """Ends the session of a bearer token: it is unknown from then on. Nothing happens if it is already."""
    with deps.store.begin() as work:
        work.conversations.end_session(deps.hasher.digest("session", token))
        work.commit()


def conversation_of(deps: Dependencies, token: str, *, extend: bool = False) -> str | None:
    """The conversation a bearer token opens; None for a token that is unknown or has expired.

    `extend` starts the session's 30 days anew, as each message does.
    """
    digest = deps.hasher.digest("session", token)
    with deps.store.begin() as work:
        now = deps.clock.now()
        conversation_id = work.conversations.session(digest, now)
        if conversation_id is not None and extend:
            work.conversations.extend_session(digest, now + SESSION_HOLDS_FOR)
            work.commit()
    return conversation_id
