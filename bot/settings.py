"""Every setting, read once from the environment; docs/settings.md is the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import FairwellError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PREFIX = "FAIRWELL_"


class SettingsError(FairwellError):
    """Settings are wrong; `lines` has one line for each, naming it and what it takes, never a secret."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Takes:
    """What a setting accepts, in words: said in errors and in docs/settings.md."""

    what: str
    secret: bool = False  # its value must not be repeated in an error


def _host(value: str) -> str:
    if value != "localhost":
        ip_address(value)
    return value


def _address(value: str) -> str:
    parts = urlsplit(f"//{value}")
    if not parts.hostname or not parts.port or parts.path or parts.query or parts.username is not None:
        raise ValueError("not HOST:PORT")
    _host(parts.hostname)
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an http or https address")
    if parts.port == 0:
        raise ValueError("not a port")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+")):
        raise ValueError("not a database we know")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, KeyError) as fault:  # a folder of the database, an unknown name
        raise ValueError("not a time zone") from fault
    return value


def _one_line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("not a name")
    return value.strip()


def _long_enough(value: SecretStr | None) -> SecretStr | None:
    # RFC 7518, 3.2: a key for HS256 has at least 256 bits.
    if value is not None and len(value.get_secret_value().encode()) < 32:
        raise ValueError("too short")
    return value


_Port = Annotated[int, Field(ge=1, le=65535), Takes("a port from 1 to 65535")]
_Url = Annotated[str, AfterValidator(_http_url), Takes("an http or https address without a query")]
_DATABASE = "sqlite:///PATH or postgresql://USER@HOST/NAME"


class Settings(BaseSettings):
    """How this installation runs. Each field `x` is set by the environment variable `FAIRWELL_X`.

    An empty variable counts as not set. Paths are absolute once read. Use `load_settings()`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="ignore")

    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute()), Takes("a folder")] = (
        Field(default=Path("var"), description="State: database, keys, mail, models.")
    )
    bind: Annotated[str, AfterValidator(_host), Takes("an IP address or localhost")] = Field(
        default="127.0.0.1", description="Where the app listens."
    )
    port: _Port = Field(default=8000, description="The port the app listens on.")
    public_url: _Url = Field(
        default_factory=lambda data: f"http://127.0.0.1:{data['port']}",
        description="The address customers reach the app by; links in receipts and mail begin with it.",
    )
    database_url: Annotated[str, AfterValidator(_database_url), Takes(_DATABASE, secret=True)] = Field(
        default_factory=lambda data: f"sqlite:///{data['home']}/fairwell.db",
        repr=False,
        description="The app's database.",
    )
    rasa_port: _Port = Field(default=5005, description="The loopback port `fairwell up` starts Rasa on.")
    rasa_url: _Url = Field(
        default_factory=lambda data: f"http://127.0.0.1:{data['rasa_port']}",
        description="Where the app finds Rasa.",
    )
    rasa_tracker_url: Annotated[str, AfterValidator(_database_url), Takes(_DATABASE, secret=True)] = Field(
        default_factory=lambda data: f"sqlite:///{data['home']}/rasa.db",
        repr=False,
        description="Rasa's own database, for the running episode of each conversation.",
    )
    actions_bind: Annotated[
        str, AfterValidator(_address), Takes("HOST:PORT with an IP address or localhost")
    ] = Field(
        default="127.0.0.1:8056",
        description="Where the app listens for Rasa's actions; keep it off public networks.",
    )
    billing: Annotated[Literal["book"], Takes("book")] = Field(
        default="book", description="The billing system; `book` is the one built in."
    )
    web_identity_secret: Annotated[
        SecretStr | None, AfterValidator(_long_enough), Takes("a secret of at least 32 bytes", secret=True)
    ] = Field(
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
    company: Annotated[
        str, AfterValidator(_one_line), Field(max_length=80), Takes("a name of 1 to 80 characters")
    ] = Field(default="Lantern Notes", description="The name customers know you by.")
    timezone: Annotated[str, AfterValidator(_zone), Takes("a time zone such as Europe/Berlin")] = Field(
        default="Europe/Berlin",
        description="Where days begin and end: for billing periods and for dates shown.",
    )
    locale: Annotated[str, Field(pattern="^[a-z]{2}$"), Takes("a language of two letters, such as en")] = (
        Field(default="en", description="The language spoken where a customer's is not known.")
    )

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and not is_loopback(self.bind):
            raise ValueError(
                f"{PREFIX}DEMO: takes a loopback {PREFIX}BIND such as 127.0.0.1, not {self.bind!r}"
            )
        return self

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
