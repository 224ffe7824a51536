"""A company whose staff sign in to the console, on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyotp

from bot.crypto.hashing import HmacHasher
from bot.crypto.totp import Totp
from bot.domain.audit import Action, Entry
from bot.domain.staff import Role, Staff
from bot.services import audit, staff, staff_sign_in, staff_totp
from bot.services.doors import Doors
from bot.services.staff_sessions import Opened
from bot.services.staff_sign_in import Caller, Challenge
from tests.unit.services.world import World

PASSWORD = "seven lanterns under water"
HOME = Caller("192.0.2.1", browser="Firefox on Linux")
AWAY = Caller("203.0.113.9")


@dataclass
class ReadablePasswords:
    """Hashes readably and at once, and counts how often the slow work would have been done."""

    parameters: str = "p1"
    verified: list[str | None] = field(default_factory=list)

    def hash(self, password: str) -> str:
        """With the parameters of now."""
        return f"{self.parameters}:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Notes what it was compared with."""
        self.verified.append(password_hash)
        return password_hash is not None and password_hash.partition(":")[2] == password

    def outdated(self, password_hash: str) -> bool:
        """Whether the parameters were others."""
        return not password_hash.startswith(f"{self.parameters}:")

    def weakness(self, password: str, about: Sequence[str]) -> str | None:
        """Only "weak" is, and what is about its owner."""
        return "This would be guessed." if password in {"weak", *about} else None


class Staffed:
    """What tests do with it: somebody joins, signs in, types codes."""

    def __init__(self, world: World) -> None:
        # The audit is a chain of digests: readable ones would double with each entry.
        world.deps = replace(world.deps, hasher=HmacHasher(bytes(32)))
        self.world = world
        self.deps, self.clock = world.deps, world.clock
        self.passwords = ReadablePasswords()
        self.doors = Doors(world.deps, self.passwords, Totp())
        self.secrets: dict[str, str] = {}

    def joins(self, name: str = "bea", role: Role = Role.AGENT, password: str | None = PASSWORD) -> Staff:
        """Somebody who was invited on the command line; with a password, they have accepted."""
        made = staff.invite(self.deps, f"{name}@example.com", name.title(), role, audit.COMMAND_LINE)
        if password is None:
            return made.staff
        return staff.accept(self.doors, made.token, password)

    def enrols(self, member: Staff, session_id: str = "") -> Sequence[str]:
        """Sets up an authenticator; returns the recovery codes."""
        self.secrets[member.id] = staff_totp.begin(self.doors, member.id, session_id).secret
        codes = staff_totp.confirm(self.doors, member.id, self.code(member), session_id)
        self.clock.advance(seconds=30)
        return codes

    def code(self, member: Staff, steps: int = 0) -> str:
        """What their authenticator shows; so many steps of thirty seconds later, or earlier."""
        at = int(self.clock.now().timestamp()) // 30 + steps
        return pyotp.TOTP(self.secrets[member.id]).generate_otp(at)

    def tries(
        self, member: Staff | str, password: str = PASSWORD, caller: Caller = HOME
    ) -> Challenge | Opened:
        """The first step."""
        email = member if isinstance(member, str) else member.email
        return staff_sign_in.begin(self.doors, email, password, caller)

    def signs_in(self, member: Staff, caller: Caller = HOME) -> Opened:
        """By password alone."""
        opened = self.tries(member, caller=caller)
        assert isinstance(opened, Opened)
        return opened

    def asked_for_code(self, member: Staff, caller: Caller = HOME) -> str:
        """The token of the second step."""
        asked = self.tries(member, caller=caller)
        assert isinstance(asked, Challenge)
        return asked.token

    def second(self, token: str, code: str, caller: Caller = HOME) -> Opened:
        """The second step."""
        return staff_sign_in.second(self.doors, token, code, caller)

    def device_of(self, member: Staff, network: str = "203.0.113.9") -> Caller:
        """A browser in which they have signed in before."""
        return Caller(network, staff_sign_in.device_token(self.deps, member))

    def now(self, member: Staff) -> Staff:
        """As they are kept."""
        return staff.get(self.deps, member.id)

    def audited(self, action: Action) -> Sequence[Entry]:
        """Newest first."""
        return audit.listed(self.deps, action=action.value)
