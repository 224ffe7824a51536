"""What things are called in the console."""

from __future__ import annotations

_SUBJECTS = {
    "talk_to_human": "Wants a person",
    "failed": "Could not be answered",
    "nlu_fallback": "Not understood",
    "distress": "In distress",
    "mistake": "Cancelled by mistake",
    "extraordinary_termination": "Extraordinary termination",
    "lost_mailbox": "Has lost the mailbox",
    "billing_refused": "Billing refused",
    "stepped_in": "Staff stepped in",
    "withdraw": "Withdrawal",
    "complaint": "Complaint",
    "delete_data": "Delete my data",
    "export_data": "Export my data",
    "ask_data": "About my data",
}
_CHANNELS = {"web": "Website", "telegram": "Telegram", "slack": "Slack"}
_REASONS = {"too_complex": "Too complicated"}


def subject(name: str) -> str:
    """What a case is about."""
    return _SUBJECTS.get(name, name.replace("_", " ").capitalize())


def channel(name: str) -> str:
    """Where it was said."""
    return _CHANNELS.get(name, name.capitalize())


def plain(name: str) -> str:
    """A stable name as people read it."""
    return _REASONS.get(name, name.replace("_", " ").capitalize())
