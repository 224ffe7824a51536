"""What every use case may reach, gathered once by `bot.bootstrap`."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.alerts import MOST_AN_HOUR
from bot.domain.policies import Policies
from bot.ports import (
    Billing,
    Clock,
    DateReader,
    Hasher,
    IdentityTokens,
    Ids,
    LanguageDetector,
    ReceiptSigner,
    Store,
    Wording,
)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The ports in use and the company's own facts. `public_url` has no trailing slash.

    `sign_up_url` is where somebody whose plan has ended can sign up again; `alerts_per_hour` how many
    alerts staff get each way before they are summed up.
    """

    store: Store
    billing: Billing
    wording: Wording
    languages: LanguageDetector
    dates: DateReader
    clock: Clock
    ids: Ids
    signer: ReceiptSigner
    hasher: Hasher
    identity_tokens: IdentityTokens
    company: str
    zone: ZoneInfo
    public_url: str
    shuffle: random.Random = field(default_factory=random.SystemRandom)
    shadow: bool = False
    sign_up_url: str | None = None
    policies: Policies = field(default_factory=Policies)
    alerts_per_hour: int = MOST_AN_HOUR
