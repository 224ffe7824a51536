"""What every use case may reach, gathered once by `bot.bootstrap`."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

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
    """The ports in use and the company's own facts. `public_url` has no trailing slash."""

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
