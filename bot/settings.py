"""Every setting, read once from the environment; docs/settings.md is the table of them."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from bot.billing_settings import BillingSettings
from bot.channel_settings import ChannelSettings
from bot.domain.errors import FairwellError
from bot.mail_settings import MailSettings
from bot.setting_types import (
    DatabaseUrl,
    Host,
    HostAndPort,
    Name,
    Port,
    SigningSecret,
    Takes,
    TimeZone,
    Url,
)
from bot.staff_settings import StaffSettings
from bot.web_settings import WebSettings
from bot.webhook_settings import WebhookSettings
from bot.widget_settings import WidgetSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PREFIX = "FAIRWELL_"


class SettingsError(FairwellError):
    """Settings are wrong; `lines` has one line for each, naming it and what it takes, never a secret."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _absolute_if_given(path: Path | None) -> Path | None:
    return None if path is None else _absolute(path)


class Settings(
    BillingSettings,
    ChannelSettings,
    MailSettings,
    StaffSettings,
    WebhookSettings,
    WebSettings,
    WidgetSettings,
):
    """How this installation runs. Each field `x` is set by the environment variable `FAIRWELL_X`.

    An empty variable counts as not set. Paths are absolute once read. Use `load_settings()`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="ignore")

    home: Annotated[Path, AfterValidator(_absolute), Takes("a folder")] = Field(
        default=Path("var"), description="State: database, keys, mail, models."
    )
    bind: Host = Field(default="127.0.0.1", description="Where the app listens.")
    port: Port = Field(default=8000, description="The port the app listens on.")
    public_url: Url = Field(
        default_factory=lambda data: f"http://127.0.0.1:{data['port']}",
        description="The address customers reach the app by; links in receipts and mail begin with it.",
    )
    database_url: DatabaseUrl = Field(
        default_factory=lambda data: f"sqlite:///{data['home']}/fairwell.db",
        repr=False,
        description="The app's database.",
    )
    rasa_port: Port = Field(default=5005, description="The loopback port `fairwell up` starts Rasa on.")
    rasa_url: Url = Field(
        default_factory=lambda data: f"http://127.0.0.1:{data['rasa_port']}",
        description="Where the app finds Rasa.",
    )
    rasa_tracker_url: DatabaseUrl = Field(
        default_factory=lambda data: f"sqlite:///{data['home']}/rasa.db",
        repr=False,
        description="Rasa's own database, for the running episode of each conversation.",
    )
    actions_bind: HostAndPort = Field(
        default="127.0.0.1:8056",
        description="Where the app listens for Rasa's actions; keep it off public networks.",
    )
    web_identity_secret: SigningSecret = Field(
        default=None,
        description="Signs the identity tokens of your website (HS256). Not set: made at first start, "
        "in HOME/keys/web-identity.secret.",
    )
    demo: Annotated[bool, Takes("1 or 0")] = Field(
        default=False, description="Demo customers and the page to try it at `/`; on a loopback address only."
    )
    shadow: Annotated[bool, Takes("1 or 0")] = Field(
        default=False,
        description="Shadow mode: what a text would cancel or undo is recorded and asked with a button.",
    )
    company: Name = Field(default="Lantern Notes", description="The name customers know you by.")
    timezone: TimeZone = Field(
        default="Europe/Berlin",
        description="Where days begin and end: for billing periods and for dates shown.",
    )
    locale: Annotated[str, Field(pattern="^[a-z]{2}$"), Takes("a language of two letters, such as en")] = (
        Field(default="en", description="The language spoken where a customer's is not known.")
    )

    web_identity_keys: Annotated[
        Path | None, AfterValidator(_absolute_if_given), Takes("a file of keys, a JWK Set")
    ] = Field(
        default=None,
        description="Further keys of your website's identity tokens, by `kid`: Ed25519 (EdDSA) and HS256.",
    )
    api_key: SigningSecret = Field(
        default=None,
        repr=False,
        description="Opens the management API. Not set: made at first start, in HOME/keys/api.secret.",
    )

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and not is_loopback(self.bind):
            raise ValueError(
                f"{PREFIX}DEMO: takes a loopback {PREFIX}BIND such as 127.0.0.1, not {self.bind!r}"
            )
        if self.oidc_only and not self.oidc:
            raise ValueError(f"{PREFIX}OIDC_ONLY: needs {PREFIX}OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET")
        if self.demo and self.stripe_live:
            raise ValueError(f"{PREFIX}DEMO: does not go with a live key in {PREFIX}STRIPE_KEY")
        return self

    @property
    def telegram_by_webhook(self) -> bool:
        """Whether Telegram sends updates to us, rather than that we fetch them."""
        if self.telegram_mode == "auto":
            return self.public_url.startswith("https://")
        return self.telegram_mode == "webhook"

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def actions_host(self) -> str:
        """The host part of `actions_bind`, without brackets."""
        return urlsplit(f"//{self.actions_bind}").hostname or ""

    @property
    def actions_port(self) -> int:
        """The port part of `actions_bind`."""
        return urlsplit(f"//{self.actions_bind}").port or 0

    @property
    def keys(self) -> Path:
        """The folder of keys and secrets."""
        return self.home / "keys"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`, an IP address or `localhost`."""
    return host == "localhost" or ip_address(host).is_loopback


def load_settings() -> Settings:
    """Reads the environment. Raises `SettingsError` with a line for each setting that is wrong."""
    try:
        return Settings()
    except ValidationError as fault:
        # `from None`: the original repeats the values, secrets among them.
        raise SettingsError(_lines(fault.errors(include_url=False))) from None


def _lines(faults: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(_line(fault) for fault in faults if fault["type"] != "default_factory_not_called")


def _line(fault: Mapping[str, Any]) -> str:
    if not fault["loc"]:
        return str(fault["msg"]).removeprefix("Value error, ")
    name = str(fault["loc"][0])
    takes = taken_by(name)
    given = "" if takes.secret else f", not {_shown(fault['input'])}"
    return f"{PREFIX}{name.upper()}: takes {takes.what}{given}"


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def taken_by(name: str) -> Takes:
    """What the setting of this field name accepts."""
    return next(item for item in Settings.model_fields[name].metadata if isinstance(item, Takes))
