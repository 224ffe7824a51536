"""The headers of Standard Webhooks, by its own library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook


def signed(secrets: Sequence[str], message_id: str, at: datetime, body: str) -> Mapping[str, str]:
    """Id, time of this try, and a signature by each secret, the present one first."""
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
