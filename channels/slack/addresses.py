"""Who is meant on Slack (pure): a user as the installation of one workspace sees them."""

from __future__ import annotations

from dataclasses import dataclass

from channels.slack.payloads import Json, inside, is_user_id, objects, string, workspace_id


@dataclass(frozen=True, slots=True)
class Address:
    """`WORKSPACE:USER`; for people of other organisations `WORKSPACE:THEIR-WORKSPACE:USER`.

    `workspace` is where the app is installed: its token reaches them. With an org-wide installation that is
    the organisation: a person has one id there and one chat with the app, whichever workspace they come from.
    `home` is set for those who are let in by Slack Connect: Slack promises that ids are unique within a
    workspace, so a stranger with a colleague's id must not be taken for the colleague.
    """

    workspace: str
    user: str
    home: str | None = None

    def __str__(self) -> str:
        parts = (self.workspace, self.user) if self.home is None else (self.workspace, self.home, self.user)
        return ":".join(parts)

    @classmethod
    def read(cls, text: str) -> Address | None:
        """The address that was written so, or None if it is none."""
        *workspaces, user = text.split(":")
        if not is_user_id(user) or any(workspace_id(item) is None for item in workspaces):
            return None
        if len(workspaces) == 1:
            return cls(workspaces[0], user)
        return cls(workspaces[0], user, workspaces[1]) if len(workspaces) == 2 else None


def installed_in(body: Json) -> str | None:
    """The workspace or organisation whose installation this was sent to.

    In shared channels an event's own `team_id` can be the other side's, so the authorization goes first.
    """
    authorizations = objects(body, "authorizations")
    given: Json = authorizations[0] if authorizations else body
    org_wide = given.get("is_enterprise_install") is True or string(given, "is_enterprise_install") == "true"
    organisation = workspace_id(string(given, "enterprise_id"), string(body, "enterprise", "id"))
    if org_wide and organisation is not None:
        return organisation
    return workspace_id(
        string(body, "view", "app_installed_team_id"),
        string(given, "team_id"),
        string(body, "team", "id"),
        string(body, "team_id"),
        string(body, "user", "team_id"),
    )


def address_of(body: Json, user: str, *homes: str) -> Address | None:
    """The address of a user; `homes` is what the payload says about the workspace they belong to."""
    workspace = installed_in(body)
    if workspace is None or not is_user_id(user):
        return None
    home = workspace_id(*homes)
    authorization = next(iter(objects(body, "authorizations")), {})
    organisation = string(authorization, "enterprise_id") or string(body, "enterprise", "id")
    organisation = organisation or string(body, "enterprise_id")
    ours = {workspace, organisation, string(authorization, "team_id"), string(inside(body, "team"), "id")}
    # Workspaces of one organisation share their people; only a channel shared with others has strangers.
    elsewhere = not organisation or body.get("is_ext_shared_channel") is True
    stranger = home is not None and home not in ours and elsewhere
    return Address(workspace, user, home if stranger else None)
