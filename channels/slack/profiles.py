"""Whether a Slack profile's e-mail address may be taken as proof (pure)."""

from __future__ import annotations

from collections.abc import Collection

from channels.slack.addresses import Address
from channels.slack.payloads import Json, inside, string

# Guests, people of other organisations, and those who have not joined yet: an admin has not vouched for them.
_OUTSIDERS = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user")


def trusted(address: Address, workspaces: Collection[str]) -> bool:
    """Whether it can be worth asking Slack about them at all."""
    org_wide = address.workspace.startswith("E")
    return bool(workspaces) and address.home is None and (org_wide or address.workspace in workspaces)


def vouched_email(user: Json, address: Address, workspaces: Collection[str]) -> str | None:
    """The address of a full, active, confirmed member of a trusted workspace; of nobody else."""
    places = {string(user, "team_id"), string(user, "enterprise_user", "enterprise_id")} - {""}
    belongs = address.workspace in places and bool(places & set(workspaces))
    out = user.get("deleted") or user.get("is_bot") or any(user.get(flag) for flag in _OUTSIDERS)
    confirmed = user.get("is_email_confirmed", True) is True
    if string(user, "id") != address.user or not belongs or out or not confirmed:
        return None
    email = string(inside(user, "profile"), "email").strip()
    return email if "@" in email else None
