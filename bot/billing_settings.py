"""The settings of billing: which system it is, how it is reached, and the rules by which plans end."""

from __future__ import annotations

import base64
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from bot.setting_types import Takes, Url

#: What Stripe's keys for servers look like: restricted or secret, for test mode or for live mode.
_STRIPE_KEY = re.compile(r"[rs]k_(test|live)_[A-Za-z0-9]{5,250}")
_STRIPE_SECRET = re.compile(r"whsec_[\x21-\x7e]{8,250}")
#: Metadata takes no brackets in its keys; quotes would end a key in Stripe's search.
_METADATA_KEY = re.compile(r"[\w.\- ]{1,40}")


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("not of that form")
    return value


def _stripe_key(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        _matching(_STRIPE_KEY, value.get_secret_value())
    return value


def _stripe_secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        _matching(_STRIPE_SECRET, value.get_secret_value())
    return value


def _http_secret(value: SecretStr | None) -> SecretStr | None:
    if value is None:
        return value
    # As Standard Webhooks has it: base64 of 24 bytes or more after the prefix. Any other is a key as it is.
    text, least = value.get_secret_value(), 32
    key = text.encode()
    if text.startswith("whsec_"):
        key, least = base64.b64decode(text.removeprefix("whsec_"), validate=True), 24
    if len(key) < least:
        raise ValueError("too short")
    return value


def _metadata_key(value: str) -> str:
    return _matching(_METADATA_KEY, value)


def _absolute_if_given(path: Path | None) -> Path | None:
    return None if path is None else path.expanduser().absolute()


class BillingSettings(BaseSettings):
    """How the company's billing is reached. See docs/connect-stripe.md and docs/billing-http.md."""

    billing: Annotated[Literal["book", "stripe", "http"], Takes("book, stripe or http")] = Field(
        default="book",
        description="The billing system: `book` is the one built in, `http` one of your own.",
    )
    policy: Annotated[
        Path | None, AfterValidator(_absolute_if_given), Takes("a file of policies, such as policy.yml")
    ] = Field(
        default=None,
        description="When plans end, and what is paid back. Not set: what the plans themselves say.",
    )
    stripe_key: Annotated[
        SecretStr | None,
        AfterValidator(_stripe_key),
        Takes("a key of Stripe's for servers, rk_test_… or rk_live_…", secret=True),
    ] = Field(default=None, repr=False, description="Stripe's key; a restricted one, of test or live mode.")
    stripe_webhook_secret: Annotated[
        SecretStr | None,
        AfterValidator(_stripe_secret),
        Takes("a signing secret of Stripe's, whsec_…", secret=True),
    ] = Field(default=None, repr=False, description="Signs what Stripe sends to /billing/stripe.")
    stripe_api_url: Url = Field(
        default="https://api.stripe.com", description="Stripe's API; another one for a stand-in."
    )
    stripe_customer_key: Annotated[
        str, AfterValidator(_metadata_key), Takes("a key of metadata, of 1 to 40 characters")
    ] = Field(
        default="customer",
        description="The key of a Stripe customer's metadata that holds your own identifier of them.",
    )
    billing_http_url: Annotated[Url | None, Takes("an address such as https://billing.example.com")] = Field(
        default=None, description="Your own billing system, where FAIRWELL_BILLING is `http`."
    )
    billing_http_secret: Annotated[
        SecretStr | None,
        AfterValidator(_http_secret),
        Takes("a secret of at least 32 bytes, or whsec_ and base64", secret=True),
    ] = Field(
        default=None, repr=False, description="Signs the calls to your own billing system, and what it sends."
    )
    sign_up_url: Annotated[Url | None, Takes("an address such as https://example.com/sign-up")] = Field(
        default=None, description="Where somebody who wants to come back can sign up again."
    )

    @model_validator(mode="after")
    def _stripe_can_be_reached(self) -> Self:
        if self.billing == "stripe" and self.stripe_key is None:
            raise ValueError("FAIRWELL_STRIPE_KEY: is needed where FAIRWELL_BILLING is stripe")
        if self.stripe_live and not self.stripe_api_url.startswith("https://"):
            raise ValueError("FAIRWELL_STRIPE_API_URL: takes an https address with a live key")
        return self

    @model_validator(mode="after")
    def _own_system_can_be_reached(self) -> Self:
        if self.billing != "http":
            return self
        if self.billing_http_url is None:
            raise ValueError("FAIRWELL_BILLING_HTTP_URL: is needed where FAIRWELL_BILLING is http")
        if self.billing_http_secret is None:
            raise ValueError("FAIRWELL_BILLING_HTTP_SECRET: is needed where FAIRWELL_BILLING is http")
        if not self.billing_http_url.startswith("https://") and not _here(self.billing_http_url):
            raise ValueError("FAIRWELL_BILLING_HTTP_URL: takes an https address of another machine")
        if "@" in urlsplit(self.billing_http_url).netloc:
            raise ValueError("FAIRWELL_BILLING_HTTP_URL: takes an address without a name or a password")
        return self

    @property
    def stripe_live(self) -> bool:
        """Whether Stripe is the billing system, and its key moves real money."""
        key = self.stripe_key.get_secret_value() if self.stripe_key and self.billing == "stripe" else ""
        return key[2:].startswith("_live_")


def _here(url: str) -> bool:
    """Whether an address is one of this machine, whatever a name server says."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
