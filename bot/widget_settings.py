"""How the website's chat looks for everybody; a site can say otherwise in its own style sheet."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from bot.setting_types import Takes

#: What text in the accent stands on, and what is written on it: docs/connect-website.md has all colours.
_SURFACE, _SURFACE_DARK = "#ffffff", "#1c2024"
#: WCAG 2.2, 1.4.3: text of ordinary size.
_CONTRAST = 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _readable_on(surface: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value) or contrast(value, surface) < _CONTRAST:
            raise ValueError("not a colour one can read there")
        return value.lower()

    return AfterValidator(check)


class WidgetSettings(BaseSettings):
    """The look of the chat widget. See docs/connect-website.md."""

    widget_accent: Annotated[
        str, _readable_on(_SURFACE), Takes("a colour such as #1f6f54, with a contrast of 4.5:1 to white")
    ] = Field(default="#1f6f54", description="The colour of what one can press in the chat widget.")
    widget_accent_dark: Annotated[
        str,
        _readable_on(_SURFACE_DARK),
        Takes(f"a colour such as #6fc3a2, with a contrast of 4.5:1 to {_SURFACE_DARK}"),
    ] = Field(default="#6fc3a2", description="The same where the chat is dark.")
    widget_radius: Annotated[int, Field(ge=0, le=24), Takes("a number from 0 to 24")] = Field(
        default=12, description="How round the widget's corners are, in pixels."
    )
    widget_scheme: Annotated[Literal["auto", "light", "dark"], Takes("auto, light or dark")] = Field(
        default="auto", description="Light, dark, or as each visitor has it."
    )
    widget_side: Annotated[Literal["end", "start"], Takes("end or start")] = Field(
        default="end", description="The side of the page the widget is at, in reading direction."
    )
