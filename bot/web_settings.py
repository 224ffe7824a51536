"""The settings of the website's chat: who may use it, and what stands in front of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from bot.domain.origins import origin
from bot.setting_types import Networks, Takes, listed


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


class WebSettings(BaseSettings):
    """Who may use the website's chat. See docs/adr/0021-who-may-use-the-chat.md."""

    web_origins: Annotated[
        tuple[Annotated[str, AfterValidator(origin)], ...],
        NoDecode,
        BeforeValidator(listed),
        AfterValidator(_each_once),
        Takes("website origins such as https://shop.example, with commas between"),
    ] = Field(default=(), description="Websites whose pages may use the chat, besides FAIRWELL_PUBLIC_URL's.")
    # Whoever trusts everybody would believe what any visitor writes into the header.
    trusted_proxies: Networks = Field(
        default=(), description="Proxies in front of the app: only theirs is `X-Forwarded-For` believed."
    )
