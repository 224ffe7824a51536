"""The settings of how staff sign in."""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.setting_types import Name, Takes, Url, listed

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ROLES = frozenset({"viewer", "agent", "manager", "admin"})


def _group_roles(value: object) -> object:
    if not isinstance(value, str):
        return value
    # From the right: what directories call a group may have one in it.
    pairs = [item.rpartition("=") for item in listed(value)]  # type: ignore[attr-defined]
    if any(not group or role not in _ROLES for group, _, role in pairs):
        raise ValueError("not GROUP=ROLE")
    return {group: role for group, _, role in pairs}


def _https(value: str) -> str:
    """What it says decides who gets in: nobody on the way may change that."""
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("not an https address")
    return value


class StaffSettings(BaseSettings):
    """How staff sign in to the console. See docs/console-staff.md."""

    staff_totp: Annotated[bool, Takes("1 or 0")] = Field(
        default=True, description="Whether staff who sign in by password need an authenticator as well."
    )
    oidc_issuer: Annotated[
        Url | None,
        AfterValidator(lambda value: None if value is None else _https(value)),
        Takes("an https address without a query"),
    ] = Field(
        default=None, description="Your company's own sign-in (OpenID Connect), such as https://id.example."
    )
    oidc_client_id: Annotated[str | None, Takes("the client's id")] = Field(
        default=None, description="What Fairwell is called there."
    )
    oidc_client_secret: Annotated[SecretStr | None, Takes("the client's secret", secret=True)] = Field(
        default=None, repr=False, description="The secret that goes with it."
    )
    oidc_name: Name = Field(
        default="your company's account", description="What the button says: Sign in with …"
    )
    oidc_roles: Annotated[
        dict[str, str],
        NoDecode,
        BeforeValidator(_group_roles),
        Takes("GROUP=ROLE with commas between; roles are viewer, agent, manager and admin"),
    ] = Field(
        default_factory=dict,
        description="Roles by the `groups` claim: whoever is in one needs no invitation. The highest counts.",
    )
    oidc_only: Annotated[bool, Takes("1 or 0")] = Field(
        default=False, description="Whether passwords are off, and everybody signs in there."
    )

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if not self.oidc and (self.oidc_issuer or self.oidc_client_id or self.oidc_client_secret):
            raise ValueError(
                "FAIRWELL_OIDC_ISSUER: takes FAIRWELL_OIDC_CLIENT_ID and FAIRWELL_OIDC_CLIENT_SECRET with it"
            )
        return self

    @property
    def oidc(self) -> bool:
        """Whether it is set up."""
        return bool(self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret)
