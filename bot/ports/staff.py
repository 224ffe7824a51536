"""What is kept of staff: who they are, how they sign in, what they did and left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.alerts import AlertHour, Way
from bot.domain.audit import Entry
from bot.domain.desk import CannedReply, Note, Presence
from bot.domain.finding import Cursor, Facet, Filter, Page
from bot.domain.staff import Purpose, Staff, StaffSession, StaffToken


class Passwords(Protocol):
    """Passwords of staff: hashed slowly on purpose, and refused where they are guessed quickly."""

    def hash(self, password: str) -> str: ...
    def verify(self, password_hash: str | None, password: str) -> bool:
        """Takes as long for no hash at all as for a wrong password."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        ...

    def weakness(self, password: str, about: Sequence[str]) -> str | None:
        """Why it is refused, in words for its owner; None if it will do. `about` are words about them."""
        ...


class SecondFactors(Protocol):
    """Time-based codes (RFC 6238)."""

    def secret(self) -> str: ...
    def uri(self, secret: str, account: str, issuer: str) -> str:
        """What an authenticator reads as a QR code."""
        ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The time step whose code this is, one before or after now at most; None for a wrong one."""
        ...


class StaffRepository(Protocol):
    """Staff, their tokens, sessions and accounts elsewhere."""

    def get(self, staff_id: str) -> Staff | None: ...
    def lock(self, staff_id: str) -> Staff | None:
        """Like `get`, and nobody else changes them until the unit of work ends."""
        ...

    def by_email(self, email: str) -> Staff | None: ...
    def all(self) -> Sequence[Staff]:
        """By name."""
        ...

    def put(self, staff: Staff) -> None:
        """Raises `ConflictError` where somebody else has the address."""
        ...

    def put_token(self, token: StaffToken) -> None: ...
    def add_token(self, token: StaffToken) -> bool:
        """False where it is there already; then nothing is stored."""
        ...

    def token(self, digest: str, purpose: Purpose) -> StaffToken | None: ...
    def use_token(self, digest: str) -> bool:
        """True for the first who does so."""
        ...

    def end_tokens(self, staff_id: str, purpose: Purpose) -> None: ...
    def count_tokens(self, staff_id: str, purpose: Purpose) -> int: ...
    def add_session(self, session: StaffSession) -> None: ...
    def session(self, token_digest: str) -> StaffSession | None: ...
    def sessions_of(self, staff_id: str) -> Sequence[StaffSession]: ...
    def see(self, session_id: str, at: datetime) -> None: ...
    def renew(self, session_id: str, token_digest: str) -> None:
        """The session goes on under another token; the one before opens nothing any more."""
        ...

    def end_session(self, session_id: str) -> None: ...
    def end_sessions(self, staff_id: str, but: str = "") -> None: ...
    def account(self, issuer: str, subject: str) -> str | None:
        """Whose it is, as `Staff.id`."""
        ...

    def link(self, issuer: str, subject: str, staff_id: str) -> None:
        """Raises `ConflictError` where the account is somebody's already."""
        ...

    def is_linked(self, staff_id: str, issuer: str) -> bool:
        """Whether they have any account there."""
        ...

    def unlink(self, staff_id: str) -> None:
        """From all accounts elsewhere."""
        ...


class AuditRepository(Protocol):
    """The chain. Nothing in it is ever changed or deleted."""

    def head(self) -> tuple[int, str]:
        """The last position and digest, locked: nobody else appends until the unit of work ends."""
        ...

    def append(self, entry: Entry) -> None:
        """Adds it after the head; `position` is given by the store."""
        ...

    def after(self, position: int, limit: int) -> Sequence[Entry]:
        """In order."""
        ...

    def before(
        self, position: int | None, limit: int, *, who: str = "", subject: str = "", action: str = ""
    ) -> Sequence[Entry]:
        """Newest first."""
        ...


class FindingRepository(Protocol):
    """Facets of conversations, and finding by them and by words."""

    def note(self, conversation_id: str, facet: Facet, value: str) -> None:
        """Once, however often."""
        ...

    def replace(self, conversation_id: str, facet: Facet, value: str | None) -> None:
        """The one value of a facet that has one."""
        ...

    def drop(self, conversation_id: str, facet: Facet, value: str) -> None: ...
    def facets(self, conversation_id: str) -> Mapping[Facet, tuple[str, ...]]: ...
    def values(self, facet: Facet, limit: int = 100) -> Sequence[str]:
        """Those there are, in order."""
        ...

    def find(self, wanted: Filter, reader: str, cursor: Cursor | None, limit: int) -> Page:
        """A page, newest first; `reader` is whose unread ones are marked."""
        ...

    def seen(self, staff_id: str, conversation_id: str, seq: int) -> None:
        """They have read so far."""
        ...


class DeskRepository(Protocol):
    """Who is there, notes, canned replies and settings."""

    def presence(self, conversation_id: str, staff_id: str) -> Presence | None:
        """Locked, if it is there: what else is at it must not set back what they see."""
        ...

    def put_presence(self, presence: Presence) -> None: ...
    def presences(self, conversation_id: str, since: datetime) -> Sequence[Presence]: ...
    def add_note(self, note: Note) -> None: ...
    def notes(self, conversation_id: str) -> Sequence[Note]:
        """Oldest first."""
        ...

    def note(self, note_id: str) -> Note | None: ...
    def remove_note(self, note_id: str) -> None: ...
    def canned(self) -> Sequence[CannedReply]:
        """By language and title."""
        ...

    def put_canned(self, reply: CannedReply) -> None: ...
    def remove_canned(self, reply_id: str) -> None: ...
    def setting(self, name: str, *, lock: bool = False) -> str | None:
        """With `lock` nobody else changes it until the unit of work ends: for who changes a part of it."""
        ...

    def put_setting(self, name: str, value: str, at: datetime, by: str | None) -> None: ...
    def alert_hours(self) -> Sequence[AlertHour]:
        """The last hour of each way that has had one, as it stands now."""
        ...

    def alert_hour(self, way: Way, now: datetime) -> AlertHour:
        """The last hour of a way, one that begins now where there was none; locked until the end."""
        ...

    def put_alert_hour(self, hour: AlertHour) -> None: ...
