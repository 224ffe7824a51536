"""What signing staff in takes, beside what every use case may reach."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import FairwellError
from bot.ports import Passwords, SecondFactors
from bot.services.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Doors:
    """`totp_required` asks everybody for a second factor who signs in by password."""

    deps: Dependencies
    passwords: Passwords
    codes: SecondFactors
    totp_required: bool = True


class SignInRefusedError(FairwellError):
    """No, and nothing about why: whoever asks may be anybody."""


class WeakPasswordError(FairwellError):
    """The password would be guessed; says why, for its owner."""


class TooManyTriesError(FairwellError):
    """The next try is after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many tries")
        self.retry_after = retry_after
